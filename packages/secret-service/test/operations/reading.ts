import assert from 'node:assert/strict';
import { encryptSecret } from '@keywire/crypto-session';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { SECRET, wipedWhile } from '../../../../test-fixtures/src/wiped.ts';
import { MAX_SECRETS_A_CALL } from '../../src/limits.ts';
import { readItemSecret, readManySecrets, readOneSecret } from '../../src/operations/reading.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { encryptedSessions } from '../support/encrypted-sessions.ts';
import { failsWith } from '../support/failing.ts';
import {
  COLLECTION,
  errorReply,
  ITEM,
  plainSecret,
  type Script,
} from '../support/scripted-daemon.ts';
import { scriptedContext } from '../support/scripted-service.ts';

const SECOND = `${ITEM}2`;
const THIRD = `${ITEM}3`;
const secrets =
  (...entries: [string, string][]): Script =>
  () => ['a{o(oayays)}', new Map(entries.map(([path, text]) => [path, plainSecret(text)]))];
const locked =
  (...paths: string[]): Script =>
  (call) => ['v', new Variant('b', paths.includes(call.path))];

// @rule secret/empty-locked-is-locked
test('an empty secret of a locked item is locked, of another it is empty', async () => {
  const { context } = scriptedContext({
    GetSecrets: secrets([ITEM, '']),
    GetSecret: () => ['(oayays)', plainSecret('')],
    'Get Locked': locked(ITEM),
  });
  await failsWith('locked', readOneSecret(context, ITEM, {}));
  await failsWith('locked', readItemSecret(context, ITEM, {}));
  const open = scriptedContext({ GetSecrets: secrets([ITEM, '']) });
  assert.equal((await readOneSecret(open.context, ITEM, {})).bytes.length, 0);
});

// @rule secret/dropped-has-status
test('each of many has its own status', async () => {
  const { context } = scriptedContext({
    GetSecrets: secrets([ITEM, 'one']),
    'Get Locked': (call) =>
      call.path === THIRD ? errorReply('UnknownObject') : locked(SECOND)(call),
  });
  const results = await readManySecrets(context, [ITEM, SECOND, THIRD], {});
  assert.deepEqual(
    [...results].map(([path, result]) => [path, result.status]),
    [
      [ITEM, 'ok'],
      [SECOND, 'locked'],
      [THIRD, 'not-found'],
    ],
  );
  const none = scriptedContext();
  assert.deepEqual(await readManySecrets(none.context, [], {}), new Map());
  assert.deepEqual(none.daemon.members, []);
});

test('what fails for all is not asked for one by one, nor taken for an empty secret', async () => {
  const late = scriptedContext({ GetSecrets: () => errorReply('TimedOut') });
  await failsWith('deadline', readManySecrets(late.context, [ITEM, SECOND], {}));
  assert.equal(late.daemon.members.includes('GetSecret'), false);
  const unknown = scriptedContext({
    GetSecrets: secrets([ITEM, 'one'], [SECOND, '']),
    'Get Locked': () => errorReply('AccessDenied'),
  });
  await failsWith('denied', readManySecrets(unknown.context, [ITEM, SECOND], {}));
});

// @rule secret/bulk-falls-back
test('one bad item does not spoil the others', async () => {
  const { daemon, context } = scriptedContext({
    GetSecrets: () => errorReply('InvalidArgs', "Can't find item"),
    GetSecret: (call) =>
      call.path === ITEM
        ? ['(oayays)', plainSecret('one')]
        : errorReply(call.path === SECOND ? 'AccessDenied' : 'UnknownObject'),
  });
  const results = await readManySecrets(context, [ITEM, SECOND, THIRD], {});
  assert.deepEqual(
    [...results.values()].map((result) => result.status),
    ['ok', 'denied', 'not-found'],
  );
  assert.equal(daemon.members.filter((member) => member === 'GetSecret').length, 3);
  await failsWith('denied', readOneSecret(context, SECOND, {}));
});

// @rule secret/hidden-is-locked
test('an item hidden by a locked collection is locked', async () => {
  const { context } = scriptedContext({
    GetSecret: () => errorReply('UnknownObject'),
    'Get Locked': (call) =>
      call.path === COLLECTION ? ['v', new Variant('b', true)] : errorReply('UnknownObject'),
  });
  await failsWith('locked', readItemSecret(context, ITEM, {}));
});

