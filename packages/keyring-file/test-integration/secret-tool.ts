/**
 * The v1 form with libsecret on the other side: secret-tool on its file backend, no bus and no
 * daemon. Both write the same file in turn.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { type RunResult, requires, run } from '../../../test-fixtures/src/index.ts';
import { createKeyringFile, type KeyringFile, openKeyringFile, parseV1 } from '../src/index.ts';
import { rejectsCode } from '../test/support/codes.ts';
import { text } from '../test/support/memory-io.ts';

const PASSWORD = 'correct horse pässword';

interface Other {
  readonly path: string;
  store(label: string, attributes: readonly string[], secret: string): Promise<void>;
  lookup(...attributes: readonly string[]): Promise<string | undefined>;
  call(args: readonly string[], password?: string, input?: string): Promise<RunResult>;
}

const missing = requires('secret-tool');

function integration(name: string, body: (other: Other) => Promise<void>): void {
  if (missing !== undefined) test.skip(name, missing);
  else test(name, () => inFolder((folder) => body(otherIn(folder))));
}

integration('what secret-tool wrote is read, also a wide range of it', async (other) => {
  const expected = new Map<string, string>();
  for (const [label, secret] of [
    ['plain', 'secret'],
    ['Ümläut 😀', 'zwei\nZeilen\n'],
    ['', 'no label'],
    ['empty', ''],
    ['long', 'x'.repeat(8000)],
  ] as const) {
    await other.store(label, ['label', label, 'note', 'ü=€ "q" \\'], secret);
    expected.set(label, secret);
  }
  const file = await openKeyringFile(other.path, { password: PASSWORD });
  const items = await file.items();
  assert.deepEqual(new Map(items.map((item) => [item.label, text(item.readSecret())])), expected);
  assert.ok(items.every((item) => item.attributes.get('note') === 'ü=€ "q" \\'));
  assert.deepEqual(await file.rejected(), []);
});

integration('what we wrote is read by secret-tool, also a wide range of it', async (other) => {
  const file = await createKeyringFile(other.path, { password: PASSWORD, format: 'v1' });
  await file.putAll(
    Array.from({ length: 60 }, (_, index) => ({
      label: `Item ${'ü'.repeat(index)}`,
      attributes: { index: String(index), long: 'v'.repeat(index * 7) },
      secret: `secret ${'s'.repeat(index * 13)}`,
    })),
  );
  for (const index of [0, 1, 17, 18, 19, 36, 59]) {
    assert.equal(await other.lookup('index', String(index)), `secret ${'s'.repeat(index * 13)}`);
  }
  const found = text((await other.call(['search', '--all', 'index', '3'])).stdout);
  assert.match(found, /^label = Item üüü$/mu);
  assert.equal(await other.lookup('index', '60'), undefined);
});

integration('both change one file in turn, and neither loses anything', async (other) => {
  await other.store('theirs', ['n', '1'], 'one');
  const file = await openKeyringFile(other.path, { password: PASSWORD });
  await file.put({ label: 'ours', attributes: { n: '2' }, secret: 'two' });
  assert.equal(await other.lookup('n', '1'), 'one');
  assert.equal(await other.lookup('n', '2'), 'two');
  // They replace ours, we replace theirs: the same attributes are the same item on both sides.
  await other.store('theirs now', ['n', '2'], 'TWO');
  await file.put({ label: 'ours now', attributes: { n: '1' }, secret: 'ONE' });
  assert.deepEqual(await labelsAndSecrets(file), [
    ['ours now', 'ONE'],
    ['theirs now', 'TWO'],
  ]);
  assert.equal(await other.lookup('n', '1'), 'ONE');
  // They delete, we update and delete.
  assert.equal((await other.call(['clear', 'n', '1'])).code, 0);
  const [left] = await file.items();
  await file.update(left?.id ?? '', { secret: 'updated' });
  assert.equal(await other.lookup('n', '2'), 'updated');
  assert.equal(await file.delete(left?.id ?? ''), true);
  assert.equal(await other.lookup('n', '2'), undefined);
  await other.store('again', ['n', '3'], 'three');
  assert.deepEqual(await labelsAndSecrets(file), [['again', 'three']]);
});

integration('a replaced item keeps its time of creation on both sides', async (other) => {
  const file = await createKeyringFile(other.path, { password: PASSWORD, format: 'v1' });
  const attributes = { n: '1' };
  await file.put({ attributes, secret: 'a', created: 1_000_000_000, modified: 1_000_000_001 });
  await file.put({ attributes, secret: 'b' });
  assert.equal((await file.items())[0]?.created, 1_000_000_000);
  await other.store('theirs', ['n', '1'], 'c');
  assert.equal((await file.items())[0]?.created, 1_000_000_000);
  assert.equal((await file.items()).length, 1);
});

integration(
  'a wrong password changes nothing and tells no secret, on either side',
  async (other) => {
    await other.store('theirs', ['n', '1'], 'one');
    const before = readFileSync(other.path);
    await rejectsCode('wrong-password', openKeyringFile(other.path, { password: `${PASSWORD}\n` }));
    assert.deepEqual(readFileSync(other.path), before);
    const theirs = await other.call(['lookup', 'n', '1'], 'wrong');
    assert.notEqual(theirs.code, 0);
    assert.equal(theirs.stdout.length, 0);
    await rejectsCode('no-password-source', openKeyringFile(other.path, {}));
  },
);

integration(
  'rekey: secret-tool reads the file with the new password and more rounds',
  async (other) => {
    await other.store('theirs', ['n', '1'], 'one');
    const file = await openKeyringFile(other.path, { password: PASSWORD });
    await file.rekey({ password: 'new', iterations: 120_000 });
    assert.equal((await other.call(['lookup', 'n', '1'], PASSWORD)).stdout.length, 0);
    assert.equal(text((await other.call(['lookup', 'n', '1'], 'new')).stdout), 'one');
    assert.equal(parseV1(readFileSync(other.path)).iterations, 120_000);
  },
);

integration('a damaged item of theirs is rejected and the others are read', async (other) => {
  await other.store('first', ['n', '1'], 'one');
  await other.store('second', ['n', '2'], 'two');
  const bytes = readFileSync(other.path);
  const [first] = parseV1(bytes).items;
  const at = bytes.indexOf(first?.blob ?? '');
  assert.ok(at > 0);
  bytes[at + 5] = (bytes[at + 5] ?? 0) ^ 1;
  writeFileSync(other.path, bytes);
  const file = await openKeyringFile(other.path, { password: PASSWORD });
  assert.deepEqual(await labelsAndSecrets(file), [['second', 'two']]);
  const [rejected] = await file.rejected();
  assert.equal(rejected?.error.code, 'tampered-item');
  // A write of ours leaves the damaged item in place; theirs still finds the sound ones.
  await file.put({ label: 'third', attributes: { n: '3' }, secret: 'three' });
  assert.equal(await other.lookup('n', '2'), 'two');
  assert.equal(await other.lookup('n', '3'), 'three');
  assert.equal(await file.delete(rejected?.id ?? ''), true);
  assert.deepEqual(await file.rejected(), []);
});

integration('a file of theirs cut short is refused and left alone', async (other) => {
  await other.store('first', ['n', '1'], 'one');
  const bytes = readFileSync(other.path);
  for (const length of [0, 10, 17, 40, 100, bytes.length - 1]) {
    const cut = bytes.subarray(0, length);
    writeFileSync(other.path, cut);
    await assert.rejects(openKeyringFile(other.path, { password: PASSWORD }), {
      name: 'KeyringFileError',
    });
    assert.deepEqual(readFileSync(other.path), Buffer.from(cut));
  }
});

function otherIn(folder: string): Other {
  const path = join(folder, 'default.keyring');
  const call: Other['call'] = async (args, password = PASSWORD, input = '') =>
    await run('/usr/bin/secret-tool', args, {
      input,
      env: {
        PATH: '/usr/bin:/bin',
        LANG: 'C.UTF-8',
        HOME: folder,
        SECRET_BACKEND: 'file',
        SECRET_FILE_TEST_PATH: path,
        SECRET_FILE_TEST_PASSWORD: password,
      },
    });
  return {
    path,
    call,
    store: async (label, attributes, secret) => {
      const result = await call(['store', `--label=${label}`, ...attributes], PASSWORD, secret);
      assert.equal(result.code, 0, result.stderr);
    },
    lookup: async (...attributes) => {
      const result = await call(['lookup', ...attributes]);
      return result.code === 0 ? text(result.stdout) : undefined;
    },
  };
}

async function labelsAndSecrets(file: KeyringFile): Promise<string[][]> {
  const items = await file.items();
  return items.map((item) => [item.label, text(item.readSecret())]).sort();
}
