import assert from 'node:assert/strict';
import { ConnectionError, DBusErrorReply, WireError } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { codeOfReply, normaliseError } from '../../src/errors/error-normalisation.ts';
import type { SecretServiceErrorCode } from '../../src/errors/error-table.ts';
import { secretServiceError } from '../../src/errors/errors.ts';

const READ = { subject: 'Item.GetSecret', isWrite: false, isFirst: false };
const WRITE = { ...READ, isWrite: true };
const DBUS = 'org.freedesktop.DBus.Error.';

// @rule secret/session-lost
// @rule secret/missing-object
// @rule secret/no-reply
test('what daemons say in many ways means one thing', () => {
  const cases: [string, string, SecretServiceErrorCode, boolean?][] = [
    ['org.freedesktop.Secret.Error.IsLocked', '', 'locked'],
    ['org.freedesktop.Secret.Error.NoSession', 'The session does not exist', 'no-session'],
    [`${DBUS}UnknownObject`, "Can't find session /org/x", 'no-session'],
    ['org.qtproject.QtDBus.Error.InvalidObjectPath', "Can't find session /x", 'no-session'],
    [
      `${DBUS}InvalidArgs`,
      'The secret was transferred or encrypted in an invalid way.',
      'no-session',
    ],
    ['org.freedesktop.Secret.Error.NoSuchObject', '', 'not-found'],
    [`${DBUS}UnknownObject`, '', 'not-found'],
    [`${DBUS}UnknownObject`, "No such object path '/x'", 'not-found'],
    [`${DBUS}UnknownMethod`, "Object does not exist at path '/x'", 'not-found'],
    [`${DBUS}UnknownMethod`, 'No such method', 'protocol'],
    [`${DBUS}UnknownMethod`, 'No such interface “x” on object at path /y', 'not-supported'],
    ['org.qtproject.QtDBus.Error.InvalidObjectPath', '', 'not-found'],
    [`${DBUS}InvalidArgs`, "Can't find item /x", 'not-found'],
    [`${DBUS}InvalidArgs`, 'something else', 'failed'],
    [`${DBUS}NotSupported`, '', 'not-supported'],
    [`${DBUS}UnknownInterface`, '', 'not-supported'],
    ['org.gnome.keyring.Error.Denied', 'The password was invalid', 'denied'],
    [`${DBUS}AccessDenied`, '', 'denied'],
    ['org.freedesktop.Secret.Error.AlreadyExists', '', 'already-exists'],
    [`${DBUS}ServiceUnknown`, '', 'unavailable', true],
    [`${DBUS}Spawn.ChildExited`, '', 'unavailable', true],
    [`${DBUS}NoReply`, '', 'unavailable', true],
    [`${DBUS}NoReply`, '', 'owner-changed', false],
    [`${DBUS}ServiceUnknown`, '', 'owner-changed', false],
    [`${DBUS}NameHasNoOwner`, '', 'owner-changed', false],
    [`${DBUS}TimedOut`, '', 'deadline'],
    [`${DBUS}TimedOut`, 'Failed to activate service', 'unavailable', true],
    [`${DBUS}Failed`, '', 'failed'],
    ['com.example.Unheard', '', 'failed'],
  ];
  for (const [name, text, code, isFirst = false] of cases) {
    const context = { subject: 'Service.Lock', isFirst, isWrite: false };
    assert.equal(codeOfReply(name, text, context), code, `${name} ${text}`);
  }
  // @rule secret/limits-exceeded
  const limits = [true, false].map((isWrite) =>
    codeOfReply(`${DBUS}LimitsExceeded`, '', { ...READ, isWrite }),
  );
  assert.deepEqual(limits, ['too-large', 'failed']);
});

// @rule secret/object-went-meanwhile
test('an object that went while the call waited is gone, in whatever language', () => {
  for (const subject of ['Item.Delete', 'Collection.CreateItem', 'Properties.GetAll']) {
    for (const text of ['No such interface “x” on object at path /y', 'Objekt existiert nicht']) {
      for (const name of ['UnknownMethod', 'UnknownInterface']) {
        assert.equal(codeOfReply(DBUS + name, text, { ...READ, subject }), 'not-found');
      }
    }
  }
  assert.equal(codeOfReply(`${DBUS}UnknownMethod`, 'No such method “x”', READ), 'protocol');
});

