import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { exportObject } from '../src/objects.ts';
import { proxyOf } from '../src/proxy.ts';
import { CALCULATOR, calculator } from './support/calculator.ts';
import { connectedPair } from './support/connected-pair.ts';

test('proxies: made by the connection itself, with options for every call', async () => {
  const { ours, theirs } = connectedPair();
  exportObject(theirs, '/c', [calculator({ level: 1, secret: '', forgotten: 0 })]);
  const proxy = ours.proxy(proxyOf({ path: '/c' }, CALCULATOR, { interactive: true }));
  const sum: number = await proxy.call.Add(1, 2);
  assert.equal(sum, 3);
});
