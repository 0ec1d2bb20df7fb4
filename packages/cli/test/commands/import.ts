import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { CliError } from '../../src/output/cli-error.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';
import { FakeKeyringFiles, type FakeKeyringFilesParts } from '../support/fake-keyring-files.ts';
import { MemoryKeyring } from '../support/memory-keyring.ts';

const ITEMS: FakeKeyringFilesParts['items'] = [
  ['Mail', { user: 'alice', host: 'a' }, 's3cret'],
  ['Same', { host: 'a', user: 'alice' }, 'second'],
  ['Bare', {}, 'third'],
];

function made(parts: FakeKeyringFilesParts): {
  files: FakeKeyringFiles;
  keyring: MemoryKeyring;
  host: FakeHost;
} {
  const files = new FakeKeyringFiles(parts);
  const keyring = new MemoryKeyring();
  const host = new FakeHost({ files: { pw: 'old\n' }, keyringFiles: files, keyring });
  return { files, keyring, host };
}

// @rule cli/import-keeps-twins
test('import: every item, also twins and those without attributes', async () => {
  const { files, keyring, host } = made({ items: ITEMS });
  const words = ['import', '--password-file=pw', '--collection=work', '--json', 'in'];
  const shown = await runWords(words, host);
  assert.deepEqual([shown.code, shown.stdout], [0, '{"form":"v0","imported":3,"rejected":0}\n']);
  assert.deepEqual(files.log, ['open in with old']);
  assert.deepEqual(keyring.calls, [
    'store in work',
    'store beside in work',
    'store beside in work',
  ]);
  assert.deepEqual(
    keyring.items.map(({ label, secret }) => [label, new TextDecoder().decode(secret)]),
    [
      ['Mail', 's3cret'],
      ['Same', 'second'],
      ['Bare', 'third'],
    ],
  );
  assert.ok(files.secrets.every((bytes) => bytes.every((byte) => byte === 0)));
  assert.equal(files.closed, 1);
  assert.ok(host.handedOut.every((bytes) => bytes.every((byte) => byte === 0)));
});

// @rule cli/import-keeps-twins
test('import: items that the keyring does not tell apart are twins', async () => {
  const schema = { 'xdg:schema': 'org.freedesktop.Secret.Generic' };
  const items: FakeKeyringFilesParts['items'] = [
    ['Plain', { host: 'a' }, '1'],
    ['With a schema', { host: 'a', ...schema }, '2'],
    ['With nothing else', schema, '3'],
  ];
  const { keyring, host } = made({ items, needsPassword: false });
  assert.equal((await runWords(['import', 'in'], host)).code, 0);
  assert.deepEqual(keyring.calls, ['store', 'store beside', 'store beside']);
  const [, second] = keyring.items;
  assert.equal(second?.attributes.get('xdg:schema'), schema['xdg:schema'], 'stored as it is');
});

test('import --dry-run: labels and attributes, no secret, no keyring', async () => {
  const { files, host } = made({ items: ITEMS, needsPassword: false });
  const shown = await runWords(['import', '--dry-run', 'in'], host);
  assert.equal(
    shown.stdout,
    '3 items in the form v0\nMail  user=alice  host=a\nSame  host=a  user=alice\nBare\n',
  );
  const json = await runWords(['import', '--dry-run', '--json', 'in'], host);
  assert.deepEqual(JSON.parse(json.stdout).items[0], {
    label: 'Mail',
    attributes: { user: 'alice', host: 'a' },
  });
  assert.deepEqual([files.secrets, host.log], [[], []]);
});

test('import: nothing is said of what was stored, and the file’s password asked for once', async () => {
  const host = new FakeHost({
    keyringFiles: new FakeKeyringFiles({ items: ITEMS }),
    typed: 'typed',
  });
  const { code, stdout, stderr } = await runWords(['import', 'in'], host);
  assert.deepEqual([code, stdout, stderr], [0, '', '']);
  assert.deepEqual(host.log, ['readHidden Password of the file: ', 'openKeyring']);
});

test('import --dry-run: what steers a terminal is shown on one, and kept for a pipe', async () => {
  const items: FakeKeyringFilesParts['items'] = [['\u001b[2J', { 'a\u0007': '\u0007' }, 's']];
  const shown = async (terminals: readonly ['stdout'] | readonly []): Promise<string> => {
    const keyringFiles = new FakeKeyringFiles({ items, needsPassword: false });
    const host = new FakeHost({ keyringFiles, terminals });
    return (await runWords(['import', '--dry-run', 'in'], host)).stdout;
  };
  assert.match(await shown(['stdout']), /^\\x1b\[2J {2}a\\x07=\\x07$/mu);
  assert.ok((await shown([])).includes('\u001b[2J  a\u0007=\u0007\n'));
});

// @rule cli/damaged-items-are-told
test('import: damaged items are counted and exit 7, the others are stored', async () => {
  const { keyring, host } = made({ items: ITEMS, rejected: 1 });
  const shown = await runWords(['import', '--password-file=pw', 'in'], host);
  assert.equal(shown.code, 7);
  assert.equal(shown.stderr, 'keywire: import: damaged items that were left out: 1\n');
  assert.equal(keyring.items.length, 3);
});

test('import: the line of progress is gone before a failure is told', async () => {
  const files = new FakeKeyringFiles({ items: ITEMS, needsPassword: false });
  const keyring = new MemoryKeyring();
  const host = new FakeHost({ keyringFiles: files, keyring, terminals: ['stderr'] });
  const store = keyring.store.bind(keyring);
  keyring.store = async (request) => {
    if (keyring.items.length === 2) throw new CliError('no-answer', 'gone');
    return await store(request);
  };
  const shown = await runWords(['import', 'in'], host);
  assert.deepEqual([shown.code, shown.stderr], [5, 'keywire: gone\n']);
  const lines = ['storing 1 of 3', 'storing 2 of 3', ''];
  assert.deepEqual(
    host.services.told,
    lines.map((line) => ['stderr', `\r${line}\u001b[K`]),
  );
});

// @rule cli/import-names-the-item
test('import: an item that the keyring does not take is named by its place, and what was done stays', async () => {
  const { keyring, host } = made({ items: ITEMS, needsPassword: false });
  const store = keyring.store.bind(keyring);
  keyring.store = async (request) => {
    if (keyring.items.length === 1) throw new CliError('not-text', 'this one is refused');
    return await store(request);
  };
  const { code, stdout, stderr } = await runWords(['import', '--json', 'in'], host);
  assert.deepEqual([code, stdout], [7, '']);
  assert.equal(stderr, 'keywire: import: item 2 of 3: this one is refused\n');
  assert.deepEqual([keyring.items.length, keyring.closed], [1, 1]);
  const keyringFiles = new FakeKeyringFiles({ items: ITEMS, needsPassword: false });
  const ended = new FakeHost({ keyringFiles, keyring, signal: AbortSignal.abort() });
  const interrupted = await runWords(['import', 'in'], ended);
  assert.deepEqual([interrupted.code, interrupted.stderr], [130, '']);
});
