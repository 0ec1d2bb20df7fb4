import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isInsideFlatpak, openConnection } from '../../src/io/open-connection.ts';
import { rejectsCode } from '../support/expect-error.ts';

test('opening: returns at once; what fails later reaches the calls', async () => {
  const connection = openConnection({ address: 'unix:path=/nonexistent/a' });
  const call = connection.call({ destination: ':1.1', path: '/', member: 'M' });
  const error = await rejectsCode(call, 'connect-failed');
  assert.equal(await rejectsCode(connection.ready, 'connect-failed'), error);
  await connection.closed;
});

// @rule connection/stepwise-in-flatpak
test('opening: a Flatpak is known by its mark', () => {
  assert.equal(isInsideFlatpak(fileURLToPath(import.meta.url)), true);
  assert.equal(isInsideFlatpak('/nonexistent/.flatpak-info'), false);
});

test('opening: what is misspelt does not lead to another bus', () => {
  const wrong: unknown[] = [
    'unix:path=/nonexistent/a',
    { bus: 'sesion' },
    { bus: null },
    { address: 5 },
    { mechanisms: [] },
    { mechanisms: ['EXTERNAL', 'anonymous'] },
  ];
  // @ts-expect-error what a caller without a compiler may pass
  for (const options of wrong) assert.throws(() => openConnection(options), TypeError);
  // @ts-expect-error what a caller without a compiler may pass
  assert.throws(() => openConnection({ timeoutMs: '5' }), RangeError);
});
