import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isAuthError } from '../../src/sasl/auth-error.ts';
import type { ServerMechanism, ServerVerdict } from '../../src/sasl/server.ts';
import { ServerHandshake } from '../../src/sasl/server-handshake.ts';
import { anonymousMechanism, externalMechanism } from '../../src/sasl/server-mechanisms.ts';

const GUID = '0123456789abcdef0123456789abcdef';

function start(more: readonly ServerMechanism[] = []) {
  const sent: string[] = [];
  const accepted: { identity: string | undefined; rest: string }[] = [];
  const failures: unknown[] = [];
  const handshake = new ServerHandshake(
    { guid: GUID, mechanisms: [externalMechanism(0), anonymousMechanism(), ...more] },
    {
      send: (bytes) => sent.push(new TextDecoder().decode(bytes)),
      failed: (error) => failures.push(error),
      accepted: (identity, rest) =>
        accepted.push({ identity, rest: new TextDecoder().decode(rest) }),
    },
  );
  const feed = (text: string): void => handshake.feed(new TextEncoder().encode(text));
  return { sent, accepted, failures, feed };
}

test('server handshake: everything in one chunk', () => {
  const { accepted, feed, sent } = start();
  feed('\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\nl\x01\0\x01 message');
  assert.deepEqual(sent, ['DATA\r\n', `OK ${GUID}\r\n`]);
  assert.deepEqual(accepted, [{ identity: '0', rest: 'l\x01\0\x01 message' }]);
});

test('server handshake: messages behind BEGIN are lent, and wiped in our copy', () => {
  const lent: Uint8Array[] = [];
  const handshake = new ServerHandshake(
    { guid: GUID, mechanisms: [anonymousMechanism()] },
    {
      send: () => {},
      failed: (error) => assert.fail(String(error)),
      accepted: (_identity, rest) => lent.push(rest),
    },
  );
  handshake.feed(new TextEncoder().encode('\0AUTH ANONYMOUS\r\nBEGIN\r\nsecret'));
  assert.deepEqual(lent, [new Uint8Array(6)]);
});

test('server handshake: byte by byte', () => {
  const { accepted, feed, sent } = start();
  for (const character of '\0AUTH EXTERNAL 30\r\nNEGOTIATE_UNIX_FD\r\nBEGIN\r\n') feed(character);
  assert.equal(sent.length, 2);
  assert.match(sent[1] ?? '', /^ERROR/);
  assert.deepEqual(accepted, [{ identity: '0', rest: '' }]);
  feed('AUTH ANONYMOUS\r\nBEGIN\r\n');
  assert.deepEqual([accepted.length, sent.length], [1, 2], 'what follows is no line of it');
});

test('server handshake: a malformed line is answered, and the client goes on', () => {
  const { accepted, feed, sent } = start();
  feed('\0AUTH EXTERNAL zz\r\nAUTH ANONYMOUS\r\nBEGIN\r\n');
  assert.match(sent[0] ?? '', /^ERROR/);
  assert.deepEqual(accepted, [{ identity: undefined, rest: '' }]);
});

// @rule sasl/leading-nul
test('server handshake: needs the NUL byte', () => {
  const { failures, feed, sent } = start();
  feed('');
  assert.deepEqual(failures, []);
  feed('AUTH EXTERNAL\r\n');
  feed('\0AUTH ANONYMOUS\r\n');
  assert.deepEqual(sent, []);
  assert.deepEqual(failures.map(codeOf), ['line-malformed']);
});

test('server handshake: the end is told once', () => {
  const { failures, feed, sent } = start();
  feed('\0');
  feed('A'.repeat(17_000));
  feed('A'.repeat(17_000));
  assert.deepEqual(failures.map(codeOf), ['line-too-long']);
  assert.deepEqual(sent, []);
});

test('server handshake: a line that is too long ends it', () => {
  const { failures, feed, sent } = start();
  feed('\0');
  feed('A'.repeat(17_000));
  feed('\r\nAUTH ANONYMOUS\r\n');
  assert.deepEqual(sent, []);
  assert.deepEqual(failures.map(codeOf), ['line-too-long']);
});

test('server handshake: a client that only guesses is left', () => {
  const { failures, feed, accepted } = start();
  feed('\0');
  feed('AUTH NOTHING\r\n'.repeat(9));
  assert.deepEqual(failures.map(codeOf), ['too-many-rejections']);
  feed('AUTH ANONYMOUS\r\nBEGIN\r\n');
  assert.equal(accepted.length, 0);
});

test('server handshake: lines wait for a verdict', async () => {
  let decide: (verdict: ServerVerdict) => void = () => {};
  const verdict = new Promise<ServerVerdict>((resolve) => {
    decide = resolve;
  });
  const slow: ServerMechanism = { name: 'SLOW', start: () => () => verdict };
  const { accepted, feed, sent } = start([slow]);
  feed('\0AUTH SLOW\r\nBEGIN\r\nl');
  await Promise.resolve();
  assert.deepEqual(sent, []);
  decide({ verdict: 'accept', identity: '7' });
  await verdict;
  await Promise.resolve();
  assert.deepEqual(sent, [`OK ${GUID}\r\n`]);
  assert.deepEqual(accepted, [{ identity: '7', rest: 'l' }]);
});

test('server handshake: a client that floods while it is judged is left', async () => {
  let decide: (verdict: ServerVerdict) => void = () => {};
  const verdict = new Promise<ServerVerdict>((resolve) => {
    decide = resolve;
  });
  const slow: ServerMechanism = { name: 'SLOW', start: () => () => verdict };
  const { failures, feed, sent } = start([slow]);
  feed('\0AUTH SLOW\r\n');
  for (let count = 0; count < 17; count++) feed('A'.repeat(1_048_576));
  assert.deepEqual(failures.map(codeOf), ['line-too-long']);
  decide({ verdict: 'accept', identity: '7' });
  await verdict;
  await Promise.resolve();
  assert.deepEqual(sent, []);
});

test('server handshake: options that would authenticate nobody are told', () => {
  const handlers = { send: () => {}, failed: () => {}, accepted: () => {} };
  const mechanisms = [anonymousMechanism()];
  const wrong: unknown[] = [
    undefined,
    { mechanisms },
    { guid: 'x', mechanisms },
    { guid: GUID },
    { guid: GUID, mechanisms: ['ANONYMOUS'] },
  ];
  for (const options of wrong) {
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => new ServerHandshake(options, handlers), /^TypeError: \w+: expected/);
  }
});

test('server handshake: a verdict that cannot be reached ends it', async () => {
  const error = new Error('no disk');
  const unable: ServerMechanism = { name: 'X', start: () => () => Promise.reject(error) };
  const { failures, feed, sent } = start([unable]);
  feed('\0AUTH X\r\nAUTH ANONYMOUS\r\n');
  while (failures.length === 0) await Promise.resolve();
  assert.deepEqual(failures, [error]);
  assert.deepEqual(sent, []);
});

function codeOf(error: unknown): string | undefined {
  return isAuthError(error) ? error.code : undefined;
}
