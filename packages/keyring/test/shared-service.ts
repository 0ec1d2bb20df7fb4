// @rule keyring/idle-ends-with-program
import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { leaseService } from '../src/shared-service.ts';
import { onEmbedded } from './support/embedded.ts';

test('one connection for all who ask for the same, closed by the last', async () => {
  await onEmbedded(async ({ address }) => {
    const first = leaseService({ address }, undefined);
    const second = leaseService({ address }, undefined);
    const other = leaseService({ address, session: 'plain' }, undefined);
    const elsewhere = leaseService({ address }, 'unix:path=/another');
    assert.equal(first.service, second.service);
    assert.notEqual(first.service, other.service);
    assert.notEqual(first.service, elsewhere.service);
    await first.release();
    await first.release();
    await second.use((service) => service.ready());
    await second.release();
    await assert.rejects(second.use((service) => service.collections()));
    const fresh = leaseService({ address }, undefined);
    assert.notEqual(fresh.service, first.service);
    await fresh.use((service) => service.ready());
    for (const lease of [other, elsewhere, fresh]) await lease.release();
  });
});

test('the process is kept alive while something is under way, and no longer', async () => {
  await onEmbedded(async ({ address }) => {
    const lease = leaseService({ address }, undefined);
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
});
