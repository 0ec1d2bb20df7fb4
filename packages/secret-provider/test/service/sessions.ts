import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import {
  ALGORITHM_DH,
  agreeKey,
  decryptSecret,
  encryptSecret,
  generateKeyPair,
} from '@keywire/crypto-session';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { profileNamed } from '../../src/api/daemon-profiles.ts';
import { Refusal } from '../../src/api/refusal.ts';
import { openSecret, Sessions, sealSecret } from '../../src/service/sessions.ts';

const SPECIFICATION = profileNamed(undefined);
const PLAIN = new Variant('s', '');

const refusal = (kind: string) => (error: unknown) =>
  error instanceof Refusal && error.kind === kind;

function openEncrypted(sessions: Sessions, owner = ':1.1') {
  const pair = generateKeyPair();
  const { output, path } = sessions.open(owner, ALGORITHM_DH, new Variant('ay', pair.publicKey));
  assert.ok(output.value instanceof Uint8Array);
  const { key } = agreeKey(pair.privateKey, output.value);
  return { path, key, publicKey: output.value };
}

test('an encrypted session carries secrets both ways; its public key has 128 bytes', async () => {
  const sessions = new Sessions(SPECIFICATION);
  const { path, key, publicKey } = openEncrypted(sessions);
  assert.equal(publicKey.length, 128);
  const secret = new TextEncoder().encode('secret');
  const session = sessions.require(':1.1', path);
  const [owner, iv, ciphertext, contentType] = await sealSecret(session, secret, 'a/b');
  assert.deepEqual([owner, contentType], [path, 'a/b']);
  assert.deepEqual(await decryptSecret(key, iv, ciphertext), secret);
  const sent = await encryptSecret(key, secret);
  assert.deepEqual(await openSecret(session, [path, sent.iv, sent.ciphertext, '']), secret);
});

test('a plain session carries copies', async () => {
  const sessions = new Sessions(SPECIFICATION);
  const { path, output } = sessions.open(':1.1', 'plain', PLAIN);
  assert.deepEqual(output, PLAIN);
  const session = sessions.require(':1.1', path);
  const secret = new Uint8Array([1]);
  const struct = await sealSecret(session, secret, '');
  assert.equal(struct[1].length, 0);
  const opened = await openSecret(session, struct);
  assert.deepEqual(opened, secret);
  opened.fill(0);
  assert.deepEqual([struct[2][0], secret[0]], [1, 1]);
  // A store may keep its secrets in Node's buffers, whose slice() shares their memory.
  const kept = Buffer.from([1]);
  (await sealSecret(session, kept, ''))[2].fill(0);
  assert.equal(kept[0], 1);
});

test('what does not decrypt is refused', async () => {
  const sessions = new Sessions(SPECIFICATION);
  const { path } = openEncrypted(sessions);
  const session = sessions.require(':1.1', path);
  const broken = [path, new Uint8Array(16), new Uint8Array(17), ''] as const;
  await assert.rejects(openSecret(session, broken), refusal('bad-secret'));
});

// @rule provider/unknown-algorithm
test('an unknown algorithm is not supported', () => {
  assert.throws(
    () => new Sessions(SPECIFICATION).open(':1.1', 'x', PLAIN),
    refusal('not-supported'),
  );
});

// @rule provider/peer-key-validated
test('keys that give the secret away, or are none, are refused', () => {
  const sessions = new Sessions(SPECIFICATION);
  const open = (value: Variant) => () => sessions.open(':1.1', ALGORITHM_DH, value);
  const degenerate = [[], [0], [1], Array.from({ length: 130 }, () => 1)];
  for (const bytes of degenerate) {
    assert.throws(open(new Variant('ay', new Uint8Array(bytes))), refusal('bad-public-key'));
  }
  assert.throws(open(PLAIN), refusal('no-public-key'));
  assert.deepEqual(sessions.owners(), []);
});

// @rule provider/session-of-sender
test("another's session does not exist", () => {
  const sessions = new Sessions(SPECIFICATION);
  const { path } = sessions.open(':1.1', 'plain', PLAIN);
  assert.throws(() => sessions.require(':1.2', path), refusal('no-session'));
  assert.throws(() => sessions.close(':1.2', path), refusal('foreign-session'));
  assert.equal(sessions.require(':1.1', path).owner, ':1.1');
});

