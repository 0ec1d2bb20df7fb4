import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { CliError } from '../../src/output/cli-error.ts';
import { runProgram } from '../../src/programs.ts';
import { FakeHost, type FakeHostParts } from '../support/fake-host.ts';
import { fakeStores } from '../support/fake-password-stores.ts';
import { MemoryPasswords } from '../support/memory-passwords.ts';

type Shown = readonly [code: number, stdout: string, stderr: string];

async function keyring(
  argv: readonly string[],
  host: FakeHost | FakeHostParts = {},
): Promise<Shown> {
  const given = host instanceof FakeHost ? host : new FakeHost(host);
  const { code, output } = await runProgram('keyring', argv, given);
  const text = (wanted: string): string =>
    output
      .filter(({ stream }) => stream === wanted)
      .map(({ bytes }) => new TextDecoder().decode(bytes))
      .join('');
  return [code, text('stdout'), text('stderr')];
}

const ENTRIES = [
  ['s', 'old', 'x'],
  ['s', 'u ü', 'pä"\u{1f5dd}'],
] as const;

test('get: password, credentials, plain and as JSON of Python', async () => {
  const passwords = new MemoryPasswords(ENTRIES);
  for (const [argv, stdout] of [
    [['get', 's', 'u ü'], 'pä"🗝\n'],
    [['get', 's', 'u ü', '--output', 'json'], '{"password": "p\\u00e4\\"\\ud83d\\udddd"}\n'],
    [['--mode', 'creds', 'get', 's'], 'u ü\npä"🗝\n'],
    [['--mode', 'creds', 'get', 's', 'old'], 'old\nx\n'],
    [
      ['get', 's', '--mode=creds', '--output=json'],
      '{"username": "u \\u00fc", "password": "p\\u00e4\\"\\ud83d\\udddd"}\n',
    ],
  ] as const) {
    assert.deepEqual(await keyring(argv, { passwords }), [0, stdout, '']);
  }
  for (const bytes of passwords.handedOut) assert.ok(bytes.every((byte) => byte === 0));
});

test('get: absent is exit 1 and silence, a failure is exit 1 and a line', async () => {
  const passwords = new MemoryPasswords();
  assert.deepEqual(await keyring(['get', 's', 'u'], { passwords }), [1, '', '']);
  assert.deepEqual(await keyring(['--mode=creds', 'get', 's'], { passwords }), [1, '', '']);
  passwords.failure = new TypeError('locked\naway');
  const [code, stdout, stderr] = await keyring(['get', 's', 'u'], { passwords });
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /^keyring: [^\n]*locked away\n$/u);
  assert.equal(passwords.closed, 3);
});

test('set: a pipe without one newline; nothing on it, and it is asked for', async () => {
  for (const [stdin, stored] of [
    ['p\n', 's u p'],
    ['p\n\n', 's u p\n'],
    ['p', 's u p'],
  ] as const) {
    const passwords = new MemoryPasswords();
    assert.deepEqual(await keyring(['set', 's', 'u'], { passwords, stdin }), [0, '', '']);
    assert.deepEqual(passwords.texts, [stored]);
  }
  for (const parts of [
    { stdinKind: 'terminal' },
    { stdinKind: 'nothing', stdin: 'not read' },
    { stdin: '' },
    { stdin: '\n' },
  ] as const) {
    const host = new FakeHost({ ...parts, typed: 't' });
    assert.deepEqual(await keyring(['set', 's', 'u'], host), [0, '', '']);
    assert.equal(host.log.at(-1), "readHidden Password for 'u' in 's': ");
  }
});

test('get: what is no text is a failure; set: what was read is wiped', async () => {
  const passwords = new MemoryPasswords([['s', 'u', 'x']]);
  passwords.entries[0]?.secret.fill(0xff);
  const refused = [1, '', 'keyring: the password is not text in UTF-8\n'];
  assert.deepEqual(await keyring(['get', 's', 'u'], { passwords }), refused);
  for (const stdin of ['p\n', Uint8Array.of(0xff)]) {
    const host = new FakeHost({ stdin });
    await keyring(['set', 's', 'u'], host);
    assert.ok(host.handedOut[0]?.every((byte) => byte === 0));
  }
});

test('set: Ctrl-C at the question is silent and no failure', async () => {
  const typed = new CliError('interrupted', 'interrupted');
  const parts = { stdinKind: 'terminal', typed } as const;
  assert.deepEqual(await keyring(['set', 's', 'u'], parts), [130, '', '']);
});

