import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { SecretKey } from '../../src/keys/secret-key.ts';
import { throwsCode } from '../support/codes.ts';

test('a wiped key is zeroed and refuses to be used', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const key = new SecretKey(bytes);
  assert.equal(key.use(), bytes);
  key.wipe();
  assert.deepEqual([...bytes], [0, 0, 0]);
  throwsCode('closed', () => key.use());
  key.wipe();
});