test('a key is wiped when its session ends', () => {
  const sessions = new Sessions(SPECIFICATION);
  const keys = [':1.1', ':1.1', ':1.2'].map((owner) => {
    const { path } = openEncrypted(sessions, owner);
    return { path, key: sessions.require(owner, path).key };
  });
  const isWiped = () => keys.map(({ key }) => key?.every((byte) => byte === 0));
  sessions.close(':1.1', keys[0]?.path ?? '');
  assert.deepEqual(isWiped(), [true, false, false]);
  sessions.closeAll(':1.1');
  assert.deepEqual(isWiped(), [true, true, false]);
  sessions.closeAll();
  assert.deepEqual(isWiped(), [true, true, true]);
});

// @rule provider/session-limit
test('one connection holds 256 sessions and no more', () => {
  const sessions = new Sessions(SPECIFICATION, () => assert.fail('a key was made'));
  for (let count = 0; count < 256; count += 1) sessions.open(':1.1', 'plain', PLAIN);
  for (const algorithm of ['plain', ALGORITHM_DH]) {
    const input = new Variant('ay', new Uint8Array(128).fill(1));
    assert.throws(() => sessions.open(':1.1', algorithm, input), refusal('limits-exceeded'));
  }
  sessions.open(':1.2', 'plain', PLAIN);
  sessions.closeAll(':1.1');
  sessions.open(':1.1', 'plain', PLAIN);
});

test('KWallet: empty bytes for plain, keys of 128 bytes at least, every other one signed', () => {
  const sessions = new Sessions(profileNamed('kwallet'));
  const { output } = sessions.open(':1.1', 'plain', PLAIN);
  assert.deepEqual(output, new Variant('ay', new Uint8Array(0)));
  const short = new Variant('ay', new Uint8Array(127).fill(1));
  assert.throws(() => sessions.open(':1.1', ALGORITHM_DH, short), refusal('invalid-args'));
  const lengths = [1, 2].map(() => openEncrypted(sessions).publicKey.length);
  assert.deepEqual(lengths.sort(), [128, 129]);
});

test('GNOME Keyring takes nothing but text for plain, the others anything', () => {
  const bytes = new Variant('ay', new Uint8Array(0));
  const strict = new Sessions(profileNamed('gnome-keyring'));
  assert.throws(() => strict.open(':1.1', 'plain', bytes), refusal('invalid-args'));
  strict.open(':1.1', 'plain', new Variant('s', 'x'));
  new Sessions(SPECIFICATION).open(':1.1', 'plain', bytes);
});

for (const name of ['keepassxc', 'oo7'] as const) {
  test(`${name} shares sessions`, () => {
    const sessions = new Sessions(profileNamed(name));
    const { path, output } = sessions.open(':1.1', 'plain', PLAIN);
    assert.equal(sessions.require(':1.2', path).owner, ':1.1');
    assert.equal(output.signature, name === 'oo7' ? 'ay' : 's');
  });
}

test('KWallet does not fill up a short shared secret: the two sides have different keys', () => {
  // (2^10)^3 is 2^30: of 128 bytes 124 are zero.
  const makeKeyPair = () => ({ privateKey: 3n, publicKey: new Uint8Array(128).fill(0, 0, 127) });
  const client = new Uint8Array(128);
  client.set([4, 0], 126);
  const keyOf = (profile: Parameters<typeof profileNamed>[0]) => {
    const sessions = new Sessions(profileNamed(profile), makeKeyPair);
    const { path } = sessions.open(':1.1', ALGORITHM_DH, new Variant('ay', client));
    return sessions.require(':1.1', path).key;
  };
  assert.deepEqual(keyOf(undefined), agreeKey(3n, client).key);
  assert.deepEqual(keyOf('gnome-keyring'), agreeKey(3n, client).key);
  assert.notDeepEqual(keyOf('kwallet'), agreeKey(3n, client).key);
});
