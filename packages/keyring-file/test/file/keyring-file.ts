import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { KeyringFileError } from '../../src/errors.ts';
import { KeyringFile } from '../../src/file/keyring-file.ts';
import { parseV1 } from '../../src/formats/v1/container.ts';
import { openV1 } from '../../src/formats/v1/keyring.ts';
import { MAX_SECRET_BYTES } from '../../src/limits.ts';
import { rejectsCode, throwsCode } from '../support/codes.ts';
import { type MemoryIo, memoryIo, text, utf8 } from '../support/memory-io.ts';
import { readVector } from '../support/vectors.ts';
import { writeV0 } from '../support/write-v0.ts';

const PATH = '/keyring';

async function fresh(
  format: 'v1' | 'hardened' = 'hardened',
): Promise<{ io: MemoryIo; file: KeyringFile }> {
  const io = memoryIo();
  const file = await KeyringFile.create(io, PATH, { password: 'pw', format });
  return { io, file };
}

async function contentsOf(file: KeyringFile): Promise<Record<string, string>> {
  const items = await file.items();
  return Object.fromEntries(items.map((item) => [item.label, text(item.readSecret())]));
}

for (const format of ['v1', 'hardened'] as const) {
  test(`${format}: what one process stores another finds, changes and deletes`, async () => {
    const { io, file } = await fresh(format);
    const stored = await file.put({ label: 'L', attributes: { a: '1', b: '2' }, secret: 's' });
    assert.equal(stored.label, 'L');
    const other = await KeyringFile.open(io, PATH, { password: utf8('pw'), format });
    assert.equal(other.format, format);
    assert.equal(other.isWritable, true);
    assert.equal((await other.search({ a: '1' })).length, 1);
    assert.equal((await other.search({ a: '2' })).length, 0);
    assert.equal((await other.get(stored.id))?.id, stored.id);
    assert.equal(await other.get('none'), undefined);
    const updated = await other.update(stored.id, { secret: 'new', label: 'M' });
    assert.equal(updated.id, stored.id);
    assert.deepEqual(await contentsOf(file), { M: 'new' });
    assert.equal(await file.delete(stored.id), true);
    assert.equal(await other.delete(stored.id), false);
    assert.deepEqual(await other.items(), []);
    await rejectsCode('item-not-found', other.update(stored.id, { label: 'X' }));
  });
}

// @rule file/signal-of-opening
test('a signal is for the one call that it was given to', async () => {
  const io = memoryIo();
  const signals: unknown[] = [];
  const watched: MemoryIo = {
    ...io,
    underLock: (path, options, body) => {
      signals.push(options.signal);
      return io.underLock(path, options, body);
    },
  };
  const [opening, writing] = [new AbortController().signal, new AbortController().signal];
  const file = await KeyringFile.create(watched, PATH, { password: 'pw', signal: opening });
  const { id } = await file.put({ secret: 'x' });
  await file.put({ secret: 'y' }, { signal: writing });
  await file.update(id, { secret: 'z' }, { signal: writing });
  await file.setLabel('L', { signal: writing });
  await file.rekey({ password: 'pw', signal: writing });
  await file.delete(id, { signal: writing });
  assert.deepEqual(signals, [opening, undefined, ...Array(5).fill(writing)]);
});

test('who gives the password learns whether it is a new one', async () => {
  const io = memoryIo();
  const purposes: boolean[] = [];
  const password = ({ isNew }: { readonly isNew: boolean }): string => {
    purposes.push(isNew);
    return 'pw';
  };
  await KeyringFile.openOrCreate(io, PATH, { password });
  const file = await KeyringFile.openOrCreate(io, PATH, { password });
  await file.rekey({ password });
  assert.deepEqual(purposes, [true, false, true]);
});

