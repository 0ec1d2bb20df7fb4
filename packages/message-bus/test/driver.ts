import assert from 'node:assert/strict';
import { isSignature } from '@keywire/dbus-wire';
import { test } from '../../../test-fixtures/src/harness.ts';
import { DRIVER_METHODS } from '../src/driver.ts';

test('every method of the driver is there once, with valid types', () => {
  const names = DRIVER_METHODS.map((method) => `${method.interface}.${method.member}`);
  assert.equal(new Set(names).size, names.length);
  for (const method of DRIVER_METHODS) {
    assert.ok(isSignature(method.in) && isSignature(method.out), method.member);
  }
});
