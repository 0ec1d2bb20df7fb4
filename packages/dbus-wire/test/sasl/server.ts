import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import type { SaslCommand } from '../../src/sasl/command.ts';
import {
  SaslServer,
  type ServerAction,
  type ServerMechanism,
  type ServerVerdict,
} from '../../src/sasl/server.ts';
import { throwsCode } from '../support/expect-error.ts';

const GUID = '0123456789abcdef0123456789abcdef';
const NOTHING = new Uint8Array(0);

/** Accepts the byte 1, asks again for nothing, rejects the rest. */
const PICKY: ServerMechanism = { name: 'PICKY', start: () => judgePickily };

function judgePickily(response: Uint8Array | undefined): ServerVerdict {
  if (response === undefined) return { verdict: 'challenge', data: NOTHING };
  return response[0] === 1 ? { verdict: 'accept', identity: 'one' } : { verdict: 'reject' };
}

/** What becomes of a command, a verdict on it included. */
function receive(server: SaslServer, command: SaslCommand): ServerAction {
  const action = server.receive(command);
  if (action.action !== 'judge') return action;
  assert.equal(action.judge, judgePickily);
  return server.follow(judgePickily(action.response));
}

const BEGIN: SaslCommand = { command: 'BEGIN' };
const REJECTED = { action: 'send', command: { command: 'REJECTED', mechanisms: ['PICKY'] } };
const OK = { action: 'send', command: { command: 'OK', guid: GUID } };

function auth(initialResponse?: Uint8Array, mechanism = 'PICKY'): SaslCommand {
  return { command: 'AUTH', mechanism, initialResponse };
}

test('server: accepted with the first word, then BEGIN', () => {
  const server = new SaslServer(GUID, [PICKY]);
  assert.deepEqual(receive(server, auth(Uint8Array.of(1))), OK);
  assert.deepEqual(receive(server, BEGIN), { action: 'done', identity: 'one' });
});

test('server: a question, its answer, descriptors refused', () => {
  const server = new SaslServer(GUID, [PICKY]);
  assert.deepEqual(receive(server, auth()), {
    action: 'send',
    command: { command: 'DATA', data: NOTHING },
  });
  assert.deepEqual(receive(server, { command: 'DATA', data: Uint8Array.of(1) }), OK);
  const answer = receive(server, { command: 'NEGOTIATE_UNIX_FD' });
  assert.ok(answer.action === 'send' && answer.command.command === 'ERROR');
  assert.equal(receive(server, BEGIN).action, 'done');
});

// @rule sasl/rejected-lists-mechanisms
test('server: what is rejected, and with which list', () => {
  const server = new SaslServer(GUID, [PICKY]);
  assert.deepEqual(receive(server, auth(Uint8Array.of(2))), REJECTED);
  assert.deepEqual(receive(server, auth(NOTHING, 'OTHER')), REJECTED);
  assert.deepEqual(
    receive(server, { command: 'AUTH', mechanism: undefined, initialResponse: undefined }),
    REJECTED,
  );
  assert.deepEqual(receive(server, { command: 'ERROR', text: '' }), REJECTED);
  receive(server, auth());
  assert.deepEqual(receive(server, { command: 'CANCEL' }), REJECTED);
  receive(server, auth(Uint8Array.of(1)));
  assert.deepEqual(receive(server, { command: 'ERROR', text: '' }), REJECTED);
});

// @rule sasl/begin-only-when-accepted
test('server: BEGIN before OK ends it', () => {
  throwsCode(() => new SaslServer(GUID, [PICKY]).receive(BEGIN), 'unexpected-command');
  const asked = new SaslServer(GUID, [PICKY]);
  asked.receive(auth());
  throwsCode(() => asked.receive(BEGIN), 'unexpected-command');
});

// @rule sasl/rejection-limit
test('server: guessing is ended after six rejections', () => {
  const server = new SaslServer(GUID, [PICKY]);
  for (let count = 0; count < 6; count++) {
    assert.deepEqual(receive(server, auth(Uint8Array.of(2))), REJECTED);
  }
  throwsCode(() => receive(server, auth(Uint8Array.of(1 + 1))), 'too-many-rejections');
});

// @rule sasl/unexpected-command-error
test('server: what does not fit is answered with ERROR, for a while', () => {
  const server = new SaslServer(GUID, [PICKY]);
  const misfits: SaslCommand[] = [
    { command: 'DATA', data: NOTHING },
    { command: 'CANCEL' },
    { command: 'unknown', word: 'X' },
    { command: 'OK', guid: GUID },
  ];
  for (const command of misfits) {
    const answer = receive(server, command);
    assert.ok(answer.action === 'send' && answer.command.command === 'ERROR', command.command);
  }
  receive(server, auth());
  const answer = receive(server, auth());
  assert.ok(answer.action === 'send' && answer.command.command === 'ERROR');
  for (let count = misfits.length + 1; count < 16; count++) server.receiveMalformed();
  throwsCode(() => server.receiveMalformed(), 'unexpected-command');
});

test('server: while a verdict is worked out nothing else is taken', () => {
  const server = new SaslServer(GUID, [PICKY]);
  assert.throws(() => server.follow({ verdict: 'reject' }), /internal error/);
  server.receive(auth());
  assert.throws(() => server.receive(auth()), /internal error/);
});