// @rule file/reread-before-write
test('what another process wrote meanwhile is kept', async () => {
  const { io, file } = await fresh();
  const other = await KeyringFile.open(io, PATH, { password: 'pw' });
  await Promise.all([
    file.put({ label: 'A', attributes: { n: 'a' }, secret: '1' }),
    other.put({ label: 'B', attributes: { n: 'b' }, secret: '2' }),
    file.put({ label: 'C', attributes: { n: 'c' }, secret: '3' }),
    other.put({ label: 'D', attributes: { n: 'd' }, secret: '4' }),
  ]);
  assert.deepEqual(await contentsOf(file), { A: '1', B: '2', C: '3', D: '4' });
  assert.equal(file.revision, 4);
});

// @rule file/reread-before-write
test('a program that does not know the lock loses nothing either', async () => {
  const { io, file } = await fresh('v1');
  const reads = io.counts.reads;
  io.beforeRead = (read): void => {
    // Between our reading for the change and our look right before replacing.
    if (read !== reads + 2) return;
    io.files.set(PATH, io.files.get('/foreign') ?? new Uint8Array());
  };
  io.files.set('/foreign', await withForeignItem(io));
  await file.put({ label: 'ours', attributes: { n: 'o' }, secret: '1' });
  assert.deepEqual(await contentsOf(file), { foreign: '2', ours: '1' });
});

// @rule file/attributes-read-once
test('attributes of an iterator last for as many tries as a change takes', async () => {
  const attributes = new Map([['n', 'o']]);
  const { io, file } = await fresh('v1');
  const foreign = await withForeignItem(io);
  const { reads } = io.counts;
  io.beforeRead = (read): void => {
    if (read === reads + 2) io.files.set(PATH, foreign);
  };
  const stored = await file.put({ label: 'ours', attributes: attributes.entries(), secret: '1' });
  assert.deepEqual(stored.attributes, attributes);
  assert.deepEqual(await contentsOf(file), { foreign: '2', ours: '1' });
  assert.equal((await file.search(attributes.entries())).length, 1);
  const { file: hardened } = await fresh('hardened');
  const item = await hardened.put({ attributes: attributes.entries(), secret: '1' });
  assert.deepEqual(item.attributes, attributes);
});

// @rule file/reread-before-write
test('a file that never stays as it was is given up', async () => {
  const { io, file } = await fresh('v1');
  const [first, second] = [io.files.get(PATH) ?? new Uint8Array(), await withForeignItem(io)];
  io.beforeRead = (read): void => void io.files.set(PATH, read % 2 === 0 ? first : second);
  await rejectsCode('changed-underneath', file.put({ secret: 'x' }));
  assert.equal(io.counts.writes, 1);
});

test('nothing is written once the lock is lost', async () => {
  const { io, file } = await fresh();
  const writes = io.counts.writes;
  io.isLockLost = true;
  await rejectsCode('lock-failed', file.put({ secret: 'x' }));
  await rejectsCode('lock-failed', KeyringFile.create(io, '/new', { password: 'pw' }));
  assert.equal(io.counts.writes, writes);
});

test('a file that vanishes under a change is not written again', async () => {
  const { io, file } = await fresh();
  const reads = io.counts.reads;
  io.beforeRead = (read): void => {
    if (read === reads + 2) io.files.delete(PATH);
  };
  await rejectsCode('file-not-found', file.put({ secret: 'x' }));
  assert.equal(io.files.has(PATH), false);
});

test('a wrong password never changes a file', async () => {
  for (const format of ['v1', 'hardened'] as const) {
    const { io, file } = await fresh(format);
    await file.put({ label: 'L', secret: 's' });
    const before = io.files.get(PATH)?.slice();
    const writes = io.counts.writes;
    await rejectsCode('wrong-password', KeyringFile.open(io, PATH, { password: 'wrong' }));
    await rejectsCode('no-password-source', KeyringFile.open(io, PATH, {}));
    await rejectsCode('no-password-source', KeyringFile.open(io, PATH, { password: '' }));
    assert.equal(io.counts.writes, writes);
    assert.deepEqual(io.files.get(PATH), before);
  }
});

