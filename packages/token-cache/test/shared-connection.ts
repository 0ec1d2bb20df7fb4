/** One connection for each way to connect, which an idle process does not wait for. */
import assert from 'node:assert/strict';
import type { SecretService } from '@keywire/secret-service';
import { test } from '../../../test-fixtures/src/harness.ts';
import { withSharedService } from '../src/shared-connection.ts';
import { NO_BUS, withKeyring } from './support/keyring.ts';

const itself = async (service: SecretService): Promise<SecretService> => service;

test('the same options give the same connection, others another', async () => {
  await withKeyring(async (connect) => {
    const first = await withSharedService(connect, itself);
    assert.equal(await withSharedService({ ...connect, trace: undefined }, itself), first);
    const timeouts = { replyMs: 20_000 };
    assert.notEqual(await withSharedService({ ...connect, timeouts }, itself), first);
    assert.ok((await first.collections()).length > 0, 'it stays open');
  });
});

test('options that are no text give a connection of their own, closed afterwards', async () => {
  await withKeyring(async (connect) => {
    const own = { ...connect, trace: () => {} };
    const first = await withSharedService(own, async (service) => {
      await service.collections();
      return service;
    });
    await assert.rejects(first.collections(), { code: 'closed' });
    assert.notEqual(await withSharedService(own, itself), first);
  });
});

test('calls may overlap, and a failure leaves it usable', async () => {
  await withKeyring(async (connect) => {
    const calls = Array.from({ length: 5 }, () =>
      withSharedService(connect, (service) => service.lookup({ app: 'absent' })),
    );
    assert.deepEqual(await Promise.all(calls), Array(5).fill(undefined));
    const failing = withSharedService(connect, () => Promise.reject(new Error('inside')));
    await assert.rejects(failing, { message: 'inside' });
    assert.equal(await withSharedService(connect, (one) => one.lookup({ app: 'x' })), undefined);
  });
  for (let tries = 0; tries < 2; tries += 1) {
    const unreachable = withSharedService(NO_BUS, (service) => service.lookup({ app: 'x' }));
    await assert.rejects(unreachable, { code: 'unavailable' });
  }
});
