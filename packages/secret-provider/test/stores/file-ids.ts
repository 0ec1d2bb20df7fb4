import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isPathElement } from '../../src/api/names.ts';
import { collisions, idOfFile } from '../../src/stores/file-ids.ts';

test('a name is its own id where it can be; else each byte that cannot stands as a number', () => {
  for (const [name, id] of [
    ['login', 'login'],
    ['my_keys', 'my_keys'],
    ['my-keys', 'my_2dkeys'],
    ['my-_keys', 'my_2d_5fkeys'],
    ['é', '_c3_a9'],
    ['session', 'session_file'],
    ['', ''],
  ] as const) {
    assert.equal(idOfFile(name), id);
    assert.ok(id === '' || isPathElement(id));
  }
});

// @rule provider/colliding-files
test('of names with one id, all but the first collide with it', () => {
  assert.deepEqual(collisions(['a', 'b', 'a-b', 'session']), []);
  const found = collisions(['a-b', 'c', 'a_2db', 'session_file', 'session']);
  assert.deepEqual(
    found.map(({ code }) => code),
    ['colliding-files', 'colliding-files'],
  );
  assert.match(found[0]?.message ?? '', /"a-b\.keyring" and "a_2db\.keyring"/u);
  assert.match(found[1]?.message ?? '', /"session_file\.keyring" and "session\.keyring"/u);
});
