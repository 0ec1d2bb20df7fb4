import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { md5 } from '../../src/io/md5.ts';

test('RFC 1321 appendix A.5', () => {
  assert.equal(md5('abc'), '900150983cd24fb0d6963f7d28e17f72');
});
