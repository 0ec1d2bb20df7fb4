import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { ALGORITHM_DH, ALGORITHM_PLAIN, encryptSecret } from '@keywire/crypto-session';
import { type CallOptions, Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { BusLinks } from '../../src/daemon/bus-links.ts';
import { Peer } from '../../src/daemon/peer.ts';
import {
  openEncryptedSession,
  openPlainSession,
  Session,
  UnusableSession,
} from '../../src/secrets/session.ts';
import { encryptedSessions } from '../support/encrypted-sessions.ts';
import { failsWith } from '../support/failing.ts';
import { type Answer, OWNER, ScriptedDaemon } from '../support/scripted-daemon.ts';

const PATH = '/org/freedesktop/secrets/session/x1';
const ORIGIN = { link: new BusLinks(new ScriptedDaemon()).open(), owner: OWNER };
const KEY = new Uint8Array(16).fill(7);

function withKey(isCanonical = true): Session {
  return new Session(PATH, ORIGIN, () => ({ key: KEY.slice(), isCanonical }));
}

function peerAnswering(answer: (call: CallOptions) => Answer): Peer {
  return new Peer(new ScriptedDaemon({ OpenSession: answer }), 1000);
}

test('both sides of an encrypted session have the same key', async () => {
  const { keys, OpenSession } = encryptedSessions();
  const peer = peerAnswering((call) => {
    assert.equal(call.body?.[0], ALGORITHM_DH);
    return OpenSession(call);
  });
  const session = await openEncryptedSession(peer);
  const { path } = session;
  assert.deepEqual(session.info, { path, algorithm: ALGORITHM_DH, encrypted: true });
  assert.equal(session.origin.owner, OWNER);
  const key = keys.get(path) ?? assert.fail(path);
  const { iv, ciphertext } = await encryptSecret(key, new TextEncoder().encode('secret'));
  const struct = { session: path, parameters: iv, value: ciphertext, contentType: 'text/plain' };
  assert.equal((await session.open(struct)).text(), 'secret');
});

// @rule secret/canonical-session
test('a session that is not canonical is used for nothing', async () => {
  const session = withKey(false);
  assert.throws(() => session.prepareKey(), UnusableSession);
  await assert.rejects(session.seal(Uint8Array.of(1), 'text/plain'), UnusableSession);
  const struct = { session: PATH, parameters: KEY, value: KEY, contentType: '' };
  await assert.rejects(session.open(struct), UnusableSession);
});

// @rule secret/key-outlives-its-users
test('the key is derived once, and kept for who uses it when the session ends', async () => {
  let derived = 0;
  const session = new Session(PATH, ORIGIN, () => {
    derived += 1;
    return { key: KEY.slice(), isCanonical: true };
  });
  const value = new TextEncoder().encode('secret');
  for (let i = 0; i < 2; i += 1) await session.during(() => session.seal(value, ''));
  const read = await session.during(async () => {
    const struct = await session.seal(value, '');
    session.dispose();
    return (await session.open(struct)).text();
  });
  assert.equal(read, 'secret');
  assert.throws(() => session.prepareKey(), UnusableSession);
  assert.equal(derived, 1);
});

// @rule secret/one-decrypt-error
test('whatever is wrong with a ciphertext, the error is one', async () => {
  const session = withKey();
  const { value } = await session.seal(new TextEncoder().encode('secret'), 'text/plain');
  const messages = new Set<string>();
  for (const [parameters, damaged] of [
    [KEY, value.slice(1)],
    [KEY, new Uint8Array(0)],
    [new Uint8Array(3), value],
    [KEY, new Uint8Array(32)],
  ] as const) {
    const struct = { session: PATH, parameters, value: damaged, contentType: '' };
    messages.add((await failsWith('decrypt-failed', session.open(struct))).message);
  }
  assert.equal(messages.size, 1);
});

test('a degenerate or misshapen public key is a fault of the daemon', async () => {
  for (const output of [
    new Variant('ay', Uint8Array.of(1)),
    new Variant('ay', new Uint8Array(0)),
    new Variant('ay', new Uint8Array(128)),
    new Variant('ay', new Uint8Array(128).fill(255)),
  ]) {
    const session = await openEncryptedSession(peerAnswering(() => ['vo', output, PATH]));
    assert.throws(() => session.prepareKey(), { code: 'protocol' });
  }
  const text = peerAnswering(() => ['vo', new Variant('s', 'x'), PATH]);
  await failsWith('protocol', openEncryptedSession(text));
});

// @rule secret/plain-output-ignored
test('a plain session takes any output, and wipes what it was given', async () => {
  for (const output of [new Variant('s', ''), new Variant('ay', new Uint8Array(0))]) {
    const session = await openPlainSession(peerAnswering(() => ['vo', output, PATH]));
    assert.deepEqual(session.info, { path: PATH, algorithm: ALGORITHM_PLAIN, encrypted: false });
    session.prepareKey();
    const value = new TextEncoder().encode('secret');
    const struct = { session: PATH, parameters: new Uint8Array(0), value, contentType: 't/p' };
    assert.equal((await session.open(struct)).text(), 'secret');
    assert.deepEqual(value, new Uint8Array(6));
    session.dispose();
  }
});

test('dispose wipes the key, and nothing shows it', () => {
  const key = KEY.slice();
  const session = new Session(PATH, ORIGIN, () => ({ key, isCanonical: true }));
  session.prepareKey();
  const shown = inspect(session, { showHidden: true, depth: 9 }) + JSON.stringify(session);
  assert.equal(shown.includes('7, 7') || shown.includes('7,7'), false);
  session.dispose();
  assert.deepEqual(key, new Uint8Array(16));
});

// @rule secret/key-outlives-its-users
test('a session that is over is used for nothing, and its key is wiped with its last user', async () => {
  const key = KEY.slice();
  const session = new Session(PATH, ORIGIN, () => ({ key, isCanonical: true }));
  await session.during(async () => {
    session.prepareKey();
    session.dispose();
    assert.deepEqual(key, KEY);
  });
  assert.deepEqual(key, new Uint8Array(16));
  await assert.rejects(
    session.during(async () => assert.fail('used')),
    UnusableSession,
  );
});
