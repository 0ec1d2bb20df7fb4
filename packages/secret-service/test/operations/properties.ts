import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import * as properties from '../../src/operations/properties.ts';
import { failsWith } from '../support/failing.ts';
import { COLLECTION, ITEM, type Script } from '../support/scripted-daemon.ts';
import { scriptedContext } from '../support/scripted-service.ts';

const value =
  (variant: Variant): Script =>
  () => ['v', variant];
const peerWith = (scripts: Record<string, Script>) => scriptedContext(scripts).context.peer;

// @rule secret/zero-time-unknown
test('times are dates, and 0 is not known', async () => {
  const peer = peerWith({
    'Get Created': value(new Variant('t', 0n)),
    'Get Modified': value(new Variant('t', 1_700_000_000n)),
  });
  assert.equal(await properties.readTime(peer, ITEM, 'item', 'Created', {}), undefined);
  const modified = await properties.readTime(peer, ITEM, 'item', 'Modified', {});
  assert.equal(modified?.toISOString(), '2023-11-14T22:13:20.000Z');
});

test('a time that no calendar reaches is not known', async () => {
  const peer = peerWith({ 'Get Created': value(new Variant('t', 2n ** 64n - 1n)) });
  assert.equal(await properties.readTime(peer, ITEM, 'item', 'Created', {}), undefined);
});

test('a property of another type is refused, not guessed', async () => {
  const peer = peerWith({
    'Get Locked': value(new Variant('s', 'false')),
    'Get Attributes': value(new Variant('a{sv}', new Map())),
    'Get Items': value(new Variant('as', [])),
  });
  await failsWith('protocol', properties.readLocked(peer, ITEM, 'item', {}));
  await failsWith('protocol', properties.readAttributes(peer, ITEM, {}));
  await failsWith('protocol', properties.readItemPaths(peer, COLLECTION, {}));
});

test('all properties at once; what a daemon leaves out is not known', async () => {
  const peer = peerWith({
    GetAll: (call) =>
      call.path === ITEM
        ? [
            'a{sv}',
            new Map<string, Variant>([
              ['Label', new Variant('s', 'l')],
              ['Locked', new Variant('b', true)],
              ['Attributes', new Variant('a{ss}', new Map([['a', '1']]))],
              ['Created', new Variant('t', 1n)],
              ['Own', new Variant('u', 1)],
            ]),
          ]
        : ['a{sv}', new Map([['Locked', new Variant('b', true)]])],
  });
  assert.deepEqual(await properties.readItemProperties(peer, ITEM, {}), {
    label: 'l',
    attributes: new Map([['a', '1']]),
    isLocked: true,
    created: new Date(1000),
    modified: undefined,
  });
  assert.deepEqual(await properties.readCollectionProperties(peer, COLLECTION, {}), {
    label: '',
    isLocked: true,
    created: undefined,
    modified: undefined,
    itemPaths: [],
  });
  await failsWith('protocol', properties.readItemProperties(peer, COLLECTION, {}));
});

test('setters are writes', () => {
  assert.equal(properties.labelCall(ITEM, 'item', 'l').isWrite, true);
  assert.equal(properties.attributesCall(ITEM, new Map()).isWrite, true);
});