// @rule file/create-never-overwrites
test('creating never overwrites, and an absent file is not made by opening', async () => {
  const { io } = await fresh();
  const before = io.files.get(PATH);
  await rejectsCode('file-exists', KeyringFile.create(io, PATH, { password: 'pw' }));
  assert.equal(io.files.get(PATH), before);
  await rejectsCode('file-not-found', KeyringFile.open(io, '/none', { password: 'pw' }));
  await rejectsCode('no-password-source', KeyringFile.create(io, '/new', {}));
  assert.deepEqual([...io.files.keys()], [PATH]);
});

test('creating takes label, context, cost and iterations', async () => {
  const io = memoryIo();
  const cost = { kdf: 'scrypt', logN: 15, r: 8, p: 1 } as const;
  const made = await KeyringFile.create(io, PATH, {
    password: 'pw',
    label: 'L',
    context: 'c',
    cost,
  });
  assert.equal(made.label, 'L');
  assert.equal(io.files.get(PATH)?.[23], 15);
  const opened = await KeyringFile.open(io, PATH, {
    password: 'pw',
    context: 'c',
    minimumRevision: 0,
  });
  await opened.setLabel('M');
  assert.equal(opened.label, 'M');
  await made.items();
  assert.equal(made.label, 'M');
  await rejectsCode('wrong-password', KeyringFile.open(io, PATH, { password: 'pw' }));
  await rejectsCode(
    'rolled-back',
    KeyringFile.open(io, PATH, { password: 'pw', context: 'c', minimumRevision: 2 }),
  );
  await KeyringFile.create(io, '/v1', { password: 'pw', format: 'v1', iterations: 123_456 });
  assert.equal(parseV1(io.files.get('/v1') ?? new Uint8Array()).iterations, 123_456);
});

test('several items go in one write, or none of them', async () => {
  const { io, file } = await fresh();
  const writes = io.counts.writes;
  const items = await file.putAll([
    { label: 'A', attributes: { n: 'a' }, secret: '1' },
    { label: 'B', attributes: { n: 'b' }, secret: '2' },
  ]);
  assert.deepEqual(
    items.map((item) => item.label),
    ['A', 'B'],
  );
  assert.equal(io.counts.writes, writes + 1);
  await rejectsCode('invalid-item', file.putAll([{ secret: '3' }, { label: '\0', secret: '4' }]));
  assert.deepEqual(await contentsOf(file), { A: '1', B: '2' });
  assert.deepEqual(await file.putAll([]), []);
  assert.equal(io.counts.writes, writes + 1);
});

test('a put replaces the same attributes unless told to add', async () => {
  const { file } = await fresh();
  const item = { attributes: { a: '1' }, secret: 'x' };
  await file.put(item);
  await file.put(item);
  assert.equal((await file.items()).length, 1);
  await file.put(item, { replace: false });
  assert.equal((await file.items()).length, 2);
});

test('a deletion of nothing writes nothing', async () => {
  const { io, file } = await fresh();
  const writes = io.counts.writes;
  assert.equal(await file.delete('none'), false);
  assert.equal(io.counts.writes, writes);
});

test('the password is derived once, whatever is read and written', async () => {
  const { io, file } = await fresh();
  for (let index = 0; index < 5; index += 1)
    await file.put({ attributes: { n: `${index}` }, secret: 'x' });
  const other = await KeyringFile.open(io, PATH, { password: 'pw' });
  await other.put({ secret: 'y' });
  assert.equal((await file.items()).length, 6);
  assert.equal(io.counts.derivations, 2);
});

test('rekey: the old password opens nothing any more', async () => {
  for (const format of ['v1', 'hardened'] as const) {
    const { io, file } = await fresh(format);
    await file.put({ label: 'L', secret: 's' });
    await file.rekey({ password: 'new' });
    await file.put({ label: 'M', attributes: { m: '' }, secret: 't' });
    await rejectsCode('wrong-password', KeyringFile.open(io, PATH, { password: 'pw' }));
    const other = await KeyringFile.open(io, PATH, { password: 'new' });
    assert.deepEqual(await contentsOf(other), { L: 's', M: 't' });
    await rejectsCode('no-password-source', file.rekey({ password: '' }));
  }
});

