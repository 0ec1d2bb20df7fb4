import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { CliError } from '../src/output/cli-error.ts';
import { run } from '../src/run.ts';
import { FakeHost, runWords } from './support/fake-host.ts';
import { type MemoryItem, MemoryKeyring } from './support/memory-keyring.ts';
import { MemoryPasswords } from './support/memory-passwords.ts';

test('run: version and help go to stdout, exit 0, and open nothing', async () => {
  const host = new FakeHost();
  const version = await runWords(['--version'], host);
  assert.deepEqual([version.code, version.stdout, version.stderr], [0, 'keywire 9.8.7\n', '']);
  for (const words of [['--help'], ['help', 'store'], ['lookup', '--help']]) {
    const help = await runWords(words, host);
    assert.equal(help.code, 0);
    assert.match(help.stdout, /Exit codes:/u);
    assert.equal(help.stderr, '');
  }
  assert.deepEqual(host.log, []);
});

test('run: the common options reach the keyring', async () => {
  const host = new FakeHost();
  await runWords(['list'], host);
  const plain = { noPrompt: false, plain: false, trace: false, timeoutMs: undefined };
  assert.deepEqual(host.keyringOptions, plain);
  await runWords(['list', '--no-prompt', '--plain', '--trace', '--timeout=0.5'], host);
  assert.deepEqual(host.keyringOptions, {
    noPrompt: true,
    plain: true,
    trace: true,
    timeoutMs: 500,
  });
});

test('run: help is as wide as the terminal', async () => {
  const narrow = await runWords(['lookup', '--help'], new FakeHost({ columns: 50 }));
  const usual = await runWords(['lookup', '--help'], new FakeHost());
  const widest = (text: string): number =>
    Math.max(...(text.split('Examples:')[0]?.split('\n') ?? []).map((line) => line.length));
  assert.ok(widest(narrow.stdout) <= 50);
  assert.ok(widest(usual.stdout) > 70);
});

// @rule cli/timeout-range
test('run: a timeout is a positive number of seconds that a timer can hold', async () => {
  for (const wrong of ['0', '-1', 'x', '', '1e3', '2147484', 'Infinity', '5s']) {
    const host = new FakeHost();
    const shown = await runWords(['list', `--timeout=${wrong}`], host);
    assert.equal(shown.code, 2, wrong);
    assert.match(shown.stderr, /^keywire: --timeout takes seconds/u);
    assert.deepEqual(host.log, []);
  }
  assert.equal((await runWords(['list', '--timeout=2147483'], new FakeHost())).code, 0);
});

// @rule cli/one-line-failure
test('run: a failure is one line on stderr, whatever it holds', async () => {
  const cases: readonly (readonly [unknown, number, string])[] = [
    [new CliError('no-such-collection', 'no collection'), 1, 'keywire: no collection\n'],
    [
      new TypeError('broken\n    at stack (x.js:1:1)'),
      7,
      'keywire: unexpected failure: TypeError: broken at stack (x.js:1:1)\n',
    ],
    ['a string', 7, 'keywire: unexpected failure: a thrown string\n'],
  ];
  for (const [failure, code, line] of cases) {
    const keyring = new MemoryKeyring();
    keyring.failure = failure;
    const shown = await runWords(['lookup', 'a', 'b'], new FakeHost({ keyring }));
    assert.deepEqual([shown.code, shown.stdout, shown.stderr], [code, '', line]);
    assert.equal(keyring.closed, 1);
  }
});

test('run: passwords that did not succeed are closed, too', async () => {
  const passwords = new MemoryPasswords();
  assert.equal((await runWords(['get', 's', 'u'], new FakeHost({ passwords }))).code, 1);
  passwords.failure = new Error('no');
  assert.equal((await runWords(['get', 's', 'u'], new FakeHost({ passwords }))).code, 7);
  assert.equal(passwords.closed, 2);
});

test('run: a success leaves the keyring to the end of the process', async () => {
  const keyring = new MemoryKeyring();
  await runWords(['list'], new FakeHost({ keyring }));
  assert.equal(keyring.closed, 0);
});

test('run: Ctrl-C is silent and exits 130, at the prompt and while waiting', async () => {
  const typed = new CliError('interrupted', 'interrupted');
  const atPrompt = await runWords(
    ['store', '--label=L', 'a', 'b'],
    new FakeHost({ stdinKind: 'terminal', typed }),
  );
  assert.deepEqual([atPrompt.code, atPrompt.stderr], [130, '']);
  // A keyring file asks for its password while something is done with it.
  const passwords = new MemoryPasswords();
  passwords.failure = new Error('the backend failed', { cause: typed });
  const asked = await runWords(['set', 's', 'u'], new FakeHost({ passwords, stdin: 'p' }));
  assert.deepEqual([asked.code, asked.stderr], [130, '']);
  const keyring = new MemoryKeyring();
  keyring.failure = new Error('aborted');
  const waiting = await runWords(
    ['lookup', 'a', 'b'],
    new FakeHost({ keyring, signal: AbortSignal.abort() }),
  );
  assert.deepEqual([waiting.code, waiting.stderr], [130, '']);
});

test('run: colours mark the name and the headings, only where asked for', async () => {
  const host = new FakeHost({ isColoured: true });
  const failure = await runWords([], host);
  assert.ok(failure.stderr.startsWith('\u001b[31mkeywire:\u001b[39m no command'));
  assert.ok((await runWords(['--help'], host)).stdout.includes('\u001b[1mUsage:\u001b[22m'));
});

test('run: no command keeps a secret that the keyring gave it', async () => {
  const item = (attributes: Readonly<Record<string, string>>): MemoryItem => ({
    label: 'L',
    attributes: new Map(Object.entries(attributes)),
    secret: new TextEncoder().encode('hunter2'),
  });
  const docker = { label: 'Docker Credentials', server: 'r', username: 'u', docker_cli: '1' };
  const git = { user: 'u', protocol: 'https', server: 'h', 'xdg:schema': 'org.git.Password' };
  for (const [words, stdin] of [
    [['lookup', 'app', 'demo'], ''],
    [['lookup', '--json', 'app', 'demo'], ''],
    [['lookup', '--base64', 'app', 'demo'], ''],
    [['search', '--all', 'app', 'demo'], ''],
    [['search', '--all', '--base64', 'app', 'demo'], ''],
    [['search', '--all', '--json', 'app', 'demo'], ''],
    [['git-credential', 'get'], 'protocol=https\nhost=h\n'],
    [['docker-credential', 'get'], 'r'],
    [['export', '--plaintext', '-'], ''],
  ] as const) {
    const keyring = new MemoryKeyring([item({ app: 'demo' }), item(docker), item(git)]);
    const { code, output } = await run(words, new FakeHost({ keyring, stdin }));
    assert.equal(code, 0, words.join(' '));
    assert.ok(keyring.given.length > 0, words.join(' '));
    // What goes out as it is, is wiped once it is written.
    const leaving = new Set(output.map(({ bytes }) => bytes.buffer));
    for (const bytes of keyring.given) {
      assert.ok(bytes.every((byte) => byte === 0) || leaving.has(bytes.buffer), words.join(' '));
    }
  }
});
