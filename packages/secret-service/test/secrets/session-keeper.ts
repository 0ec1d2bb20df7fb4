import assert from 'node:assert/strict';
import { decryptSecret, generateKeyPair } from '@keywire/crypto-session';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Peer } from '../../src/daemon/peer.ts';
import { secretServiceError } from '../../src/errors/errors.ts';
import { type Session, UnusableSession } from '../../src/secrets/session.ts';
import { SessionKeeper, type SessionPreference } from '../../src/secrets/session-keeper.ts';
import { encryptedSessions } from '../support/encrypted-sessions.ts';
import { failsWith } from '../support/failing.ts';
import { type Answer, errorReply, ScriptedDaemon, turn } from '../support/scripted-daemon.ts';

function keeper(preference: SessionPreference = 'plain', answer?: (algorithm: unknown) => Answer) {
  let count = 0;
  const daemon = new ScriptedDaemon({
    OpenSession: (call) => {
      count += 1;
      return answer?.(call.body?.[0]) ?? ['vo', new Variant('s', ''), `/session/x${count}`];
    },
  });
  return { daemon, sessions: new SessionKeeper(new Peer(daemon, 1000), preference) };
}

const pathOf = async (session: Session): Promise<string> => session.path;

test('one session serves everyone, those included who ask at once', async () => {
  const { daemon, sessions } = keeper();
  const paths = await Promise.all([1, 2, 3].map(() => sessions.use(pathOf, undefined)));
  assert.deepEqual(new Set(paths), new Set(['/session/x1']));
  assert.deepEqual(daemon.members, ['OpenSession']);
  assert.equal(sessions.current?.path, '/session/x1');
});

// @rule secret/retry-no-session
test('a session that the daemon forgot is replaced, once', async () => {
  for (const code of ['no-session', 'decrypt-failed'] as const) {
    const { daemon, sessions } = keeper();
    const path = await sessions.use(async (session) => {
      if (session.path === '/session/x1') throw secretServiceError(code, 's');
      return session.path;
    }, undefined);
    assert.equal(path, '/session/x2');
    assert.deepEqual(daemon.members, ['OpenSession', 'Close', 'OpenSession']);
    const always = async (): Promise<void> => {
      throw secretServiceError(code, 's');
    };
    await failsWith(code, sessions.use(always, undefined));
  }
});

// @rule secret/canonical-session
test('sessions that are not canonical are replaced until one is, or it is enough', async () => {
  const { sessions } = keeper();
  let left = 5;
  const path = await sessions.use(async (session) => {
    left -= 1;
    if (left > 0) throw new UnusableSession('not canonical');
    return session.path;
  }, undefined);
  assert.equal(path, '/session/x5');
  const never = async (): Promise<void> => {
    throw new UnusableSession('not canonical');
  };
  await failsWith('protocol', sessions.use(never, undefined));
});

test('other failures are not repeated', async () => {
  const { daemon, sessions } = keeper();
  for (const code of ['owner-changed', 'locked', 'deadline'] as const) {
    const fails = async (): Promise<void> => {
      throw secretServiceError(code, 's');
    };
    await failsWith(code, sessions.use(fails, undefined));
  }
  assert.deepEqual(daemon.members, ['OpenSession']);
});

test('a failure to open reaches everyone, and the next one tries again', async () => {
  let fails = true;
  const { sessions } = keeper('plain', () =>
    fails ? errorReply('Failed') : ['vo', new Variant('s', ''), '/session/x9'],
  );
  await Promise.all([
    failsWith('failed', sessions.use(pathOf, undefined)),
    failsWith('failed', sessions.use(pathOf, undefined)),
  ]);
  fails = false;
  assert.equal(await sessions.use(pathOf, undefined), '/session/x9');
});

// @rule secret/no-silent-plain
test('plain is a fall-back only where it was asked for, and only when unsupported', async () => {
  const server = generateKeyPair();
  const onlyPlain = (algorithm: unknown): Answer =>
    algorithm === 'plain' ? ['vo', new Variant('s', ''), '/session/p'] : errorReply('NotSupported');
  await failsWith('not-supported', keeper('encrypted', onlyPlain).sessions.open());
  const preferring = keeper('prefer-encrypted', onlyPlain).sessions;
  assert.equal((await preferring.open()).info.encrypted, false);
  const failing = (algorithm: unknown): Answer =>
    algorithm === 'plain' ? ['vo', new Variant('s', ''), '/session/p'] : errorReply('Failed');
  await failsWith('failed', keeper('prefer-encrypted', failing).sessions.open());
  const able = keeper('prefer-encrypted', () => ['vo', new Variant('ay', server.publicKey), '/s']);
  assert.equal((await able.sessions.open()).info.encrypted, true);
});