// @rule file/cost-only-upward
// @rule file/keys-of-refused-files
test('keys of what could not be written are wiped, and the file goes on with the old one', async () => {
  const { io, file } = await fresh('v1');
  await file.put({ label: 'A', attributes: { n: 'a' }, secret: 's' });
  const keys: Uint8Array[] = [];
  const { pbkdf2Sha256 } = io.kdf;
  Object.assign(io.kdf, {
    pbkdf2Sha256: async (...args: Parameters<typeof pbkdf2Sha256>) => {
      const key = await pbkdf2Sha256(...args);
      keys.push(key);
      return key;
    },
  });
  const again = { password: 'pw', format: 'v1' } as const;
  await rejectsCode('file-exists', KeyringFile.create(io, PATH, again));
  const { replaceFile } = io;
  io.replaceFile = async () => {
    throw new KeyringFileError('write-failed', 'disk full');
  };
  await rejectsCode('write-failed', file.rekey({ password: 'new' }));
  assert.deepEqual(keys, [new Uint8Array(16), new Uint8Array(16)]);
  io.replaceFile = replaceFile;
  await file.put({ label: 'B', attributes: { n: 'b' }, secret: 't' });
  assert.deepEqual(await contentsOf(file), { A: 's', B: 't' });
  await file.rekey({ password: 'new' });
  assert.deepEqual(await contentsOf(file), { A: 's', B: 't' });
});

test('rekey raises the cost and never lowers it', async () => {
  const { io, file } = await fresh();
  const cost = (logN: number) => ({ kdf: 'scrypt', logN, r: 8, p: 1 }) as const;
  await rejectsCode('too-weak', file.rekey({ password: 'pw', cost: cost(16) }));
  await file.rekey({ password: 'pw', cost: cost(18) });
  assert.equal(io.files.get(PATH)?.[23], 18);
  const v1 = await KeyringFile.create(io, '/v1', { password: 'pw', format: 'v1' });
  await v1.rekey({ password: 'pw', iterations: 200_000 });
  await rejectsCode('too-weak', v1.rekey({ password: 'pw', iterations: 100_000 }));
});

test('a file under another password is reopened when the password can be asked for', async () => {
  const { io, file } = await fresh();
  let password = 'pw';
  const asking = await KeyringFile.open(io, PATH, { password: () => password });
  const plain = await KeyringFile.open(io, PATH, { password: 'pw' });
  await file.rekey({ password: 'new' });
  await file.put({ label: 'L', secret: 's' });
  await rejectsCode('changed-underneath', plain.items());
  await rejectsCode('changed-underneath', plain.put({ secret: 'x' }));
  await rejectsCode('wrong-password', asking.items());
  password = 'new';
  assert.deepEqual(await contentsOf(asking), { L: 's' });
});

test('open or create: one makes it, the others open it, and nothing is overwritten', async () => {
  const io = memoryIo();
  const options = { password: 'pw', format: 'v1' } as const;
  const files = await Promise.all(
    ['a', 'b', 'c'].map(() => KeyringFile.openOrCreate(io, PATH, options)),
  );
  await Promise.all(files.map((file, n) => file.put({ attributes: { n: `${n}` }, secret: 'x' })));
  for (const file of files) assert.equal((await file.items()).length, 3);
  const wrong = KeyringFile.openOrCreate(io, PATH, { password: 'wrong' });
  await rejectsCode('wrong-password', wrong);
  const other = KeyringFile.openOrCreate(io, PATH, { password: 'pw', format: 'hardened' });
  await rejectsCode('not-a-keyring-file', other);
});

