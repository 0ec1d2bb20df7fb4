import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { CliError } from '../../src/output/cli-error.ts';
import { FakeHost, type FakeHostParts, runWords, type Shown } from '../support/fake-host.ts';
import { FakeKeyringFiles, type FakeKeyringFilesParts } from '../support/fake-keyring-files.ts';
import { MemoryKeyring } from '../support/memory-keyring.ts';

const FILES = { pw: 'new\n', old: 'old\n' };

async function exported(
  words: readonly string[],
  parts: FakeHostParts = {},
  fileParts: FakeKeyringFilesParts = {},
): Promise<{ shown: Shown; files: FakeKeyringFiles; keyring: MemoryKeyring; host: FakeHost }> {
  const files = new FakeKeyringFiles(fileParts);
  const keyring = new MemoryKeyring([
    { label: 'Mail', attributes: new Map(), secret: new TextEncoder().encode('s3cret') },
  ]);
  const host = new FakeHost({ files: FILES, keyringFiles: files, keyring, ...parts });
  return { shown: await runWords(['export', ...words], host), files, keyring, host };
}

test('export: the keyring’s items, in an encrypted v1 file, and nothing is said', async () => {
  const { shown, files, keyring, host } = await exported(['--password-file=pw', 'out']);
  assert.deepEqual([shown.code, shown.stdout, shown.stderr], [0, '', '']);
  assert.deepEqual(files.log, ['seal v1 with new']);
  assert.deepEqual([...files.written], [['out', 'Mail: s3cret']]);
  assert.deepEqual(keyring.calls, ['ready', 'readAll']);
  assert.ok(host.handedOut.every((bytes) => bytes.every((byte) => byte === 0)));
});

test('export: another form, one collection, and a password asked twice', async () => {
  const words = ['--format=hardened', '--collection=work', '--json', 'out'];
  const { shown, files, keyring, host } = await exported(words, { typed: 'typed' });
  assert.equal(shown.stdout, '{"items":1,"rejected":0}\n');
  assert.deepEqual(files.log, ['seal hardened with typed']);
  assert.deepEqual(keyring.calls, ['ready', 'readAll in work']);
  assert.equal(host.log.filter((line) => line.startsWith('readHidden')).length, 2);
});

test('export --from: a file, without a keyring, its password the same or its own', async () => {
  const items: FakeKeyringFilesParts = { items: [['A', {}, 'a']], rejected: 2 };
  const same = await exported(['--from=in', '--password-file=pw', 'out'], {}, items);
  assert.deepEqual(same.files.log, ['open in with new', 'seal v1 with new']);
  assert.deepEqual([...same.files.written], [['out', 'A: a']]);
  assert.equal(same.shown.code, 7);
  assert.equal(same.shown.stderr, 'keywire: export: damaged items that were left out: 2\n');
  assert.equal(same.files.closed, 1);
  assert.ok(!same.host.log.includes('openKeyring'));
  const options = ['--from=in', '--from-password-file=old', '--password-file=pw', 'out'];
  const own = await exported(options, {}, items);
  assert.deepEqual(own.files.log, ['open in with old', 'seal v1 with new']);
});

// @rule cli/plaintext-not-to-terminal
test('export --plaintext: to a file or a pipe, not to a terminal', async () => {
  const file = await exported(['--plaintext', 'out.json']);
  assert.deepEqual([...file.files.written], [['out.json', 'Mail: s3cret']]);
  assert.equal((await exported(['--plaintext', '-'])).shown.stdout, 'Mail: s3cret');
  const terminal = await exported(['--plaintext', '-'], { terminals: ['stdout'] });
  assert.deepEqual([terminal.shown.code, terminal.shown.stdout], [2, '']);
  assert.deepEqual(terminal.files.log, []);
});

