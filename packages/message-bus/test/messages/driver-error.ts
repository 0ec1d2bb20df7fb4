import assert from 'node:assert/strict';
import { isErrorName } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { DriverError } from '../../src/messages/driver-error.ts';

test('an error of the driver has the name that goes over the wire', () => {
  const error = new DriverError('NameHasNoOwner', 'nobody');
  assert.equal(error.errorName, 'org.freedesktop.DBus.Error.NameHasNoOwner');
  assert.equal(isErrorName(error.errorName), true);
  assert.equal(error.message, 'nobody');
});
