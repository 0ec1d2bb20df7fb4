import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { SERVICE_PATH } from '../../src/api/names.ts';
import { makeBench, refused, SECRET_ERROR } from '../support/bench.ts';

test('a session is closed by its owner, once', async () => {
  const bench = makeBench();
  const session = await bench.openPlain();
  await assert.rejects(bench.as(':1.2')(session, 'Close'), refused(`${SECRET_ERROR}.NoSession`));
  assert.deepEqual(await bench.call(session, 'Close'), []);
  await assert.rejects(bench.call(session, 'Close'), refused(`${SECRET_ERROR}.NoSuchObject`));
});

// @rule provider/foreign-objects-untold
test("another connection's session and prompt cannot be told from what is not there", async () => {
  const bench = makeBench();
  const session = await bench.openPlain();
  const safe = '/org/freedesktop/secrets/collection/safe';
  const [, prompt] = await bench.call(SERVICE_PATH, 'Unlock', 'ao', [safe]);
  for (const path of [session, String(prompt)]) {
    const look = ['org.freedesktop.DBus.Introspectable.Introspect'] as const;
    assert.equal((await bench.call(path, ...look)).length, 1);
    for (const at of [path, `${path}9`]) {
      const nothing = refused(`${SECRET_ERROR}.NoSuchObject`);
      await assert.rejects(bench.as(':1.2')(at, ...look), nothing);
      const getAll = bench.as(':1.2')(at, 'org.freedesktop.DBus.Properties.GetAll', 's', '');
      await assert.rejects(getAll, nothing);
    }
  }
});
