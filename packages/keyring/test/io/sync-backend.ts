import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { SyncBackend } from '../../src/io/sync-backend.ts';
import type { Place } from '../../src/types/place.ts';

const KEY = { service: 'service', username: 'ada' };
/** Nothing answers in this process while it waits: what a keyring answers is seen in test-integration. */
const NOWHERE: Place = { busAddress: 'unix:path=/nonexistent/bus', interactive: false };

test('SyncBackend: the error of the worker is thrown here, with its code and advice', () => {
  const backend = new SyncBackend();
  const isUnavailable = (error: unknown): boolean => {
    assert.ok(error instanceof Error && 'code' in error && 'advice' in error);
    assert.equal(error.name, 'KeyringError');
    assert.equal(error.code, 'unavailable');
    assert.notEqual(error.advice, '');
    return true;
  };
  const options = { place: NOWHERE };
  assert.throws(() => backend.get(KEY, options), isUnavailable);
  assert.throws(() => backend.set(KEY, new Uint8Array([1]), options), isUnavailable);
  assert.throws(() => backend.delete(KEY, options), isUnavailable);
  assert.throws(() => backend.search({ service: 'service' }, options), isUnavailable);
});
