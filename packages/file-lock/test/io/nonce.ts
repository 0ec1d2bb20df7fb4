import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { newNonce } from '../../src/io/nonce.ts';

test('nonces have 32 hexadecimal digits and differ', () => {
  const nonces = Array.from({ length: 100 }, newNonce);
  for (const nonce of nonces) assert.match(nonce, /^[0-9a-f]{32}$/u);
  assert.equal(new Set(nonces).size, 100);
});
