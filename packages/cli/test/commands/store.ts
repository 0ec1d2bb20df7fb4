import assert from 'node:assert/strict';
import { MAX_SECRET_BYTES as SERVICE_BYTES } from '@keywire/secret-service';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { MAX_SECRET_BYTES } from '../../src/commands/store.ts';
import { CliError } from '../../src/output/cli-error.ts';
import { FakeHost, type FakeHostParts, runWords, type Shown } from '../support/fake-host.ts';
import { MemoryKeyring } from '../support/memory-keyring.ts';

const FORM = ['store', '--label=My label', 'app', 'demo'];

interface Stored extends Shown {
  readonly host: FakeHost;
  readonly keyring: MemoryKeyring;
  readonly secret: string | undefined;
}

async function store(parts: FakeHostParts, ...options: string[]): Promise<Stored> {
  const keyring = new MemoryKeyring();
  const host = new FakeHost({ keyring, ...parts });
  const shown = await runWords([...FORM, ...options], host);
  const [item] = keyring.items;
  const secret = item === undefined ? undefined : new TextDecoder().decode(item.secret);
  return { ...shown, host, keyring, secret };
}

test('store: stdin to the byte, the final newline included; silent; wiped', async () => {
  const { code, stdout, stderr, secret, host, keyring } = await store({ stdin: 's3cret\n' });
  assert.deepEqual([code, stdout, stderr, secret], [0, '', '', 's3cret\n']);
  assert.equal(keyring.items[0]?.label, 'My label');
  assert.deepEqual([...(keyring.items[0]?.attributes ?? [])], [['app', 'demo']]);
  assert.deepEqual(host.log, ['openKeyring', `readStdin ${MAX_SECRET_BYTES}`]);
  assert.equal(MAX_SECRET_BYTES, SERVICE_BYTES);
  assert.deepEqual(host.handedOut[0], new Uint8Array(7));
});

test('store: --strip-newline drops one newline and no more', async () => {
  for (const [stdin, expected] of [
    ['a\n', 'a'],
    ['a\n\n', 'a\n'],
    ['a', 'a'],
    ['', ''],
  ] as const) {
    assert.equal((await store({ stdin }, '--strip-newline')).secret, expected);
  }
});

test('store: --base64 decodes what was read, and refuses what is none', async () => {
  assert.equal((await store({ stdin: 'czNj\ncmV0\n' }, '--base64')).secret, 's3cret');
  const wrong = await store({ stdin: 'hunter2!' }, '--base64');
  assert.equal(wrong.code, 2);
  assert.equal(wrong.stderr, 'keywire: store: the secret read is not base64\n');
  assert.equal(wrong.secret, undefined);
  assert.deepEqual(wrong.host.handedOut[0], new Uint8Array(8));
});

test('store: from a file', async () => {
  const { secret, host } = await store({ files: { '/k': 'from file' } }, '--file=/k');
  assert.equal(secret, 'from file');
  assert.deepEqual(host.log, ['openKeyring', 'readFile /k']);
});

test('store: asks on a terminal, and with --ask also when stdin is a pipe', async () => {
  const onTerminal = await store({ stdinKind: 'terminal', typed: 'typed' });
  assert.equal(onTerminal.secret, 'typed');
  assert.deepEqual(onTerminal.host.log, ['openKeyring', 'readHidden Secret for My label: ']);
  assert.equal((await store({ stdin: 'pipe', typed: 'typed' }, '--ask')).secret, 'typed');
});

test('store: a label cannot steer the terminal through the question', async () => {
  const host = new FakeHost({ stdinKind: 'terminal', typed: 'x' });
  await runWords(['store', '--label=\u001b[2J\nPassword', 'app', 'demo'], host);
  assert.equal(host.log[1], 'readHidden Secret for \\x1b[2J Password: ');
});

// @rule cli/no-empty-by-accident
test('store: /dev/null is no secret', async () => {
  const { code, stderr, secret, host } = await store({ stdinKind: 'nothing' });
  assert.equal(code, 2);
  assert.match(stderr, /stdin is \/dev\/null: pipe the secret/u);
  assert.equal(secret, undefined);
  assert.deepEqual(host.log, []);
});

test('store: where there is no keyring nobody is asked for a secret', async () => {
  const { host, code } = await store({
    stdinKind: 'terminal',
    openFailure: new CliError('no-such-collection', 'x'),
  });
  assert.equal(code, 1);
  assert.deepEqual(host.log, ['openKeyring']);
  const keyring = new MemoryKeyring();
  keyring.failure = new CliError('no-such-collection', 'x');
  const second = new FakeHost({ keyring, stdinKind: 'terminal' });
  await runWords(FORM, second);
  assert.deepEqual([second.log, keyring.calls], [['openKeyring'], ['ready']]);
});

test('store: a question left unanswered stores nothing', async () => {
  const unanswered = new CliError('not-asked', 'nothing was typed, nothing is done');
  const { code, secret, stderr } = await store({ stdinKind: 'terminal', typed: unanswered });
  assert.deepEqual([code, secret], [4, undefined]);
  assert.equal(stderr, 'keywire: nothing was typed, nothing is done\n');
});

test('store: a keyring that fails leaves no secret in memory or in the message', async () => {
  const keyring = new MemoryKeyring();
  keyring.failure = new TypeError('cannot');
  const { code, stderr, host } = await store({ keyring, stdin: 'hunter2' });
  assert.equal(code, 7);
  assert.doesNotMatch(stderr, /hunter2/u);
  assert.deepEqual(host.handedOut[0], new Uint8Array(7));
});

test('store: --json tells the path; --ask and --file exclude each other', async () => {
  assert.equal((await store({ stdin: 'x' }, '--json')).stdout, '{"path":"/collection/test/1"}\n');
  assert.equal((await store({}, '--ask', '--file=/k')).code, 2);
});

test('store: what was decoded or cut off is wiped too, and base64 may be longer than its secret', async () => {
  const { keyring, host } = await store({ stdin: 'czNjcmV0Cg==' }, '--base64', '--strip-newline');
  assert.deepEqual(keyring.taken, [new Uint8Array(6)]);
  assert.ok(host.handedOut.flatMap((bytes) => [...bytes]).every((byte) => byte === 0));
  const limit = Number(/^readStdin (\d+)$/u.exec(host.log[1] ?? '')?.[1]);
  // As base64 writes it, in lines of 64 characters.
  assert.ok(limit >= Math.ceil(MAX_SECRET_BYTES / 48) * 65, String(limit));
});

test('store: into the collection that was named', async () => {
  const { keyring } = await store({ stdin: 'x' }, '--collection=work');
  assert.deepEqual(keyring.calls, ['store in work']);
});