// @rule file/size-limit
test('a file that would be too large to be read again is not written', async () => {
  const { io, file } = await fresh();
  const before = io.files.get(PATH);
  const secret = new Uint8Array(MAX_SECRET_BYTES);
  const items = ['1', '2', '3', '4'].map((n) => ({ attributes: { n }, secret }));
  await rejectsCode('too-large', file.putAll(items));
  assert.equal(io.files.get(PATH), before);
  assert.deepEqual(await file.items(), []);
});

// @rule file/hardened-rollback
test('a rollback to before a rekey is noticed', async () => {
  const { io } = await fresh();
  const file = await KeyringFile.open(io, PATH, { password: () => 'pw' });
  await file.put({ secret: 'x' });
  const old = io.files.get(PATH)?.slice() ?? new Uint8Array();
  await file.rekey({ password: () => 'pw' });
  await file.put({ secret: 'y' });
  io.files.set(PATH, old);
  await rejectsCode('rolled-back', file.items());
});

test('who does not want to be asked again hears that the file has another key', async () => {
  const { io, file: other } = await fresh();
  let asked = 0;
  const password = (): string => {
    asked += 1;
    return 'pw';
  };
  const file = await KeyringFile.open(io, PATH, { password, asksAgain: false });
  await other.rekey({ password: 'pw' });
  await rejectsCode('changed-underneath', file.items());
  assert.equal(asked, 1);
});

test('what is given as undefined is left out', async () => {
  const { file } = await fresh();
  const init = { label: 'L', attributes: { a: 'b' }, contentType: 'text/x', secret: 's' };
  const { id, created } = await file.put({ ...init, created: 5 });
  assert.equal(created, 5);
  const nothing = { label: undefined, attributes: undefined, contentType: undefined };
  // @ts-expect-error what a caller with looser types may pass
  const updated = await file.update(id, { ...nothing, modified: undefined, secret: 't' });
  assert.deepEqual(
    [updated.label, [...updated.attributes], updated.contentType],
    ['L', [['a', 'b']], 'text/x'],
  );
  // @ts-expect-error the same
  assert.equal((await file.put({ ...init, created: undefined })).created, 5);
});

test('a v0 file that changed needs its password again', async () => {
  const io = memoryIo();
  const write = (label: string): Uint8Array<ArrayBuffer> =>
    writeV0({ label: 'K', password: 'pw', items: [{ id: 1, label, secret: utf8('s') }] });
  io.files.set(PATH, write('A'));
  const plain = await KeyringFile.open(io, PATH, { password: 'pw' });
  const asking = await KeyringFile.open(io, PATH, { password: () => 'pw' });
  io.files.set(PATH, write('B'));
  await rejectsCode('changed-underneath', plain.items());
  assert.deepEqual(await contentsOf(asking), { B: 's' });
});

test('a rollback under an open file is noticed', async () => {
  const { io, file } = await fresh();
  const old = io.files.get(PATH)?.slice() ?? new Uint8Array();
  await file.put({ secret: 'x' });
  io.files.set(PATH, old);
  await rejectsCode('rolled-back', file.items());
});

test('damage that appears later is refused, and the file is left alone', async () => {
  const { io, file } = await fresh();
  await file.put({ secret: 'x' });
  const bytes = io.files.get(PATH)?.slice() ?? new Uint8Array();
  bytes[120] = (bytes[120] ?? 0) ^ 1;
  io.files.set(PATH, bytes);
  const writes = io.counts.writes;
  await rejectsCode('tampered-file', file.put({ secret: 'y' }));
  io.files.set(PATH, utf8('something else'));
  await rejectsCode('not-a-keyring-file', file.put({ secret: 'y' }));
  assert.equal(io.counts.writes, writes);
});

