/** One text in a plain file. */
import assert from 'node:assert/strict';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { FilePersistence } from '../../src/persistences/file-persistence.ts';

test('save, load, delete', async () => {
  await inFolder(async (folder) => {
    const file = new FilePersistence(join(folder, 'deep', 'cache.json'));
    assert.equal(file.kind, 'file');
    assert.equal(file.isEncrypted, false);
    assert.equal(file.location, join(folder, 'deep', 'cache.json'));
    await file.save('{"a":1}');
    assert.equal(await file.load(), '{"a":1}');
    assert.equal(statSync(file.location).mode & 0o777, 0o600);
    assert.equal(await file.delete(), true);
    assert.equal(await file.delete(), false);
  });
});

test('~ is the home folder', () => {
  assert.equal(new FilePersistence('~/x').location, join(homedir(), 'x'));
});

test('what was never saved is not found, with its place', async () => {
  await inFolder(async (folder) => {
    const file = new FilePersistence(join(folder, 'cache'));
    const missing = { name: 'PersistenceNotFound', code: 'not-found', location: file.location };
    await assert.rejects(file.load(), missing);
    await assert.rejects(file.timeLastModified(), missing);
    assert.equal(await file.version(), undefined);
  });
});

test('touch keeps the content and tells the time in milliseconds', async () => {
  await inFolder(async (folder) => {
    const file = new FilePersistence(join(folder, 'cache'));
    await file.save('kept');
    const before = await file.timeLastModified();
    assert.ok(Math.abs(before - Date.now()) < 60_000);
    await file.touch();
    assert.ok((await file.timeLastModified()) > before);
    assert.equal(await file.load(), 'kept');
  });
});

test('bytes that are no text are told, and stay', async () => {
  await inFolder(async (folder) => {
    const file = new FilePersistence(join(folder, 'cache'));
    writeFileSync(file.location, new Uint8Array([0xff]));
    await assert.rejects(file.load(), { code: 'malformed', location: file.location });
    assert.deepEqual([...readFileSync(file.location)], [0xff]);
  });
});

test('a trial run leaves nothing, and what is kept stays', async () => {
  await inFolder(async (folder) => {
    const file = new FilePersistence(join(folder, 'cache'));
    await file.save('kept');
    await file.trialRun();
    assert.deepEqual(readdirSync(folder), ['cache']);
    assert.equal(await file.load(), 'kept');
    chmodSync(folder, 0o777);
    await assert.rejects(file.trialRun(), { code: 'unsafe-folder' });
  });
});

test('after an abort nothing is begun', async () => {
  await inFolder(async (folder) => {
    const kept = new FilePersistence(join(folder, 'cache'));
    await kept.save('text');
    const signal = AbortSignal.abort('enough');
    const aborted = { code: 'aborted', location: kept.location, cause: 'enough' };
    await assert.rejects(kept.save('x', { signal }), aborted);
    await assert.rejects(kept.load({ signal }), aborted);
    await assert.rejects(kept.delete({ signal }), aborted);
    await assert.rejects(kept.trialRun({ signal }), aborted);
    assert.equal(await kept.load(), 'text');
  });
});
