import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import type { SaslCommand } from '../../src/sasl/command.ts';
import { SaslServer, type ServerMechanism } from '../../src/sasl/server.ts';
import { throwsCode } from '../support/expect-error.ts';

const GUID = '0123456789abcdef0123456789abcdef';
const NOTHING = new Uint8Array(0);

/** Accepts the byte 1, asks again for nothing, rejects the rest. */
const PICKY: ServerMechanism = {
  name: 'PICKY',
  judge: (response) => {
    if (response === undefined) return { verdict: 'challenge', data: NOTHING };
    return response[0] === 1 ? { verdict: 'accept', identity: 'one' } : { verdict: 'reject' };
  },
};

const BEGIN: SaslCommand = { command: 'BEGIN' };
const REJECTED = { action: 'send', command: { command: 'REJECTED', mechanisms: ['PICKY'] } };
const OK = { action: 'send', command: { command: 'OK', guid: GUID } };

function auth(initialResponse?: Uint8Array, mechanism = 'PICKY'): SaslCommand {
  return { command: 'AUTH', mechanism, initialResponse };
}

test('server: accepted with the first word, then BEGIN', () => {
  const server = new SaslServer(GUID, [PICKY]);
  assert.deepEqual(server.receive(auth(Uint8Array.of(1))), OK);
  assert.deepEqual(server.receive(BEGIN), { action: 'done', identity: 'one' });
});

test('server: a question, its answer, descriptors refused', () => {
  const server = new SaslServer(GUID, [PICKY]);
  assert.deepEqual(server.receive(auth()), {
    action: 'send',
    command: { command: 'DATA', data: NOTHING },
  });
  assert.deepEqual(server.receive({ command: 'DATA', data: Uint8Array.of(1) }), OK);
  const answer = server.receive({ command: 'NEGOTIATE_UNIX_FD' });
  assert.ok(answer.action === 'send' && answer.command.command === 'ERROR');
  assert.equal(server.receive(BEGIN).action, 'done');
});

// @rule sasl/rejected-lists-mechanisms
test('server: what is rejected, and with which list', () => {
  const server = new SaslServer(GUID, [PICKY]);
  assert.deepEqual(server.receive(auth(Uint8Array.of(2))), REJECTED);
  assert.deepEqual(server.receive(auth(NOTHING, 'OTHER')), REJECTED);
  assert.deepEqual(
    server.receive({ command: 'AUTH', mechanism: undefined, initialResponse: undefined }),
    REJECTED,
  );
  server.receive(auth());
  assert.deepEqual(server.receive({ command: 'CANCEL' }), REJECTED);
  server.receive(auth(Uint8Array.of(1)));
  assert.deepEqual(server.receive({ command: 'ERROR', text: '' }), REJECTED);
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
    assert.deepEqual(server.receive(auth(Uint8Array.of(2))), REJECTED);
  }
  throwsCode(() => server.receive(auth(Uint8Array.of(1 + 1))), 'too-many-rejections');
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
    const answer = server.receive(command);
    assert.ok(answer.action === 'send' && answer.command.command === 'ERROR', command.command);
  }
  server.receive(auth());
  assert.equal(server.receive(auth()).action, 'send');
  const nonsense = (): void => {
    for (;;) server.receiveMalformed();
  };
  throwsCode(nonsense, 'unexpected-command');
});
