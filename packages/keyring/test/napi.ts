import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from '../../../test-fixtures/src/harness.ts';
import { memoryBackend } from '../src/index.ts';
import napi, * as named from '../src/napi.ts';
import { areWiped, watchedBackend } from './support/watched-backend.ts';

const { AsyncEntry, configure, Entry, findCredentials, findCredentialsAsync } = named;

test('napi: by name and by default', () => {
  const { default: byDefault, NapiArgumentError: _error, ...names } = named;
  assert.equal(byDefault, napi);
  assert.deepEqual({ ...napi }, names);
});

test('AsyncEntry: stores, reads and deletes', async () => {
  configure({ backend: memoryBackend() });
  const entry = new AsyncEntry('service', 'ada');
  assert.equal(await entry.getPassword(), null);
  assert.equal(await entry.getSecret(), null);
  await entry.setPassword('hunter2');
  assert.equal(await entry.getPassword(), 'hunter2');
  const secret = new Uint8Array([255, 0]);
  await entry.setSecret(secret);
  assert.deepEqual([...secret], [255, 0]);
  const buffer = Buffer.from([255, 0]);
  await entry.setSecret(buffer);
  assert.deepEqual([...buffer], [255, 0]);
  assert.deepEqual(await entry.getSecret(), [255, 0]);
  await assert.rejects(entry.getPassword(), { code: 'not-text' });
  assert.equal(await entry.deleteCredential(), true);
  assert.equal(await entry.deletePassword(), false);
});

test('AsyncEntry: another target is another entry; findCredentialsAsync lists the service', async () => {
  configure({ backend: memoryBackend() });
  const entry = AsyncEntry.withTarget('work', 'service', 'ada');
  await entry.setPassword('hunter2');
  assert.equal(await new AsyncEntry('service', 'ada').getPassword(), null);
  assert.equal(await entry.getPassword(), 'hunter2');
  assert.deepEqual(await findCredentialsAsync('service'), [
    { account: 'ada', password: 'hunter2' },
  ]);
  assert.deepEqual(await findCredentialsAsync('nothing', null), []);
});

test('AsyncEntry: arguments that are refused are thrown at once; a signal ends a call', async () => {
  configure({ backend: memoryBackend() });
  const entry = new AsyncEntry('service', 'ada');
  // @ts-expect-error
  assert.throws(() => new AsyncEntry('service'), { code: 'StringExpected' });
  // @ts-expect-error
  assert.throws(() => entry.setPassword(7), { code: 'StringExpected' });
  // @ts-expect-error
  assert.throws(() => entry.setSecret('text'), { code: 'InvalidArg' });
  // @ts-expect-error
  assert.throws(() => entry.getPassword(5), { code: 'InvalidArg' });
  // @ts-expect-error
  assert.throws(() => findCredentialsAsync(), { code: 'StringExpected' });
  await assert.rejects(entry.getPassword(AbortSignal.abort()), { code: 'aborted' });
});

test('Entry: with a backend of this thread it says why it cannot', () => {
  configure({ backend: memoryBackend() });
  assert.throws(() => new Entry('service', 'ada').getPassword(), { code: 'not-supported' });
  assert.throws(() => findCredentials('service'), { code: 'not-supported' });
  configure({});
});

test('withTarget: a target that is missing is refused, not taken for an entry without one', () => {
  for (const target of [undefined, null, 5]) {
    for (const Class of [AsyncEntry, Entry]) {
      // @ts-expect-error
      assert.throws(() => Class.withTarget(target, 'service', 'ada'), { code: 'StringExpected' });
    }
  }
  assert.throws(() => AsyncEntry.withTarget('', 's', 'ada'), { code: 'invalid-argument' });
});

test('configure: what is no option is refused, and those that there are are named', () => {
  // @ts-expect-error
  assert.throws(() => configure({ timeoutMs: 5 }), { message: /syncTimeoutMs, got "timeoutMs"$/u });
  // @ts-expect-error
  assert.throws(() => configure(undefined), { code: 'invalid-argument' });
  // A lock is an error here, as in the original: who asks for null is told that it is not to be had.
  const nulls: object = { locked: 'null' };
  assert.throws(() => configure(nulls), { message: /got "locked"$/u });
});

test('configure: a time that is none is refused', () => {
  assert.throws(() => configure({ syncTimeoutMs: 0 }), { code: 'invalid-argument' });
  assert.throws(() => configure({ syncTimeoutMs: Number.NaN }), { code: 'invalid-argument' });
  for (const syncTimeoutMs of ['5', 5n, null, [5]]) {
    // @ts-expect-error
    assert.throws(() => configure({ syncTimeoutMs }), { code: 'invalid-argument' });
  }
});

test('AsyncEntry: bytes live as long as they are needed, and are wiped then', async () => {
  const { backend, given, taken, stored } = watchedBackend();
  configure({ backend });
  const entry = new AsyncEntry('service', 'ada');
  await entry.setPassword('other');
  const own = new TextEncoder().encode('bytes');
  const setting = entry.setSecret(own);
  own.fill(0x2e);
  await setting;
  assert.deepEqual(stored, ['other', 'bytes']);
  assert.ok(areWiped(taken, 2));
  assert.equal(new TextDecoder().decode(own), '.....', 'they stay the caller’s');
  assert.equal(await entry.getPassword(), 'hunter2');
  assert.deepEqual(await entry.getSecret(), [...new TextEncoder().encode('hunter2')]);
  assert.equal((await findCredentialsAsync('service')).length, 1);
  assert.ok(areWiped(given, 3));
});
