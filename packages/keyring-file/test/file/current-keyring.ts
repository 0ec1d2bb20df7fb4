import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { CurrentKeyring } from '../../src/file/current-keyring.ts';
import { createEmpty, type OpenKeyringFileOptions, openBytes } from '../../src/file/opening.ts';
import type { WritableKeyring } from '../../src/types/opened-keyring.ts';
import { rejectsCode, throwsCode } from '../support/codes.ts';
import { type MemoryIo, memoryIo, utf8 } from '../support/memory-io.ts';

const PATH = '/keyring';

/** Two that have one file open, as two processes have. */
async function pair(
  options: OpenKeyringFileOptions = { password: 'pw' },
): Promise<{ io: MemoryIo; ours: CurrentKeyring; theirs: CurrentKeyring }> {
  const io = memoryIo();
  const bytes = (await createEmpty(io, { password: 'pw', format: 'v1' })).encode();
  io.files.set(PATH, bytes);
  const open = async (how: OpenKeyringFileOptions): Promise<CurrentKeyring> =>
    new CurrentKeyring(io, PATH, how, bytes, await openBytes(io, bytes, how, 'pw'));
  return { io, ours: await open(options), theirs: await open({ password: 'pw' }) };
}

function put(current: CurrentKeyring, label: string, secret = label): Promise<void> {
  return current.replace((keyring) => {
    const item = { label, attributes: { label }, secret };
    return {
      keyring: keyring.edit([{ kind: 'put', item, isReplacing: true }], current.sources()).keyring,
      result: undefined,
    };
  }, undefined);
}

function sealedAnew(current: CurrentKeyring, io: MemoryIo, password: string): Promise<void> {
  return current.replace(async (keyring) => {
    const how = { ...current.sources(), kdf: io.kdf, password: utf8(password) };
    return { keyring: await keyring.rekey(how), result: undefined };
  }, undefined);
}

async function labels(current: CurrentKeyring): Promise<string[]> {
  return (await current.read()).items.map(({ label }) => label);
}

// @rule file/reread-before-write
test('reading sees what another wrote, and keeps what is in memory while nothing is', async () => {
  const { ours, theirs } = await pair();
  const before = await ours.read();
  assert.equal(await ours.read(), before);
  await put(theirs, 'A');
  assert.equal(ours.keyring, before);
  assert.deepEqual(await labels(ours), ['A']);
  await put(ours, 'B');
  assert.deepEqual(await labels(theirs), ['A', 'B']);
});

test('a change that makes nothing writes nothing, and gives its result', async () => {
  const { io, ours } = await pair();
  const result = await ours.replace(() => ({ keyring: undefined, result: 7 }), undefined);
  assert.equal(result, 7);
  assert.deepEqual([io.counts.locks, io.counts.writes], [1, 0]);
});

// @rule file/reread-before-write
test('a change is made anew of what a program without the lock wrote meanwhile', async () => {
  const { io, ours, theirs } = await pair();
  await put(theirs, 'A');
  const withA = io.files.get(PATH) ?? assert.fail();
  await put(theirs, 'B');
  const reads = io.counts.reads;
  io.beforeRead = (read): void => {
    if (read === reads + 2) io.files.set(PATH, withA);
  };
  const seen: number[] = [];
  await ours.replace((keyring) => {
    seen.push(keyring.items.length);
    const edit = { kind: 'put', item: { label: 'C', secret: 'c' }, isReplacing: true } as const;
    return { keyring: keyring.edit([edit], ours.sources()).keyring, result: undefined };
  }, undefined);
  assert.deepEqual(seen, [2, 1]);
  assert.deepEqual(await labels(theirs), ['A', 'C']);
});

test('a file under another password needs its source, and a plain password is none', async () => {
  const { io, ours, theirs } = await pair();
  await sealedAnew(theirs, io, 'new');
  await put(theirs, 'A');
  await rejectsCode('changed-underneath', ours.read());
  ours.keepSource('new');
  await rejectsCode('changed-underneath', ours.read());
  ours.keepSource(() => 'old');
  await rejectsCode('wrong-password', ours.read());
  ours.keepSource(() => 'new');
  assert.deepEqual(await labels(ours), ['A']);
});

test('closed: nothing is read or changed, and no source is kept', async () => {
  const { io, ours } = await pair();
  ours.assertOpen();
  ours.close();
  ours.keepSource(() => assert.fail('asked'));
  throwsCode('closed', () => ours.assertOpen());
  await rejectsCode('closed', ours.read());
  await rejectsCode('closed', put(ours, 'A'));
  assert.equal(io.counts.writes, 0);
});

test('closed while a change is made: it is not written, and its key is forgotten', async () => {
  const { io, ours } = await pair();
  let made: WritableKeyring | undefined;
  const change = ours.replace(async (keyring) => {
    const how = { ...ours.sources(), kdf: io.kdf, password: utf8('new') };
    made = await keyring.rekey(how);
    ours.close();
    return { keyring: made, result: undefined };
  }, undefined);
  await rejectsCode('closed', change);
  assert.equal(io.counts.writes, 0);
  const edit = { kind: 'put', item: { secret: 'x' }, isReplacing: true } as const;
  throwsCode('closed', () => made?.edit([edit], ours.sources()));
});

// @rule file/read-only-formats
test('what is only read is not changed', async () => {
  const io = memoryIo();
  const bytes = utf8('[keyring]\ndisplay-name=K\n');
  io.files.set(PATH, bytes);
  const current = new CurrentKeyring(
    io,
    PATH,
    {},
    bytes,
    await openBytes(io, bytes, {}, undefined),
  );
  assert.equal(current.keyring.label, 'K');
  assert.equal(current.revision, undefined);
  await rejectsCode('read-only-format', put(current, 'A'));
});
