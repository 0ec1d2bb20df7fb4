import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { profileNamed } from '../../src/api/daemon-profiles.ts';
import { isLocked, noSession } from '../../src/api/refusal.ts';
import type { SecretStruct } from '../../src/api/values.ts';
import { isBadSecret, openGiven } from '../../src/service/bad-secret.ts';
import type { Session } from '../../src/service/sessions.ts';

const SESSION: Session = { path: '/s', owner: ':1.1', key: new Uint8Array(16) };
const BROKEN: SecretStruct = ['/s', new Uint8Array(16), new Uint8Array([7]), 'text/plain'];

test('what does not decrypt is refused, but for KeePassXC, which keeps it as it came', async () => {
  for (const name of [undefined, 'gnome-keyring', 'kwallet', 'oo7'] as const) {
    await assert.rejects(openGiven(profileNamed(name), SESSION, BROKEN), { kind: 'bad-secret' });
  }
  const taken = await openGiven(profileNamed('keepassxc'), SESSION, BROKEN);
  assert.deepEqual(taken, new Uint8Array([7]));
  assert.notEqual(taken, BROKEN[2]);
});

// @rule provider/plain-without-parameters
test('in a plain session nothing is encrypted: with parameters it is refused, or taken as it is', async () => {
  const plain: Session = { path: '/s', owner: ':1.1', key: undefined };
  for (const name of [undefined, 'gnome-keyring'] as const) {
    await assert.rejects(openGiven(profileNamed(name), plain, BROKEN), { kind: 'bad-secret' });
  }
  for (const name of ['kwallet', 'keepassxc'] as const) {
    assert.deepEqual(await openGiven(profileNamed(name), plain, BROKEN), new Uint8Array([7]));
  }
  const [path, , value, type] = BROKEN;
  const clear: SecretStruct = [path, new Uint8Array(0), value, type];
  assert.deepEqual(await openGiven(profileNamed(undefined), plain, clear), new Uint8Array([7]));
});

test('a bad secret is one of no session, or one that does not decrypt', async () => {
  assert.equal(isBadSecret(noSession()), true);
  assert.equal(isBadSecret(isLocked()), false);
  const error: unknown = await openGiven(profileNamed(undefined), SESSION, BROKEN).catch((e) => e);
  assert.equal(isBadSecret(error), true);
});