test('a damaged item is reported, kept, and can be deleted', async () => {
  const { io, file } = await fresh();
  await file.put({ label: 'A', attributes: { n: 'a' }, secret: '1' });
  await file.put({ label: 'B', attributes: { n: 'b' }, secret: '2' });
  const bytes = io.files.get(PATH)?.slice() ?? new Uint8Array();
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  io.files.set(PATH, bytes);
  assert.deepEqual(await contentsOf(file), { A: '1' });
  const [rejected] = await file.rejected();
  assert.equal(rejected?.error.code, 'tampered-item');
  await rejectsCode('tampered-item', file.rekey({ password: 'new' }));
  assert.equal(await file.delete(rejected?.id ?? ''), true);
  assert.deepEqual(await file.rejected(), []);
});

// @rule file/read-only-formats
test('v0, text and JSON are read and never written', async () => {
  const io = memoryIo();
  const { vector, bytes } = readVector('v0-gnome-keyring');
  io.files.set('/v0', bytes);
  io.files.set('/text', readVector('text-gnome-keyring').bytes);
  io.files.set('/json', utf8('{"collections":[{"items":[{"secret":"x"}]}]}'));
  for (const { path, password } of [
    { path: '/v0', password: vector.password ?? '' },
    { path: '/text', password: undefined },
    { path: '/json', password: undefined },
  ]) {
    const file = await KeyringFile.open(io, path, password === undefined ? {} : { password });
    assert.equal(file.isWritable, false);
    assert.equal(file.revision, undefined);
    assert.ok((await file.items()).length > 0);
    await rejectsCode('read-only-format', file.put({ secret: 'x' }));
    await rejectsCode('read-only-format', file.rekey({ password: 'x' }));
  }
  assert.equal(io.counts.writes, 0);
});

test('a read-only file that changed is read again, if it needs no password', async () => {
  const io = memoryIo();
  const json = (secret: string): Uint8Array<ArrayBuffer> =>
    utf8(`{"collections":[{"items":[{"secret":"${secret}","label":"L"}]}]}`);
  io.files.set(PATH, json('a'));
  const file = await KeyringFile.open(io, PATH, {});
  io.files.set(PATH, json('b'));
  assert.deepEqual(await contentsOf(file), { L: 'b' });
});

test('a form that was not asked for is refused', async () => {
  const { io } = await fresh('v1');
  await rejectsCode(
    'not-a-keyring-file',
    KeyringFile.open(io, PATH, { password: 'pw', format: 'hardened' }),
  );
});

test('a closed file answers nothing, and one call does not fail the next', async () => {
  const { file } = await fresh();
  const item = await file.put({ secret: 'x' });
  await rejectsCode('invalid-item', file.put({ label: '\0', secret: 'x' }));
  assert.equal((await file.items()).length, 1);
  {
    using closing = file;
    assert.equal(closing.format, 'hardened');
  }
  throwsCode('closed', () => item.readSecret());
  await rejectsCode('closed', file.items());
  await rejectsCode('closed', file.put({ secret: 'y' }));
});

test('a call under way when the file is closed fails and writes nothing', async () => {
  const { io, file } = await fresh();
  const writes = io.counts.writes;
  const storing = file.put({ secret: 'x' });
  io.beforeRead = (): void => file.close();
  await rejectsCode('closed', storing);
  assert.equal(io.counts.writes, writes);
});

test('a key derived while the file is being closed is forgotten', async () => {
  const { io, file } = await fresh();
  const asking = await KeyringFile.open(io, PATH, {
    password: () => {
      if (io.counts.derivations > 2) asking.close();
      return 'pw';
    },
  });
  await file.put({ label: 'L', secret: 's' });
  await file.rekey({ password: 'pw' });
  await rejectsCode('closed', asking.items());
  const writes = io.counts.writes;
  const { scrypt } = io.kdf;
  Object.assign(io.kdf, {
    scrypt: async (...args: Parameters<typeof scrypt>) => {
      file.close();
      return await scrypt(...args);
    },
  });
  await rejectsCode('closed', file.rekey({ password: 'new' }));
  assert.equal(io.counts.writes, writes);
});

