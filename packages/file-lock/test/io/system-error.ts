import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { systemErrorCode, whenFailing, writeFailureOf } from '../../src/io/system-error.ts';

test('only errors of the system have a code', async () => {
  const missing = await readFile('/nonexistent/file').catch((error: unknown) => error);
  assert.equal(systemErrorCode(missing), 'ENOENT');
  assert.equal(systemErrorCode(new Error('')), undefined);
  assert.equal(systemErrorCode(Object.assign(new Error(''), { code: 5 })), undefined);
  assert.equal(systemErrorCode({ code: 'ENOENT' }), undefined);
});

test('the fallback stands in for the named failures only', async () => {
  assert.equal(await whenFailing(Promise.resolve(1), ['ENOENT'], 2), 1);
  assert.equal(await whenFailing(readFile('/nonexistent/file'), ['ENOENT'], 2), 2);
  await assert.rejects(whenFailing(readFile('/nonexistent/file'), ['EPERM'], 2), {
    code: 'ENOENT',
  });
  await assert.rejects(whenFailing(Promise.reject(new Error('other')), ['ENOENT'], 2), /other/u);
});

test('why something could not be written', () => {
  const codes = ['ENOSPC', 'EDQUOT', 'EFBIG', 'EACCES', 'EPERM', 'EROFS', 'EIO', 'an error'];
  assert.deepEqual(codes.map(writeFailureOf), [
    ...['no-space', 'no-space', 'no-space'],
    ...['not-writable', 'not-writable', 'not-writable'],
    ...['write-failed', 'write-failed'],
  ]);
});
