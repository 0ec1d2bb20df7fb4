import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { LOGIN, makeBench, refused, SECRET_ERROR } from '../support/bench.ts';

// @rule provider/no-such-object
test('what is not there is NoSuchObject, wherever below the service', async () => {
  const bench = makeBench();
  const paths = [
    '/org/freedesktop/secrets/collection',
    '/org/freedesktop/secrets/collection/none',
    `${LOGIN}/9`,
    `${LOGIN}/1/2`,
    '/org/freedesktop/secrets/aliases/none',
    '/org/freedesktop/secrets/session/s9',
    '/org/freedesktop/secrets/prompt/p9',
    '/org/freedesktop/secrets/other',
  ];
  for (const path of paths) {
    await assert.rejects(bench.call(path, 'a.b.C'), refused(`${SECRET_ERROR}.NoSuchObject`), path);
  }
  assert.deepEqual(bench.faults, []);
});