test('a session that is lost meanwhile is replaced, and the secret read', async () => {
  let refusals = 1;
  const { daemon, context } = scriptedContext({
    GetSecret: () => {
      refusals -= 1;
      return refusals >= 0
        ? errorReply('org.freedesktop.Secret.Error.NoSession')
        : ['(oayays)', plainSecret('again')];
    },
  });
  assert.equal((await readItemSecret(context, ITEM, {})).text(), 'again');
  assert.equal(daemon.members.filter((member) => member === 'OpenSession').length, 2);
});

test('a reply of another shape is refused', async () => {
  const { context } = scriptedContext({ GetSecret: () => ['s', 'secret'] });
  const error = await failsWith('protocol', readItemSecret(context, ITEM, {}));
  assert.equal(error.message.includes('"secret"'), false);
});

test('an item that is asked for twice is read once, and not as zeros', async () => {
  const { context } = scriptedContext({ GetSecrets: secrets([ITEM, 'one']) });
  const results = await readManySecrets(context, [ITEM, ITEM], {});
  assert.equal(results.size, 1);
  const result = results.get(ITEM);
  assert.ok(result?.status === 'ok');
  assert.equal(result.secret.text(), 'one');
});

/** An encrypted session, on which GetSecrets gives what `seal` makes of each item's text. */
function sealing(texts: Readonly<Record<string, string>>) {
  const { keys, OpenSession } = encryptedSessions();
  const damaged = new Set<string>();
  const seal = async (path: string, text: string) => {
    const [session, key] = [...keys].at(-1) ?? assert.fail('no session');
    const { iv, ciphertext } = await encryptSecret(key, new TextEncoder().encode(text));
    const end = damaged.has(path) ? ciphertext.length - 1 : ciphertext.length;
    return [path, [session, iv, ciphertext.subarray(0, end), 'text/plain']] as const;
  };
  const GetSecrets: Script = async () => {
    const entries = Object.entries(texts).map(([path, text]) => seal(path, text));
    return ['a{o(oayays)}', new Map(await Promise.all(entries))];
  };
  return { keys, damaged, scripts: { OpenSession, GetSecrets } };
}

// @rule secret/one-decrypt-error
test('a secret that does not decrypt spoils none of the others', async () => {
  const { keys, damaged, scripts } = sealing({ [ITEM]: 'one', [SECOND]: 'two' });
  const { context } = scriptedContext(scripts, {}, 'encrypted');
  damaged.add(SECOND);
  const results = await readManySecrets(context, [ITEM, SECOND], {});
  assert.deepEqual(
    [...results.values()].map((result) => result.status),
    ['ok', 'failed'],
  );
  // When none decrypts it may be the session that is at fault: another one is tried.
  damaged.add(ITEM);
  assert.equal(keys.size, 1);
  const none = await readManySecrets(context, [ITEM, SECOND], {});
  assert.deepEqual(
    [...none.values()].map((result) => result.status !== 'ok' && result.error.code),
    ['decrypt-failed', 'decrypt-failed'],
  );
  assert.equal(keys.size, 2);
});

// @rule secret/empty-locked-is-locked
test('of many secrets only the empty ones are asked whether they are locked', async () => {
  const { scripts } = sealing({ [ITEM]: 'short', [SECOND]: '', [THIRD]: '' });
  const { daemon, context } = scriptedContext(
    { ...scripts, 'Get Locked': locked(THIRD) },
    {},
    'encrypted',
  );
  const results = await readManySecrets(context, [ITEM, SECOND, THIRD], {});
  assert.deepEqual(
    [...results.values()].map((result) => result.status),
    ['ok', 'ok', 'locked'],
  );
  assert.deepEqual(
    daemon.calls.filter((call) => call.member === 'Get').map((call) => call.path),
    [SECOND, THIRD],
  );
});

// @rule secret/dropped-has-status
test('what is left out of many without being locked has a reason of its own', async () => {
  for (const [name, code] of [
    ['org.freedesktop.DBus.Error.AccessDenied', 'denied'],
    ['org.freedesktop.Secret.Error.NoSuchObject', 'not-found'],
  ] as const) {
    const { context } = scriptedContext({
      GetSecrets: secrets(),
      GetSecret: () => errorReply(name),
    });
    await failsWith(code, readOneSecret(context, ITEM, {}));
    const results = await readManySecrets(context, [ITEM], {});
    assert.equal(results.get(ITEM)?.status, code);
  }
});

