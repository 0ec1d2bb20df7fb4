import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { sha256Hex } from '../../src/io/sha256.ts';

test('SHA-256 of "abc" is that of FIPS 180-4', () => {
  assert.equal(
    sha256Hex('abc'),
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});