test('export: passwords and secrets are wiped, whatever becomes of the file', async () => {
  const isWiped = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);
  const files = { pw: 'without a newline' };
  const { shown, keyring, host } = await exported(['--password-file=pw', 'out'], { files });
  assert.equal(shown.code, 0);
  assert.deepEqual([host.handedOut.length, keyring.given.length], [1, 1]);
  assert.ok([...host.handedOut, ...keyring.given].every(isWiped));
  const keyringFiles = new FakeKeyringFiles();
  keyringFiles.writeNew = async () => {
    throw new CliError('output-unwritable', 'no space');
  };
  const full = await exported(['--password-file=pw', 'out'], { files, keyringFiles });
  assert.deepEqual([full.shown.code, full.shown.stderr], [2, 'keywire: no space\n']);
  assert.ok([...full.host.handedOut, ...full.keyring.given].every(isWiped));
});

test('export: who types is asked once for each password, and twice for a new one', async () => {
  const parts: FakeHostParts = { typed: 'typed' };
  const items: FakeKeyringFilesParts = { items: [['A', {}, 'a']] };
  const asked = ({ log }: FakeHost): number =>
    log.filter((line) => line.startsWith('readHidden')).length;
  const both = await exported(['--from=in', 'out'], parts, items);
  assert.deepEqual(both.files.log, ['open in with typed', 'seal v1 with typed']);
  assert.equal(asked(both.host), 2);
  const plain = await exported(['--plaintext', '--from=in', 'out'], parts, items);
  assert.deepEqual(plain.files.log, ['open in with typed', 'json']);
  assert.equal(asked(plain.host), 1);
  const given = ['--plaintext', '--from=in', '--password-file=pw', 'out'];
  assert.deepEqual((await exported(given, {}, items)).files.log, ['open in with new', 'json']);
});

test('export --plaintext -: a file of that name is in nobody’s way', async () => {
  const { shown, files } = await exported(['--plaintext', '-'], {}, { present: ['-'] });
  assert.deepEqual([shown.code, shown.stdout, files.log], [0, 'Mail: s3cret', ['json']]);
});

// @rule cli/plaintext-takes-no-password
test('export: what does not go together is refused before anything is read', async () => {
  for (const words of [
    ['-'],
    ['--format=v0', 'out'],
    ['--from=in', '--collection=work', '--password-file=pw', 'out'],
    ['--from-password-file=old', '--password-file=pw', 'out'],
    ['--plaintext', '--format=hardened', 'out'],
    ['--plaintext', '--password-file=pw', 'out'],
    ['--plaintext', '--from=in', '--from-password-file=old', '--password-file=pw', 'out'],
    ['--from=in', '--from-password-fd=3', '--password-fd=3', 'out'],
    ['--password-file=pw', ''],
    ['--from=', '--password-file=pw', 'out'],
    [],
  ]) {
    const { shown, files, host } = await exported(words);
    assert.deepEqual([shown.code, files.written.size, host.log], [2, 0, []], words.join(' '));
  }
});

test('export: nobody is asked for a password where something is in the way', async () => {
  const taken = await exported(['out'], { typed: 'typed' }, { present: ['out'] });
  assert.deepEqual([taken.shown.code, taken.host.log], [2, []]);
  class NoFiles extends FakeKeyringFiles {
    override async open(): Promise<never> {
      throw new CliError('input-unreadable', 'there is no such file');
    }
  }
  const missing = await exported(['--from=none', 'out'], {
    typed: 'typed',
    keyringFiles: new NoFiles(),
  });
  assert.deepEqual([missing.shown.code, missing.host.log], [2, []]);
  const openFailure = new CliError('no-answer', 'gone');
  const none = await exported(['out'], { typed: 'typed', openFailure });
  assert.deepEqual([none.shown.code, none.host.log], [5, ['openKeyring']]);
  const keyring = new MemoryKeyring();
  keyring.failure = openFailure;
  const silent = await exported(['out'], { typed: 'typed', keyring });
  assert.deepEqual([silent.shown.code, silent.host.log], [5, ['openKeyring']]);
});
