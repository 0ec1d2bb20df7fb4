import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { ReadOnlyKeyring } from '../../src/formats/read-only-keyring.ts';
import { contentsOf } from '../../src/item.ts';
import { throwsCode } from '../support/codes.ts';
import { utf8 } from '../support/memory-io.ts';

test('each reading gives a fresh copy, and closing wipes the secrets', () => {
  const contents = contentsOf({ label: 'L', secret: 'hunter2' }, 1);
  const keyring = new ReadOnlyKeyring('v0', 'K', [{ id: '1', contents }]);
  const [item] = keyring.items;
  item?.readSecret().fill(0);
  assert.deepEqual(item?.readSecret(), utf8('hunter2'));
  assert.deepEqual(
    [keyring.format, keyring.label, keyring.isWritable, keyring.rejected],
    ['v0', 'K', false, []],
  );
  keyring.close();
  assert.deepEqual([...contents.secret], [0, 0, 0, 0, 0, 0, 0]);
  throwsCode('closed', () => item?.readSecret());
});
