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

// @rule file/ids-differ
test('an id that the file has twice stays with the first, and no third loses its own', () => {
  const contents = contentsOf({ secret: '' }, 1);
  const ids = ['a', 'a_2', 'a', 'a', 'a_2', 'b'];
  const keyring = new ReadOnlyKeyring(
    'v0',
    undefined,
    ids.map((id) => ({ id, contents })),
  );
  assert.deepEqual(
    keyring.items.map(({ id }) => id),
    ['a', 'a_2', 'a_3', 'a_4', 'a_2_2', 'b'],
  );
});

// @rule file/attribute-limit
test('the attributes of all items are counted', () => {
  const attributes = new Map(Array.from({ length: 1000 }, (_, at) => [`${at}`, '']));
  const { secret, ...fields } = contentsOf({ secret: '' }, 1);
  const item = { id: 'a', contents: { ...fields, secret, attributes } };
  assert.equal(new ReadOnlyKeyring('json', '', Array(1000).fill(item)).items.length, 1000);
  throwsCode('too-large', () => new ReadOnlyKeyring('json', '', Array(1001).fill(item)));
});
