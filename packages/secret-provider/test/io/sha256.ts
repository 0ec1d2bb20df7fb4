import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { sha256 } from '../../src/io/sha256.ts';

test('sha256: the value of FIPS 180-2 for "abc", and UTF-8 for other text', () => {
  assert.equal(sha256('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  assert.notEqual(sha256('ü'), sha256('\u00c3\u00bc'.slice(0, 1)));
});
