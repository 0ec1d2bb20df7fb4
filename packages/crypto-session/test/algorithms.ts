import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { ALGORITHM_DH, ALGORITHM_PLAIN } from '../src/algorithms.ts';

test('the algorithm names are those of the specification', () => {
  assert.equal(ALGORITHM_DH, 'dh-ietf1024-sha256-aes128-cbc-pkcs7');
  assert.equal(ALGORITHM_PLAIN, 'plain');
});
