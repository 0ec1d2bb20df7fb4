import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { BusLinks } from '../../src/daemon/bus-links.ts';
import { GENERIC_PROFILE } from '../../src/daemon-profile.ts';
import { MAX_SECRET_BYTES } from '../../src/limits.ts';
import { sealFor, secretToStore } from '../../src/secrets/sealing.ts';
import { Session } from '../../src/secrets/session.ts';
import { ScriptedDaemon } from '../support/scripted-daemon.ts';

const KEY = { key: new Uint8Array(16), isCanonical: true };

// @rule secret/too-large
test('a secret over the limit is refused before it is sent', () => {
  const largest = secretToStore(new Uint8Array(MAX_SECRET_BYTES), undefined);
  assert.equal(largest.bytes.length, MAX_SECRET_BYTES);
  largest.dispose();
  assert.throws(() => secretToStore(new Uint8Array(MAX_SECRET_BYTES + 1), undefined), {
    code: 'too-large',
  });
});

test('a struct carries the session, a fresh IV, and a type that does no damage', async () => {
  const origin = { link: new BusLinks(new ScriptedDaemon()).open(), owner: ':1.1' };
  const session = new Session('/s', origin, () => KEY);
  const secret = secretToStore(Uint8Array.of(0xff), undefined);
  const first = await sealFor(session, secret, 'text/plain', GENERIC_PROFILE);
  const second = await sealFor(session, secret, undefined, GENERIC_PROFILE);
  assert.equal(first.session, '/s');
  assert.equal(first.contentType, 'application/octet-stream');
  assert.equal(first.parameters.length, 16);
  assert.equal(first.value.length, 16);
  assert.notDeepEqual(first.parameters, second.parameters);
  assert.notDeepEqual(first.value, second.value);
  assert.deepEqual((await session.open(first)).bytes, Uint8Array.of(0xff));
});

test('a content type that is none is refused before anything is copied', () => {
  for (const type of ['', 'text', 'text/pl\nain']) {
    assert.throws(() => secretToStore('secret', type), { code: 'invalid-argument' });
  }
  secretToStore('secret', 'text/plain').dispose();
});

// @rule secret/placeholders-are-bytes
// @rule secret/references-refused
test('what a daemon would fill in is no text, and a reference is refused', async () => {
  const origin = { link: new BusLinks(new ScriptedDaemon()).open(), owner: ':1.1' };
  const session = new Session('/s', origin, () => KEY);
  const filling = { ...GENERIC_PROFILE, fillsPlaceholders: true };
  const typeOf = async (text: string, profile = filling, wanted?: string): Promise<string> =>
    (await sealFor(session, secretToStore(text, wanted), wanted, profile)).contentType;
  assert.equal(await typeOf('{TITLE}'), 'application/octet-stream');
  assert.equal(await typeOf('{TITLE}', filling, 'text/plain'), 'application/octet-stream');
  assert.equal(await typeOf('{TITLE}', filling, 'application/json'), 'application/json');
  assert.equal(await typeOf('{TITLE}', GENERIC_PROFILE), 'text/plain');
  assert.equal(await typeOf('{"a":1}'), 'text/plain');
  await assert.rejects(typeOf('{REF:P@T:x}'), { code: 'not-supported', mayHaveHappened: false });
  assert.equal(await typeOf('{REF:P@T:x}', GENERIC_PROFILE), 'text/plain');
});