test('of many secrets that end in an error, those that came are wiped', async () => {
  const wiped: Uint8Array[] = [];
  const { dispose } = Secret.prototype;
  Secret.prototype.dispose = function (this: Secret) {
    wiped.push(this.bytes.slice());
    dispose.call(this);
  };
  try {
    const { context } = scriptedContext({
      GetSecrets: secrets([ITEM, 'one'], [SECOND, '']),
      'Get Locked': () => errorReply('AccessDenied'),
    });
    await failsWith('denied', readManySecrets(context, [ITEM, SECOND], {}));
  } finally {
    Secret.prototype.dispose = dispose;
  }
  assert.deepEqual(wiped, [new TextEncoder().encode('one')]);
});

test('one secret: what fails is told at once, and an item that went after its secret came is read', async () => {
  const late = scriptedContext({ GetSecrets: () => errorReply('TimedOut') });
  await failsWith('deadline', readOneSecret(late.context, ITEM, {}));
  assert.equal(late.daemon.members.includes('GetSecret'), false);
  const gone = scriptedContext({
    GetSecrets: secrets([ITEM, 'one']),
    'Get Locked': () => errorReply('UnknownObject'),
  });
  assert.equal((await readOneSecret(gone.context, ITEM, {})).text(), 'one');
});

// @rule secret/empty-locked-is-locked
test('an empty secret of a locked item is locked, also where nothing was sealed for the session', async () => {
  const { OpenSession } = encryptedSessions();
  const nothing = ['/s', new Uint8Array(0), new Uint8Array(0), ''];
  const { context } = scriptedContext(
    { OpenSession, GetSecret: () => ['(oayays)', nothing], 'Get Locked': locked(ITEM) },
    {},
    'encrypted',
  );
  await failsWith('locked', readItemSecret(context, ITEM, {}));
});

function listOf({ body }: Parameters<Script>[0]): unknown[] {
  const [list] = body ?? [];
  assert.ok(Array.isArray(list));
  return list;
}

// @rule secret/bounded-bulk
test('many secrets are asked for a few at a time, all in one flight', async () => {
  const paths = Array.from(
    { length: 2 * MAX_SECRETS_A_CALL + 1 },
    (_, at) => `${COLLECTION}/${at}`,
  );
  const asked: unknown[][] = [];
  let answer = (): void => {};
  const all = new Promise<void>((resolve) => (answer = resolve));
  const { daemon, context } = scriptedContext({
    GetSecrets: async (call) => {
      const wanted = listOf(call);
      asked.push(wanted);
      if (asked.flat().length === paths.length) answer();
      await all;
      // One of the calls fails for one of its items: only those are asked for one by one.
      if (asked.length === 3 && wanted.includes(paths[0])) return errorReply('InvalidArgs');
      return secrets(...wanted.map((path): [string, string] => [String(path), `of ${path}`]))(call);
    },
    GetSecret: (call) => ['(oayays)', plainSecret(`of ${call.path}`)],
  });
  const results = await readManySecrets(context, paths, {});
  assert.deepEqual(
    asked.map((each) => each.length),
    [MAX_SECRETS_A_CALL, MAX_SECRETS_A_CALL, 1],
  );
  assert.deepEqual([...results.keys()], paths);
  for (const [path, result] of results) {
    assert.ok(result.status === 'ok');
    assert.equal(result.secret.text(), `of ${path}`);
  }
  const singly = daemon.members.filter((member) => member === 'GetSecret');
  assert.equal(singly.length, MAX_SECRETS_A_CALL);
});

test('as many as one call may ask for are one call', async () => {
  const paths = Array.from({ length: MAX_SECRETS_A_CALL }, (_, at) => `${COLLECTION}/${at}`);
  const { daemon, context } = scriptedContext({
    GetSecrets: (call) =>
      secrets(...listOf(call).map((path): [string, string] => [String(path), 'x']))(call),
  });
  assert.equal((await readManySecrets(context, paths, {})).size, paths.length);
  assert.equal(daemon.members.filter((member) => member === 'GetSecrets').length, 1);
});

test('where one of several calls fails for all, what the others brought is wiped', async () => {
  const paths = Array.from({ length: MAX_SECRETS_A_CALL + 1 }, (_, at) => `${COLLECTION}/${at}`);
  const { context } = scriptedContext({
    GetSecrets: (call) =>
      listOf(call).length === 1 ? errorReply('TimedOut') : secrets([ITEM, SECRET])(call),
  });
  const wiped = await wipedWhile(async () => {
    await failsWith('deadline', readManySecrets(context, paths, {}));
  });
  assert.equal(wiped.arrays, 1);
});
