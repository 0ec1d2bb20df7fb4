import assert from 'node:assert/strict';
import { isBusName, isInterfaceName, isObjectPath } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import * as names from '../../src/api/names.ts';

test('every name is valid, and paths are made of ids', () => {
  assert.ok(isBusName(names.SERVICE_NAME));
  for (const [key, value] of Object.entries(names)) {
    if (key.endsWith('_INTERFACE')) assert.ok(isInterfaceName(String(value)), key);
    if (key.endsWith('_PREFIX')) assert.ok(isObjectPath(`${value}x`), key);
  }
  assert.equal(names.collectionPath('a'), '/org/freedesktop/secrets/collection/a');
  assert.equal(names.itemPath('a', 'b'), '/org/freedesktop/secrets/collection/a/b');
});

test('an id is one element of a path', () => {
  assert.deepEqual(['a_Z0', '', 'a/b', 'ä', 'a-b', 'a b'].map(names.isPathElement), [
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});

test('an alias is one, of bounded length', () => {
  assert.deepEqual(['a'.repeat(255), 'a'.repeat(256), 'a/b', ''].map(names.isAlias), [
    true,
    false,
    false,
    false,
  ]);
});
