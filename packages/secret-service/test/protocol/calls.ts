import assert from 'node:assert/strict';
import { marshal, Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import * as calls from '../../src/protocol/calls.ts';

const SECRET = {
  session: '/s',
  parameters: new Uint8Array(16),
  value: Uint8Array.of(1),
  contentType: 'text/plain',
};
const ATTRIBUTES = new Map([['a', '1']]);

test('each call can be marshalled with its signature', () => {
  const all = [
    calls.openSession('plain', new Variant('s', '')),
    calls.closeSession('/s'),
    calls.searchService(ATTRIBUTES),
    calls.searchCollection('/c', ATTRIBUTES),
    calls.unlock(['/a']),
    calls.lock(['/a']),
    calls.getSecrets(['/a'], '/s'),
    calls.readAlias('default'),
    calls.setAlias('default', '/c'),
    calls.createCollection('label', ''),
    calls.createItem('/c', 'label', ATTRIBUTES, SECRET),
    calls.getSecret('/i', '/s'),
    calls.setSecret('/i', SECRET),
    calls.deleteObject('/i', 'item'),
    calls.deleteObject('/c', 'collection'),
    calls.showPrompt('/p', ''),
    calls.dismissPrompt('/p'),
    calls.getProperty('/i', 'org.x.Y', 'Label'),
    calls.getAllProperties('/i', 'org.x.Y'),
    calls.setProperty('/i', 'org.x.Y', 'Label', new Variant('s', 'l')),
  ];
  for (const call of all) {
    assert.ok(marshal(call.signature ?? '', call.body ?? []) instanceof Uint8Array, call.member);
    assert.match(call.interface, /^org\./);
  }
});

// @rule secret/never-daemon-replace
test('the daemon is never asked to replace an item', () => {
  const { body = [] } = calls.createItem('/c', 'label', ATTRIBUTES, SECRET);
  assert.equal(body[2], false);
  const [properties] = body;
  assert.ok(properties instanceof Map);
  assert.deepEqual(
    [...properties.keys()],
    ['org.freedesktop.Secret.Item.Label', 'org.freedesktop.Secret.Item.Attributes'],
  );
});

test('what changes something says so, and nothing else does', () => {
  const label = new Variant('s', 'l');
  const writes = [
    calls.unlock(['/a']),
    calls.lock(['/a']),
    calls.setAlias('default', '/c'),
    calls.createCollection('label', ''),
    calls.createItem('/c', 'label', ATTRIBUTES, SECRET),
    calls.setSecret('/i', SECRET),
    calls.deleteObject('/i', 'item'),
    calls.showPrompt('/p', ''),
    calls.setProperty('/i', 'org.x.Y', 'Label', label),
  ];
  const others = [
    calls.openSession('plain', label),
    calls.closeSession('/s'),
    calls.searchService(ATTRIBUTES),
    calls.searchCollection('/c', ATTRIBUTES),
    calls.getSecrets(['/a'], '/s'),
    calls.getSecret('/i', '/s'),
    calls.readAlias('default'),
    calls.dismissPrompt('/p'),
    calls.getProperty('/i', 'org.x.Y', 'Label'),
    calls.getAllProperties('/i', 'org.x.Y'),
  ];
  for (const { isWrite, member } of writes) assert.equal(isWrite, true, member);
  for (const { isWrite = false, member } of others) assert.equal(isWrite, false, member);
});