test('a lost daemon takes its session with it', async () => {
  const { daemon, sessions } = keeper();
  await sessions.open();
  daemon.changeOwner(':1.77');
  await turn();
  assert.equal(sessions.current, undefined);
  assert.equal((await sessions.open()).path, '/session/x2');
});

test('an abort ends the waiting of one, not the session of all', async () => {
  let release = (): void => {};
  const daemon = new ScriptedDaemon({
    OpenSession: () =>
      new Promise((resolve) => {
        release = () => resolve(['vo', new Variant('s', ''), '/session/x1']);
      }),
  });
  const sessions = new SessionKeeper(new Peer(daemon, 1000), 'plain');
  const controller = new AbortController();
  const mine = failsWith('aborted', sessions.use(pathOf, controller.signal));
  const theirs = sessions.use(pathOf, undefined);
  controller.abort();
  await mine;
  release();
  assert.equal(await theirs, '/session/x1');
});

test('close tells the daemon, and a session of another owner is not mentioned', async () => {
  const { daemon, sessions } = keeper();
  await sessions.open();
  sessions.close();
  assert.deepEqual(daemon.members, ['OpenSession', 'Close']);
});

// @rule secret/key-outlives-its-users
test('nothing is ever sealed or opened with a wiped key, whoever gives the session up', async () => {
  for (const end of ['refusal', 'close', 'new owner'] as const) {
    const { keys, OpenSession } = encryptedSessions();
    const daemon = new ScriptedDaemon({ OpenSession });
    const sessions = new SessionKeeper(new Peer(daemon, 1000), 'encrypted');
    const plaintext = new TextEncoder().encode('secret');
    let go = (): void => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const sealed = sessions.use(async (session) => {
      session.prepareKey();
      await held;
      const struct = await session.seal(plaintext, 'text/plain');
      assert.equal((await session.open(struct)).text(), 'secret');
      return { struct, session };
    }, undefined);
    const isFirst = (session: Session): boolean => session.path.endsWith('/x1');
    if (end === 'refusal') {
      await sessions.use(async (session) => {
        if (isFirst(session)) throw secretServiceError('no-session', 's');
      }, undefined);
    } else {
      await sessions.open();
      if (end === 'close') sessions.close();
      else daemon.changeOwner(':1.77');
    }
    await turn();
    go();
    const { struct, session } = await sealed;
    const key = keys.get(struct.session) ?? assert.fail(struct.session);
    assert.deepEqual(await decryptSecret(key, struct.parameters, struct.value), plaintext);
    // Its last user is done: the key is gone, and is not derived again.
    await assert.rejects(session.seal(plaintext, 'text/plain'), UnusableSession);
    await assert.rejects(session.during(pathOf), UnusableSession);
  }
});

test('a session that comes when nobody wants it any more is closed', async () => {
  let answer = (): void => {};
  const daemon = new ScriptedDaemon({
    OpenSession: () =>
      new Promise((resolve) => {
        answer = () => resolve(['vo', new Variant('s', ''), '/session/x1']);
      }),
  });
  const sessions = new SessionKeeper(new Peer(daemon, 1000), 'plain');
  const opening = sessions.open();
  await turn();
  sessions.close();
  answer();
  const late = await opening;
  assert.equal(sessions.current, undefined);
  await assert.rejects(late.during(pathOf), UnusableSession);
  assert.deepEqual(daemon.members, ['OpenSession', 'Close']);
});

test('a public key that is none fails who waits for it, and nobody after that', async () => {
  const good = encryptedSessions();
  let count = 0;
  const daemon = new ScriptedDaemon({
    OpenSession: (call) => {
      count += 1;
      if (count > 1) return good.OpenSession(call);
      return ['vo', new Variant('ay', Uint8Array.of(1)), '/session/bad'];
    },
  });
  const sessions = new SessionKeeper(new Peer(daemon, 1000), 'encrypted');
  const seal = () => sessions.use((session) => session.seal(Uint8Array.of(7), 't/p'), undefined);
  await failsWith('protocol', seal());
  assert.equal((await seal()).session, [...good.keys.keys()][0]);
  assert.deepEqual(daemon.members, ['OpenSession', 'Close', 'OpenSession']);
});