test('set: what get could not print is refused, and nothing is stored', async () => {
  const passwords = new MemoryPasswords();
  const stdin = new Uint8Array([0x70, 0xff, 0x0a]);
  assert.deepEqual(await keyring(['set', 's', 'u'], { passwords, stdin }), [
    1,
    '',
    'keyring: the password is not text in UTF-8\n',
  ]);
  assert.deepEqual(passwords.texts, []);
});

test('an argument that is not UTF-8 is refused, whatever is asked for', async () => {
  for (const argv of [
    ['get', 'a\ufffd', 'u'],
    ['set', 's', '\ufffd'],
    ['del', '\ufffd', 'u'],
    ['\ufffd', 's', 'u'],
  ]) {
    const passwords = new MemoryPasswords([['a\ufffd', 'u', 'another']]);
    const [code, stdout, stderr] = await keyring(argv, { passwords, stdin: 'p\n' });
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^keyring: argument [123] is not UTF-8/u);
    assert.equal(passwords.entries.length, 1);
  }
});

test('del: the null backend has nothing, and deletes it', async () => {
  const passwordStores = fakeStores({
    pythonBackend: () => ({ backend: 'null', scheme: 'python-keyring' }),
  });
  const argv = ['-b', 'keyring.backends.null.Keyring', 'del', 's', 'u'];
  assert.deepEqual(await keyring(argv, { passwordStores }), [0, '', '']);
});

test('del: what is not there is exit 1', async () => {
  const passwords = new MemoryPasswords(ENTRIES);
  assert.deepEqual(await keyring(['del', 's', 'old'], { passwords }), [0, '', '']);
  assert.deepEqual(await keyring(['del', 's', 'old'], { passwords }), [
    1,
    '',
    'keyring: No such password!\n',
  ]);
});

test('wrong usage: exit 2, the usage and the complaint', async () => {
  for (const [argv, complaint] of [
    [['--frob'], 'unrecognized arguments: --frob'],
    [[], 'Specify operation (get, set, del, diagnose).'],
    [['get'], 'get requires service and username'],
    [['set', 's'], 'set requires service and username'],
    [['--mode=creds', 'get'], 'get requires service'],
    [['--mode=creds', 'set', 's'], 'set requires service and username'],
    [['-b', 'nope.Nope', 'get', 's', 'u'], 'Unable to load specified keyring'],
  ] as const) {
    const passwordStores = fakeStores();
    const [code, stdout, stderr] = await keyring(argv, { passwordStores });
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^usage: keyring \[-h\]/u);
    assert.ok(stderr.endsWith(`keyring: error: ${complaint}\n`), stderr);
  }
});

test('-b: what stands for the class; else the configuration of Python decides', async () => {
  const passwordStores = fakeStores({
    pythonBackend: (name) => (name === 'a.B' ? { backend: 'null', scheme: 'keytar' } : undefined),
  });
  const chosen = new FakeHost({ passwordStores });
  assert.deepEqual(await keyring(['-b', 'a.B', 'get', 's', 'u'], chosen), [1, '', '']);
  const { backend, schemes, config } = chosen.passwordsOptions ?? {};
  assert.deepEqual([backend, schemes, config], ['null', ['keytar'], 'python-keyring']);
  const other = new FakeHost();
  await keyring(['get', 's', 'u'], other);
  assert.deepEqual(other.passwordsOptions, {
    noPrompt: false,
    plain: false,
    config: 'python-keyring',
  });
});

test('--list-backends, --disable, diagnose, --print-completion, --help', async () => {
  const passwordStores = fakeStores({
    pythonBackends: async () => [{ name: 'a.B', priority: 4.8 }],
    disablePython: async () => true,
    pythonConfig: () => ({ path: '/c', isPresent: true, dataRoot: '/d' }),
  });
  for (const [argv, stdout] of [
    [['--list-backends'], 'a.B (priority: 4.8)\n'],
    [['--disable'], ''],
    [['diagnose'], 'config path: /c\ndata root: /d\n'],
  ] as const) {
    assert.deepEqual(await keyring(argv, { passwordStores }), [0, stdout, '']);
  }
  const absent = fakeStores({ disablePython: async () => false });
  assert.deepEqual(await keyring(['diagnose'], { passwordStores: absent }), [
    0,
    'config path: /config (absent)\ndata root: /data\n',
    '',
  ]);
  const [code, , stderr] = await keyring(['--disable'], { passwordStores: absent });
  assert.deepEqual([code, stderr], [1, 'keyring: Refusing to overwrite /config\n']);
  assert.match((await keyring(['--print-completion', 'bash']))[1], /complete -F _keyring keyring/u);
  assert.match((await keyring(['--help']))[1], /^usage: keyring[\s\S]*--print-completion/u);
});
