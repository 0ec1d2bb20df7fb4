// @rule keyring/idle-ends-with-program
import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { leaseService } from '../../src/service/shared-service.ts';

/** Nothing listens here; a service connects with its first call only. */
const ADDRESS = 'unix:path=/nonexistent/bus';

test('one connection for all who ask for the same, closed by the last', async () => {
  const first = leaseService({ address: ADDRESS }, undefined);
  const second = leaseService({ address: ADDRESS }, undefined);
  const other = leaseService({ address: ADDRESS, session: 'plain' }, undefined);
  const elsewhere = leaseService({ address: ADDRESS }, 'unix:path=/another');
  assert.equal(first.service, second.service);
  assert.notEqual(first.service, other.service);
  assert.notEqual(first.service, elsewhere.service);
  await first.release();
  await first.release();
  await assert.rejects(
    second.use((service) => service.ready()),
    { code: 'unavailable' },
  );
  await second.release();
  await assert.rejects(
    second.use((service) => service.ready()),
    { code: 'closed' },
  );
  const fresh = leaseService({ address: ADDRESS }, undefined);
  assert.notEqual(fresh.service, first.service);
  for (const lease of [other, elsewhere, fresh]) await lease.release();
});

test('the order of options tells nothing, and an option that is an object tells too little', async () => {
  const leases = [
    leaseService({ address: ADDRESS, interactive: false }, undefined),
    leaseService({ interactive: false, address: ADDRESS, trace: undefined }, undefined),
    leaseService({ address: ADDRESS, interactive: false, trace: () => {} }, undefined),
    leaseService({ address: ADDRESS, interactive: false, timeouts: { replyMs: 1 } }, undefined),
  ];
  const services = leases.map(({ service }) => service);
  assert.equal(services[0], services[1]);
  assert.equal(new Set(services).size, 3);
  for (const lease of leases) await lease.release();
});

test('the process is kept alive while something is under way, and no longer', async () => {
  const lease = leaseService({ address: ADDRESS }, undefined);
  const { service } = lease;
  const log: string[] = [];
  service.ref = () => void log.push('ref');
  service.unref = () => void log.push('unref');
  await Promise.all([
    lease.use(async () => void log.push('one')),
    lease.use(async () => void log.push('two')),
  ]);
  assert.deepEqual(log, ['ref', 'one', 'two', 'unref']);
  await assert.rejects(lease.use(() => Promise.reject(new Error('no'))));
  assert.deepEqual(log.slice(4), ['ref', 'unref']);
  await lease.release();
});
