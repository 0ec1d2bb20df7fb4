import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { createEmpty, lockOptions, openBytes, readExisting } from '../../src/file/opening.ts';
import { rejectsCode } from '../support/codes.ts';
import { memoryIo, utf8 } from '../support/memory-io.ts';

test('a file must be there to be read', async () => {
  const io = memoryIo();
  io.files.set('/there', utf8('x'));
  assert.deepEqual(await readExisting(io, '/there'), utf8('x'));
  await rejectsCode('file-not-found', readExisting(io, '/none'));
});

test('an empty keyring of either form is opened with the options it was made with', async () => {
  const io = memoryIo();
  const hardened = await createEmpty(io, { password: 'pw', context: 'c', label: 'L' });
  const options = { context: 'c', minimumRevision: 0 };
  const opened = await openBytes(io, hardened.encode(), options, 'pw');
  assert.deepEqual([opened.format, opened.label], ['hardened', 'L']);
  await rejectsCode('wrong-password', openBytes(io, hardened.encode(), {}, 'pw'));
  await rejectsCode('no-password-source', openBytes(io, hardened.encode(), options, undefined));
  const v1 = await createEmpty(io, { password: 'pw', format: 'v1', iterations: 100_001 });
  assert.equal((await openBytes(io, v1.encode(), { format: 'v1' }, 'pw')).format, 'v1');
  await rejectsCode('no-password-source', createEmpty(io, {}));
  const cost = { kdf: 'scrypt', logN: 13, r: 8, p: 1 } as const;
  await rejectsCode('too-weak', createEmpty(io, { password: 'pw', cost }));
});

test('the lock is told how long to wait and when to give up', () => {
  const { signal } = new AbortController();
  assert.deepEqual(lockOptions({ lockTimeoutMs: 5, signal }), { timeoutMs: 5, signal });
  assert.deepEqual(lockOptions({}), { timeoutMs: undefined, signal: undefined });
});

test('a form that cannot be made, and a name that is no text, make nothing', async () => {
  const io = memoryIo();
  // @ts-expect-error what a caller without a compiler may pass
  await assert.rejects(createEmpty(io, { password: 'pw', format: 'v0' }), TypeError);
  await rejectsCode('invalid-item', createEmpty(io, { password: 'pw', label: '\ud800' }));
  const keyring = await createEmpty(io, { password: 'pw' });
  const edits = [{ kind: 'label', label: 'a\0' }] as const;
  assert.throws(() => keyring.edit(edits, { nowSeconds: 1, randomBytes: io.randomBytes }), {
    code: 'invalid-item',
  });
});
