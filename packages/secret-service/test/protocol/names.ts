import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  aliasPath,
  checkObjectPath,
  collectionPathOf,
  INTERFACE_PREFIX,
  isAliasPath,
  SERVICE_INTERFACE,
} from '../../src/protocol/names.ts';

test('an alias has a path of its own, unless it cannot stand in one', () => {
  assert.equal(aliasPath('default'), '/org/freedesktop/secrets/aliases/default');
  for (const alias of ['', 'with space', 'a/b', 'ä', 'a-b'])
    assert.equal(aliasPath(alias), undefined);
});

test('alias paths are told from collection paths', () => {
  assert.equal(isAliasPath('/org/freedesktop/secrets/aliases/default'), true);
  assert.equal(isAliasPath('/org/freedesktop/secrets/collection/default'), false);
});

test("an item's collection is its parent", () => {
  const collection = '/org/freedesktop/secrets/collection/login';
  assert.equal(collectionPathOf(`${collection}/7`), collection);
  assert.equal(collectionPathOf('/item'), '/');
});

test('interfaces carry the prefix', () => {
  assert.equal(SERVICE_INTERFACE, `${INTERFACE_PREFIX}Service`);
});

// @rule secret/own-paths
test('paths of anything else are refused', () => {
  const collection = '/org/freedesktop/secrets/collection/login';
  checkObjectPath(collection, 'collection');
  checkObjectPath(`${collection}/7`, 'item');
  for (const [path, kind] of [
    [`${collection}/7`, 'collection'],
    [collection, 'item'],
    [`${collection}/7/8`, 'item'],
    ['/org/freedesktop/secrets/collection', 'collection'],
    ['/org/freedesktop/secrets/aliases/default', 'collection'],
    ['/org/freedesktop/systemd1', 'collection'],
    [`${collection}/`, 'item'],
    [`${collection}-x`, 'collection'],
    ['', 'item'],
    [undefined, 'item'],
  ]) {
    assert.throws(() => Reflect.apply(checkObjectPath, undefined, [path, kind]), {
      code: 'invalid-argument',
    });
  }
});