test('closing while the file is being replaced forgets the key all the same', async () => {
  const { io, file } = await fresh();
  const { replaceFile } = io;
  io.replaceFile = async (path, bytes) => {
    file.close();
    await replaceFile(path, bytes);
  };
  const item = await file.put({ label: 'L', secret: 's' });
  throwsCode('closed', () => item.readSecret());
  const opened = await KeyringFile.open(io, PATH, { password: 'pw' });
  assert.deepEqual(await contentsOf(opened), { L: 's' });
  io.replaceFile = async (path, bytes) => {
    opened.close();
    await replaceFile(path, bytes);
  };
  await opened.rekey({ password: () => 'new' });
  assert.equal((await (await KeyringFile.open(io, PATH, { password: 'new' })).items()).length, 1);
});

test('calls of one object never interleave', async () => {
  const { io, file } = await fresh();
  const { replaceFile } = io;
  io.replaceFile = async (path, bytes) => {
    await new Promise((resolve) => setImmediate(resolve));
    await replaceFile(path, bytes);
  };
  const [, items] = await Promise.all([file.put({ secret: 's' }), file.items()]);
  assert.equal(items.length, 1);
});

test('after a rekey by another process, items handed out before give no secret', async () => {
  const { io, file } = await fresh();
  await file.put({ label: 'L', secret: 's' });
  const asking = await KeyringFile.open(io, PATH, { password: () => 'pw' });
  const [before] = await asking.items();
  await file.rekey({ password: 'pw' });
  assert.deepEqual(await contentsOf(asking), { L: 's' });
  throwsCode('closed', () => before?.readSecret());
});

test('after a rekey, items handed out before give no secret', async () => {
  const { file } = await fresh();
  const item = await file.put({ secret: 's' });
  await file.rekey({ password: 'new' });
  throwsCode('closed', () => item.readSecret());
});

/** The file as another program would write it now, with one item more. */
async function withForeignItem(io: MemoryIo): Promise<Uint8Array<ArrayBuffer>> {
  const current = io.files.get(PATH);
  assert.ok(current !== undefined);
  const keyring = await openV1(current, utf8('pw'), io.kdf);
  const item = { label: 'foreign', attributes: { n: 'f' }, secret: '2' };
  const sources = { nowSeconds: 5, randomBytes: io.randomBytes };
  return keyring.edit([{ kind: 'put', isReplacing: true, item }], sources).keyring.encode();
}

/** The world, and every v1 key that is derived in it. */
function watchedIo(): { io: MemoryIo; keys: Uint8Array[] } {
  const io = memoryIo();
  const keys: Uint8Array[] = [];
  const pbkdf2Sha256: typeof io.kdf.pbkdf2Sha256 = async (...args) => {
    const key = await io.kdf.pbkdf2Sha256(...args);
    keys.push(key);
    return key;
  };
  return { io: { ...io, kdf: { ...io.kdf, pbkdf2Sha256 } }, keys };
}

test('a key that is derived while the file is being closed is forgotten, too', async () => {
  const { io, keys } = watchedIo();
  const file = await KeyringFile.create(io, PATH, { password: 'pw', format: 'v1' });
  await file.put({ secret: 's' });
  const other: KeyringFile = await KeyringFile.open(io, PATH, {
    password: () => {
      if (keys.length > 2) other.close();
      return keys.length > 2 ? 'new' : 'pw';
    },
  });
  await file.rekey({ password: 'new' });
  await rejectsCode('closed', other.items());
  file.close();
  assert.equal(keys.length, 4);
  for (const key of keys) assert.deepEqual(key, new Uint8Array(16));
});

test('a file that is closed while it is sealed anew keeps neither key', async () => {
  const { io, keys } = watchedIo();
  const file = await KeyringFile.create(io, PATH, { password: 'pw', format: 'v1' });
  const { replaceFile } = io;
  io.replaceFile = async (path, bytes) => {
    file.close();
    await replaceFile(path, bytes);
  };
  await file.rekey({ password: 'new' });
  assert.equal(keys.length, 2);
  for (const key of keys) assert.deepEqual(key, new Uint8Array(16));
});