test("the daemon's own text is not repeated: it may name labels", () => {
  const reply = new DBusErrorReply(`${DBUS}Failed`, 'my bank PIN', { body: () => ['my bank PIN'] });
  const error = normaliseError(reply, READ);
  assert.equal(error.message.includes('bank'), false);
  assert.equal(error.message.includes(`${DBUS}Failed`), true);
  assert.equal(error.cause, reply);
});

test('what the bus answers in place of a daemon leaves open whether it was done', () => {
  for (const name of ['NoReply', 'Timeout', 'TimedOut', 'Disconnected']) {
    const reply = new DBusErrorReply(DBUS + name, 'text', { body: () => ['text'] });
    assert.equal(normaliseError(reply, WRITE).mayHaveHappened, true, name);
    assert.equal(normaliseError(reply, READ).mayHaveHappened, false, name);
  }
});

test('the text of a reply counts where its name alone does not tell', () => {
  const body = (): unknown[] => ["Can't find item /x"];
  const reply = new DBusErrorReply(`${DBUS}InvalidArgs`, "Can't find item /x", { body });
  assert.equal(normaliseError(reply, READ).code, 'not-found');
  const number = new DBusErrorReply(`${DBUS}InvalidArgs`, undefined, { body: () => [5] });
  assert.equal(normaliseError(number, READ).code, 'failed');
});

test('an error reply without a body is taken as one', () => {
  const error = normaliseError(new DBusErrorReply(`${DBUS}NotSupported`, undefined), READ);
  assert.equal(error.code, 'not-supported');
});

test('errors of the connection: what happened, and whether it may have been done', () => {
  const cases: [ConstructorParameters<typeof ConnectionError>[0], SecretServiceErrorCode][] = [
    ['no-bus', 'unavailable'],
    ['bus-disabled', 'unavailable'],
    ['connect-failed', 'unavailable'],
    ['auth-rejected', 'unavailable'],
    ['path-too-long', 'unavailable'],
    ['deadline', 'deadline'],
    ['disconnected', 'disconnected'],
    ['closed', 'disconnected'],
    ['owner-changed', 'owner-changed'],
    ['protocol', 'protocol'],
  ];
  for (const [given, code] of cases) {
    assert.equal(normaliseError(new ConnectionError(given, 'x'), READ).code, code);
  }
  const lost = new ConnectionError('disconnected', 'x');
  assert.equal(normaliseError(lost, READ).mayHaveHappened, false);
  assert.equal(normaliseError(lost, WRITE).mayHaveHappened, true);
  // The stream was broken off: what was asked for may have been done.
  assert.equal(normaliseError(new ConnectionError('protocol', 'x'), WRITE).mayHaveHappened, true);
  const refused = new DBusErrorReply(`${DBUS}UnknownMethod`, 'No such method');
  assert.equal(normaliseError(refused, WRITE).mayHaveHappened, false);
  const noBus = new ConnectionError('no-bus', 'tried unix:path=/x');
  assert.match(normaliseError(noBus, READ).advice, /^start a session bus, or /u);
  assert.match(normaliseError(noBus, WRITE).message, /unix:path=\/x/);
  assert.equal(normaliseError(noBus, WRITE).mayHaveHappened, false);
});

test("an abort's reason is the cause", () => {
  const reason = new Error('enough');
  const error = normaliseError(new ConnectionError('aborted', 'x', { cause: reason }), READ);
  assert.equal(error.code, 'aborted');
  assert.equal(error.cause, reason);
});

// @rule secret/too-large
test('a message of ours that is too long for the bus was not sent', () => {
  for (const code of ['array-too-long', 'message-too-long'] as const) {
    const error = normaliseError(new WireError(code, 0), WRITE);
    assert.equal(error.code, 'too-large');
    assert.equal(error.mayHaveHappened, false);
  }
});

test('our own errors pass unchanged; what is unknown is a protocol error', () => {
  const own = secretServiceError('locked', 's');
  assert.equal(normaliseError(own, READ), own);
  assert.equal(normaliseError(new WireError('padding-not-zero', 0), READ).code, 'protocol');
  assert.equal(normaliseError(new Error('?'), READ).code, 'protocol');
  const misuse = normaliseError(new TypeError('signal: expected an AbortSignal'), READ);
  assert.equal(misuse.code, 'invalid-argument');
  assert.match(misuse.message, /signal: expected an AbortSignal/);
});
