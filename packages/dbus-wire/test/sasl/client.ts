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

function rejected(...mechanisms: string[]): SaslCommand {
  return { command: 'REJECTED', mechanisms };
}

function auth({ mechanism, initialResponse }: AuthAttempt): SaslCommand {
  return { command: 'AUTH', mechanism, initialResponse };
}

// @rule sasl/ok-only-when-asked
test('client: step by step, accepted at once', () => {
  const client = new SaslClient([NAMED]);
  assert.deepEqual(client.start(), auth(NAMED));
  assert.deepEqual(client.receive(OK), { action: 'done', guid: GUID });
  throwsCode(() => client.receive(OK), 'unexpected-command');
  throwsCode(() => client.receive(rejected()), 'unexpected-command');
});

// @rule sasl/rejected-list
test('client: the next attempt is the first that the server offers', () => {
  const client = new SaslClient([NAMED, SILENT, COOKIE, ANONYMOUS]);
  assert.deepEqual(client.receive(rejected('ANONYMOUS', 'DBUS_COOKIE_SHA1')), {
    action: 'send',
    command: auth(COOKIE),
  });
  assert.deepEqual(client.receive(rejected('ANONYMOUS')), {
    action: 'send',
    command: auth(ANONYMOUS),
  });
  throwsCode(() => client.receive(rejected('ANONYMOUS')), 'rejected');
});

test('client: a challenge is about the attempt that was sent last', () => {
  const client = new SaslClient([NAMED, COOKIE]);
  client.receive(rejected('DBUS_COOKIE_SHA1'));
  const challenge = Uint8Array.of(7);
  assert.deepEqual(client.receive({ command: 'DATA', data: challenge }), {
    action: 'respond',
    attempt: COOKIE,
    challenge,
  });
});

test('client: ANONYMOUS is never tried unasked', () => {
  const client = new SaslClient([NAMED]);
  const error = throwsCode(() => client.receive(rejected('ANONYMOUS')), 'rejected');
  assert.match(error.message, /ANONYMOUS/);
});

test('client: a challenge is answered, or the attempt cancelled', () => {
  const client = new SaslClient([COOKIE, ANONYMOUS]);
  const challenge: SaslCommand = { command: 'DATA', data: Uint8Array.of(7) };
  assert.deepEqual(client.receive(challenge), {
    action: 'respond',
    attempt: COOKIE,
    challenge: Uint8Array.of(7),
  });
  throwsCode(() => client.receive(OK), 'unexpected-command');
  assert.deepEqual(client.respond(Uint8Array.of(9)), {
    action: 'send',
    command: { command: 'DATA', data: Uint8Array.of(9) },
  });
  assert.equal(client.receive(challenge).action, 'respond');
  assert.deepEqual(client.respond(undefined), {
    action: 'send',
    command: { command: 'CANCEL' },
  });
  throwsCode(() => client.receive(OK), 'unexpected-command');
  assert.deepEqual(client.receive(rejected('ANONYMOUS')), {
    action: 'send',
    command: auth(ANONYMOUS),
  });
  throwsCode(() => client.respond(NOTHING), 'unexpected-command');
});

// @rule sasl/detour-limit
test('client: a server that asks and asks, or says what nobody understands, is left', () => {
  const question: SaslCommand = { command: 'DATA', data: NOTHING };
  const asked = new SaslClient([NAMED]);
  for (let count = 0; count < 16; count++) {
    assert.equal(asked.receive(question).action, 'respond');
    assert.equal(asked.respond(NOTHING).action, 'send');
  }
  throwsCode(() => asked.receive(question), 'unexpected-command');
  const greeted = new SaslClient([NAMED]);
  const greeting: SaslCommand = { command: 'unknown', word: 'GREETINGS' };
  for (let count = 0; count < 16; count++) assert.equal(greeted.receive(greeting).action, 'send');
  throwsCode(() => greeted.receive(greeting), 'unexpected-command');
});

// @rule sasl/error-cancels
// @rule sasl/unknown-command
test('client: ERROR cancels the attempt, an unknown command is answered', () => {
  const client = new SaslClient([NAMED, ANONYMOUS]);
  assert.deepEqual(client.receive({ command: 'unknown', word: 'GREETINGS' }), {
    action: 'send',
    command: { command: 'ERROR', text: 'Unknown command' },
  });
  assert.deepEqual(client.receive({ command: 'ERROR', text: '' }), {
    action: 'send',
    command: { command: 'CANCEL' },
  });
  throwsCode(() => client.receive({ command: 'ERROR', text: '' }), 'unexpected-command');
  throwsCode(() => client.receive({ command: 'DATA', data: NOTHING }), 'unexpected-command');
});

test('client: a server that never stops saying what nobody understands is left', () => {
  const client = new SaslClient([NAMED]);
  const greeting: SaslCommand = { command: 'unknown', word: 'GREETINGS' };
  for (let count = 0; count < 16; count += 1) client.receive(greeting);
  throwsCode(() => client.receive(greeting), 'unexpected-command');
});

test('client: a server that never stops rejecting is left', () => {
  const client = new SaslClient(Array.from({ length: 12 }, () => ANONYMOUS));
  for (let count = 0; count < 8; count += 1) client.receive(rejected('ANONYMOUS'));
  throwsCode(() => client.receive(rejected('ANONYMOUS')), 'too-many-rejections');
});

test('client: a refusal says what the server offers, in bounds', () => {
  const messageFor = (...offered: string[]): string =>
    throwsCode(() => new SaslClient([NAMED]).receive(rejected(...offered)), 'rejected').message;
  assert.match(messageFor(), /offers nothing$/);
  assert.match(messageFor('A', 'B'), /offers A, B$/);
  assert.ok(messageFor(...new Array<string>(500).fill('x')).length < 400);
  assert.ok(messageFor('x'.repeat(9000)).length < 400);
});

test('client: needs an attempt', () => {
  assert.throws(() => new SaslClient([]), RangeError);
});
