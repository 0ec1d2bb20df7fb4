import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { ConnectionError } from '../../src/connection-error.ts';
import { AuthError } from '../../src/sasl/auth-error.ts';
import { parseAddress } from '../../src/transport/address.ts';
import { describeSearch, summarise } from '../../src/transport/dial-failure.ts';

function failure(address: string, error: unknown) {
  const [entry] = parseAddress(address);
  assert.ok(entry);
  return { entry, error };
}

const systemError = (code: string): Error =>
  Object.assign(new Error(`connect ${code} /x`), { code });

test('failures: all addresses are named, and advice is for the first', () => {
  const error = summarise([
    failure('unix:path=/a', systemError('ENOENT')),
    failure('tcp:host=h,port=1', systemError('ECONNREFUSED')),
    failure('disabled:', new ConnectionError('bus-disabled', 'switched off')),
  ]);
  assert.equal(error.code, 'connect-failed');
  for (const part of ['unix:path=/a', 'ENOENT', 'tcp:host=h,port=1', 'ECONNREFUSED', 'disabled:']) {
    assert.ok(error.message.includes(part), error.message);
  }
  assert.match(error.advice ?? '', /dbus-run-session/);
});

test('failures: what is ours already stays as it is', () => {
  const cause = new ConnectionError('bus-disabled', 'switched off', { advice: 'Switch it on.' });
  const error = summarise([failure('disabled:', cause), failure('disabled:', cause)]);
  assert.deepEqual(
    [error.code, error.cause, error.advice],
    ['bus-disabled', cause, 'Switch it on.'],
  );
  const tried = 'disabled: (switched off); disabled: (switched off)';
  assert.equal(error.message, `bus: expected a connection, tried ${tried}`);
  const other = failure('unix:path=/a', systemError('ENOENT'));
  assert.equal(summarise([failure('disabled:', cause), other]).code, 'connect-failed');
});

test('failures: of one kind keep their code', () => {
  const cause = new AuthError('rejected', 'the server offers ANONYMOUS');
  const error = summarise([failure('unix:path=/a', cause), failure('unix:path=/b', cause)]);
  assert.equal(error.code, 'auth-rejected');
  assert.match(error.message, /offers ANONYMOUS/);
  assert.match(error.advice ?? '', /another user/);
});

// @rule address/abstract-name-length
test('failures: advice by the system error', () => {
  for (const { address, code, advice } of [
    { address: 'unix:path=/a', code: 'EACCES', advice: /another user/ },
    { address: 'unix:path=/a', code: 'EPERM', advice: /another user/ },
    { address: 'unix:path=/a', code: 'ECONNREFUSED', advice: /dbus-run-session/ },
    { address: 'unix:abstract=a', code: 'ECONNREFUSED', advice: /abstract/ },
  ]) {
    assert.match(summarise([failure(address, systemError(code))]).advice ?? '', advice);
  }
  const odd = summarise([failure('unix:path=/a', 'not even an error')]);
  assert.equal(odd.advice, undefined);
  assert.match(odd.message, /got failed\)$/);
  assert.equal(odd.code, 'connect-failed');
});

test('failures: a runtime that was not told to allow it says so', () => {
  const cause = Object.assign(new Error('Requires sys access to "uid"'), { name: 'NotCapable' });
  for (const [error, code] of [
    [describeSearch(cause), 'no-bus'],
    [summarise([failure('unix:path=/a', cause)]), 'connect-failed'],
  ] as const) {
    assert.ok(error instanceof ConnectionError);
    assert.equal(error.code, code);
    assert.match(error.message, /got NotCapable: .*--allow-sys/u);
  }
  const other = new TypeError('a fault of ours');
  assert.equal(describeSearch(other), other);
});
