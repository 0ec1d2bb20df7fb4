import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { type AuthAttempt, SaslClient } from '../../src/sasl/client.ts';
import type { SaslCommand } from '../../src/sasl/command.ts';
import { throwsCode } from '../support/expect-error.ts';

const NOTHING = new Uint8Array(0);
const GUID = '0123456789abcdef0123456789abcdef';
const SILENT: AuthAttempt = {
  mechanism: 'EXTERNAL',
  initialResponse: undefined,
  respond: () => NOTHING,
};
const NAMED: AuthAttempt = { ...SILENT, initialResponse: Uint8Array.of(0x30) };
const COOKIE: AuthAttempt = { ...NAMED, mechanism: 'DBUS_COOKIE_SHA1' };
const ANONYMOUS: AuthAttempt = { ...SILENT, mechanism: 'ANONYMOUS' };

const OK: SaslCommand = { command: 'OK', guid: GUID };
const DATA: SaslCommand = { command: 'DATA', data: NOTHING };

function rejected(...mechanisms: string[]): SaslCommand {
  return { command: 'REJECTED', mechanisms };
}

function auth({ mechanism, initialResponse }: AuthAttempt): SaslCommand {
  return { command: 'AUTH', mechanism, initialResponse };
}

// @rule sasl/ok-only-when-asked
test('client: step by step, accepted at once', () => {
  const client = new SaslClient([NAMED], false);
  assert.deepEqual(client.start(), [auth(NAMED)]);
  assert.deepEqual(client.receive(OK), { action: 'done', guid: GUID });
  throwsCode(() => client.receive(OK), 'unexpected-command');
  throwsCode(() => client.receive(rejected()), 'unexpected-command');
});

// @rule sasl/empty-challenge
test('client: everything at once', () => {
  const client = new SaslClient([SILENT, NAMED], true);
  assert.deepEqual(client.start(), [auth(SILENT), DATA, { command: 'BEGIN' }]);
  assert.deepEqual(client.receive(DATA), { action: 'wait' });
  assert.deepEqual(client.receive(OK), { action: 'done', guid: GUID });
});

// @rule sasl/ok-without-question
test('client: sent ahead, accepted before the question was put', () => {
  const client = new SaslClient([SILENT], true);
  assert.deepEqual(client.receive(OK), { action: 'wait' });
  // The server's answer to what we sent ahead; messages follow only then.
  assert.deepEqual(client.receive({ command: 'ERROR', text: '' }), { action: 'done', guid: GUID });
  const confused = new SaslClient([SILENT], true);
  confused.receive(OK);
  throwsCode(() => confused.receive(OK), 'unexpected-command');
  throwsCode(() => confused.receive(DATA), 'unexpected-command');
  throwsCode(() => confused.receive(rejected()), 'unexpected-command');
});

test('client: sent ahead, a question that EXTERNAL does not have ends it', () => {
  const asked = new SaslClient([SILENT], true);
  const challenge: SaslCommand = { command: 'DATA', data: Uint8Array.of(1) };
  throwsCode(() => asked.receive(challenge), 'unexpected-command');
  throwsCode(() => new SaslClient([NAMED], true).receive(DATA), 'unexpected-command');
  for (const command of [
    { command: 'ERROR', text: '' },
    { command: 'unknown', word: 'X' },
  ] satisfies SaslCommand[]) {
    throwsCode(() => new SaslClient([SILENT], true).receive(command), 'unexpected-command');
  }
});

// @rule sasl/rejected-list
test('client: sent ahead, a rejection is final for the connection', () => {
  const client = new SaslClient([SILENT, NAMED], true);
  throwsCode(() => client.receive(rejected('EXTERNAL')), 'rejected');
});

test('client: the next attempt is the first that the server offers', () => {
  const client = new SaslClient([NAMED, SILENT, COOKIE, ANONYMOUS], false);
  assert.deepEqual(client.receive(rejected('ANONYMOUS', 'DBUS_COOKIE_SHA1')), {
    action: 'send',
    commands: [auth(COOKIE)],
  });
  assert.deepEqual(client.receive(rejected('ANONYMOUS')), {
    action: 'send',
    commands: [auth(ANONYMOUS)],
  });
  throwsCode(() => client.receive(rejected('ANONYMOUS')), 'rejected');
});

test('client: ANONYMOUS is never tried unasked', () => {
  const client = new SaslClient([NAMED], false);
  const error = throwsCode(() => client.receive(rejected('ANONYMOUS')), 'rejected');
  assert.match(error.message, /ANONYMOUS/);
});

test('client: a challenge is answered, or the attempt cancelled', () => {
  const client = new SaslClient([COOKIE, ANONYMOUS], false);
  const challenge: SaslCommand = { command: 'DATA', data: Uint8Array.of(7) };
  assert.deepEqual(client.receive(challenge), {
    action: 'respond',
    attempt: COOKIE,
    challenge: Uint8Array.of(7),
  });
  throwsCode(() => client.receive(OK), 'unexpected-command');
  assert.deepEqual(client.respond(Uint8Array.of(9)), {
    action: 'send',
    commands: [{ command: 'DATA', data: Uint8Array.of(9) }],
  });
  assert.equal(client.receive(challenge).action, 'respond');
  assert.deepEqual(client.respond(undefined), {
    action: 'send',
    commands: [{ command: 'CANCEL' }],
  });
  throwsCode(() => client.receive(OK), 'unexpected-command');
  assert.deepEqual(client.receive(rejected('ANONYMOUS')), {
    action: 'send',
    commands: [auth(ANONYMOUS)],
  });
  throwsCode(() => client.respond(NOTHING), 'unexpected-command');
});

// @rule sasl/error-cancels
// @rule sasl/unknown-command
test('client: ERROR cancels the attempt, an unknown command is answered', () => {
  const client = new SaslClient([NAMED, ANONYMOUS], false);
  assert.deepEqual(client.receive({ command: 'unknown', word: 'GREETINGS' }), {
    action: 'send',
    commands: [{ command: 'ERROR', text: 'Unknown command' }],
  });
  assert.deepEqual(client.receive({ command: 'ERROR', text: '' }), {
    action: 'send',
    commands: [{ command: 'CANCEL' }],
  });
  throwsCode(() => client.receive({ command: 'ERROR', text: '' }), 'unexpected-command');
});

test('client: a server that never stops rejecting is left', () => {
  const client = new SaslClient(
    Array.from({ length: 12 }, () => ANONYMOUS),
    false,
  );
  const rejectAll = (): void => {
    for (;;) client.receive(rejected('ANONYMOUS'));
  };
  throwsCode(rejectAll, 'too-many-rejections');
});

test('client: needs an attempt', () => {
  assert.throws(() => new SaslClient([], false), RangeError);
});
