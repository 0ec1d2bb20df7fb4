import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { newNonce } from '../../src/io/nonce.ts';

test('nonces are 32 hexadecimal digits, each its own', () => {
  assert.match(newNonce(), /^[0-9a-f]{32}$/u);
  assert.notEqual(newNonce(), newNonce());
});
