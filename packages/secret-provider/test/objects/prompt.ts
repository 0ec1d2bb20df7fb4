import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { SERVICE_PATH } from '../../src/api/names.ts';
import { DBUS_ERROR, makeBench, refused, SECRET_ERROR, untilSignal } from '../support/bench.ts';

const SAFE = '/org/freedesktop/secrets/collection/safe';

test('a prompt takes Prompt and Dismiss, and is gone after Completed', async () => {
  const bench = makeBench();
  const [, path] = await bench.call(SERVICE_PATH, 'Unlock', 'ao', [SAFE]);
  await assert.rejects(bench.call(String(path), 'Prompt'), refused(`${DBUS_ERROR}.InvalidArgs`));
  assert.deepEqual(await bench.call(String(path), 'Dismiss'), []);
  await untilSignal(bench, 'Completed');
  for (const [member, signature, ...body] of [['Prompt', 's', ''], ['Dismiss']] as const) {
    await assert.rejects(
      bench.call(String(path), member, signature, ...body),
      refused(`${SECRET_ERROR}.NoSuchObject`),
    );
  }
});
