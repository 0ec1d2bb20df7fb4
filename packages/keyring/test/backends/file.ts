import assert from 'node:assert/strict';
import { chmod, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CrossProcessLock } from '@keywire/file-lock';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { openFileBackend } from '../../src/backends/file.ts';
import { KeyringError } from '../../src/errors.ts';
import { nodeHost } from '../../src/io/host.ts';
import { schemesOf } from '../../src/schemes/schemes.ts';
import type { Backend } from '../../src/types/backend.ts';
import { failsWith } from '../support/failing.ts';

const host = nodeHost();
const KEY = { service: 's', username: 'u' };

function open(file: string, password: string, format: 'v1' | 'hardened' = 'v1'): Promise<Backend> {
  return openFileBackend({
    host,
    schemes: schemesOf(undefined),
    file: { path: file, password, format },
  });
}

// @rule keyring/password-copied
test('a password whose bytes were wiped once the backend was open still is the password', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'test.keyring');
    const password = new TextEncoder().encode('pw');
    const options = { path: file, password, format: 'v1' } as const;
    const first = await openFileBackend({ host, schemes: schemesOf(undefined), file: options });
    password.fill(0);
    await first.set(KEY, Uint8Array.of(1));
    const second = await open(file, 'pw');
    assert.deepEqual([...((await second.get(KEY)) ?? [])], [1]);
    await first.close?.();
    await second.close?.();
  });
});

test('a file is made, opened again with its password, and refused with another', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'deeper', 'test.keyring');
    const first = await open(file, 'pw');
    await first.set(KEY, Uint8Array.of(1));
    const second = await open(file, 'pw');
    assert.deepEqual([...((await second.get(KEY)) ?? [])], [1]);
    await second.set(KEY, Uint8Array.of(2));
    assert.deepEqual([...((await first.get(KEY)) ?? [])], [2]);
    await failsWith('wrong-password', open(file, 'other'));
    assert.deepEqual([...((await first.get(KEY)) ?? [])], [2]);
    await first.close?.();
    await failsWith('closed', first.get(KEY));
    await second.close?.();
  });
});

test('an empty password, another format and what is no keyring are told apart', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'test.keyring');
    const unopened = await open(file, '');
    assert.equal(await unopened.get(KEY), undefined);
    await failsWith('no-password-source', unopened.set(KEY, Uint8Array.of(1)));
    await writeFile(file, 'hello');
    const error = await failsWith('not-a-keyring-file', open(file, 'pw'));
    assert.equal(error.outcome, 'failed');
    await (await open(path.join(folder, 'v1.keyring'), 'pw')).set(KEY, Uint8Array.of(1));
    await assert.rejects(open(path.join(folder, 'v1.keyring'), 'pw', 'hardened'));
    const signal = AbortSignal.abort();
    const options = { host, schemes: schemesOf(undefined), file: { path: file, password: 'pw' } };
    await assert.rejects(openFileBackend({ ...options, signal }));
  });
});

// @rule keyring/file-is-encrypted
test('a file that no password protects is refused, in the place of one or from the start', async () => {
  const json = '{"collections":[{"id":"login","label":"Login","items":[]}]}';
  const text = '[keyring]\ndisplay-name=x\n';
  for (const content of [json, text]) {
    await inFolder(async (folder) => {
      const file = path.join(folder, 'test.keyring');
      const open = (): Promise<Backend> =>
        openFileBackend({
          host,
          schemes: schemesOf(undefined),
          file: { path: file, password: 'pw' },
        });
      const opened = await open();
      await writeFile(file, content);
      await failsWith('not-a-keyring-file', opened.set(KEY, Uint8Array.of(1)));
      const error = await failsWith('not-a-keyring-file', open());
      assert.match(error.message, /password protects/u);
    });
  }
});

test('where others may write nothing is opened or made, and no password is asked for', async () => {
  await inFolder(async (folder) => {
    await chmod(folder, 0o777);
    const opening = openFileBackend({
      host,
      schemes: schemesOf(undefined),
      file: {
        path: path.join(folder, 'test.keyring'),
        password: () => assert.fail('asked for a password'),
      },
    });
    const error = await failsWith('unsafe-folder', opening);
    assert.match(error.message, /got mode 0777$/u);
  });
});

test('an abort ends the waiting for a password that nobody gives', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'test.keyring');
    await (await open(file, 'pw')).set(KEY, Uint8Array.of(1));
    const controller = new AbortController();
    const opening = openFileBackend({
      host,
      schemes: schemesOf(undefined),
      file: { path: file, password: () => new Promise(() => {}) },
      signal: controller.signal,
    });
    controller.abort('enough');
    await failsWith('aborted', opening);
  });
});

test('a signal ends what it was given to: opening, or one call that waits for the lock', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'test.keyring');
    const opening = new AbortController();
    const backend = await openFileBackend({
      host,
      schemes: schemesOf(undefined),
      file: { path: file, password: 'pw', format: 'v1' },
      signal: opening.signal,
    });
    opening.abort();
    await backend.set(KEY, Uint8Array.of(1));
    const held = await CrossProcessLock.acquire(`${file}.lock`);
    const waiting = new AbortController();
    const { signal } = waiting;
    const calls = [backend.set(KEY, Uint8Array.of(2), { signal }), backend.delete(KEY, { signal })];
    setImmediate(() => waiting.abort('enough'));
    await Promise.all(calls.map((call) => failsWith('aborted', call)));
    await held.release();
    assert.deepEqual([...((await backend.get(KEY)) ?? [])], [1]);
  });
});

test('a file opens in the context that it was made in, and in no other', async () => {
  await inFolder(async (folder) => {
    const file = { path: path.join(folder, 'k'), password: 'pw', format: 'hardened' } as const;
    const within = (context: string | undefined): Promise<Backend> =>
      openFileBackend({ host, schemes: schemesOf(undefined), file: { ...file, context } });
    const backend = await within('mine');
    await backend.set(KEY, Uint8Array.of(1));
    await failsWith('wrong-password', within('yours'));
    await failsWith('wrong-password', within(undefined));
    const again = await within('mine');
    assert.deepEqual([...((await again.get(KEY)) ?? [])], [1]);
    for (const each of [backend, again]) await each.close?.();
  });
});

test('the folder is looked at again before a file is made in it', async () => {
  await inFolder(async (folder) => {
    let isSafe = true;
    const requireOwnFolder = async (): Promise<void> => {
      if (!isSafe) throw new KeyringError('unsafe-folder', 'changed meanwhile');
    };
    const file = { path: path.join(folder, 'k'), password: 'pw', format: 'v1' } as const;
    const schemes = schemesOf(undefined);
    const backend = await openFileBackend({ host: { requireOwnFolder }, schemes, file });
    isSafe = false;
    await failsWith('unsafe-folder', backend.set(KEY, Uint8Array.of(1)));
    assert.deepEqual(await readdir(folder), []);
  });
});
