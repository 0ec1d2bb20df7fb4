import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { refuseStore } from '../../../src/io/services/unusable-store.ts';

// @rule cli/no-argument-echo
test('refuseStore: what the system says, without the path; what it did not say is as it was', () => {
  let said: unknown;
  try {
    statSync('/etc/passwd/hunter2');
  } catch (error) {
    said = error;
  }
  assert.throws(() => refuseStore(said), {
    name: 'CliError',
    code: 'store-unusable',
    message: '--store: expected a keyring file, or a folder of them, got ENOTDIR',
  });
  const other = new RangeError('a fault of ours');
  assert.throws(() => refuseStore(other), other);
});
