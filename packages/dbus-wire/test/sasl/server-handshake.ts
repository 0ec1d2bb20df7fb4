import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { ServerHandshake } from '../../src/sasl/server-handshake.ts';
import { anonymousMechanism, externalMechanism } from '../../src/sasl/server-mechanisms.ts';
import { throwsCode } from '../support/expect-error.ts';

const GUID = '0123456789abcdef0123456789abcdef';

function start() {
  const sent: string[] = [];
  const accepted: { identity: string | undefined; rest: string }[] = [];
  const handshake = new ServerHandshake(
    { guid: GUID, mechanisms: [externalMechanism(0), anonymousMechanism()] },
    {
      send: (bytes) => sent.push(new TextDecoder().decode(bytes)),
      accepted: (identity, rest) =>
        accepted.push({ identity, rest: new TextDecoder().decode(rest) }),
    },
  );
  const feed = (text: string): void => handshake.feed(new TextEncoder().encode(text));
  return { sent, accepted, feed };
}

test('server handshake: everything in one chunk', () => {
  const { accepted, feed, sent } = start();
  feed('\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\nl\x01\0\x01 message');
  assert.deepEqual(sent, ['DATA\r\n', `OK ${GUID}\r\n`]);
  assert.deepEqual(accepted, [{ identity: '0', rest: 'l\x01\0\x01 message' }]);
});

test('server handshake: byte by byte', () => {
  const { accepted, feed, sent } = start();
  for (const character of '\0AUTH EXTERNAL 30\r\nNEGOTIATE_UNIX_FD\r\nBEGIN\r\n') feed(character);
  assert.equal(sent.length, 2);
  assert.match(sent[1] ?? '', /^ERROR/);
  assert.deepEqual(accepted, [{ identity: '0', rest: '' }]);
  feed('ignored');
  assert.equal(accepted.length, 1);
});

test('server handshake: a malformed line is answered, and the client goes on', () => {
  const { accepted, feed, sent } = start();
  feed('\0AUTH EXTERNAL zz\r\nAUTH ANONYMOUS\r\nBEGIN\r\n');
  assert.match(sent[0] ?? '', /^ERROR/);
  assert.deepEqual(accepted, [{ identity: undefined, rest: '' }]);
});

// @rule sasl/leading-nul
test('server handshake: needs the NUL byte', () => {
  const { feed, sent } = start();
  throwsCode(() => feed('AUTH EXTERNAL\r\n'), 'line-malformed');
  feed('\0AUTH ANONYMOUS\r\n');
  assert.deepEqual(sent, []);
});

test('server handshake: a line that is too long ends it', () => {
  const { feed, sent } = start();
  feed('\0');
  throwsCode(() => feed('A'.repeat(17_000)), 'line-too-long');
  feed('\r\nAUTH ANONYMOUS\r\n');
  assert.deepEqual(sent, []);
});

test('server handshake: a client that only guesses is left', () => {
  const { feed, accepted } = start();
  feed('\0');
  throwsCode(() => feed('AUTH NOTHING\r\n'.repeat(9)), 'too-many-rejections');
  feed('AUTH ANONYMOUS\r\nBEGIN\r\n');
  assert.equal(accepted.length, 0);
});
