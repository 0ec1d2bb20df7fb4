import assert from 'node:assert/strict';
import { MAX_SECRET_BYTES as SERVICE_BYTES } from '@keywire/secret-service';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { MAX_NAME_LENGTH, MAX_SECRET_BYTES } from '../../src/entries/limits.ts';

test('what is taken here is what every store underneath takes', () => {
  assert.ok(MAX_SECRET_BYTES <= SERVICE_BYTES);
  assert.equal(MAX_SECRET_BYTES, 16 * 1024 * 1024);
  assert.equal(MAX_NAME_LENGTH, 65_536);
});
