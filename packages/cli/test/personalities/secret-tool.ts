import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { CliError } from '../../src/output/cli-error.ts';
import { secretTool } from '../../src/personalities/secret-tool.ts';
import { runProgram } from '../../src/programs.ts';
import { FakeHost, type FakeHostParts } from '../support/fake-host.ts';
import { MemoryKeyring } from '../support/memory-keyring.ts';

async function answer(argv: readonly string[], parts: FakeHostParts = {}) {
  const host = new FakeHost(parts);
  const { code, output } = await secretTool(argv, host);
  const text = (stream: string): string =>
    output
      .filter((chunk) => chunk.stream === stream)
      .map(({ bytes }) => new TextDecoder().decode(bytes))
      .join('');
  return { code, stdout: text('stdout'), stderr: text('stderr'), host };
}

function seeded(): MemoryKeyring {
  const secret = new TextEncoder().encode('s3cret');
  return new MemoryKeyring([{ label: 'L', attributes: new Map([['a', 'b']]), secret }]);
}

test('secretTool: found and not there', async () => {
  const keyring = seeded();
  const found = await answer(['lookup', 'a', 'b'], { keyring });
  assert.deepEqual([found.code, found.stdout, found.stderr], [0, 's3cret', '']);
  const terminal = await answer(['lookup', 'a', 'b'], { keyring, terminals: ['stdout'] });
  assert.equal(terminal.stdout, 's3cret\n');
  for (const [form, code] of [
    ['lookup', 1],
    ['clear', 1],
    ['search', 0],
  ] as const) {
    const none = await answer([form, 'a', 'none'], { keyring, terminals: ['stderr'] });
    assert.deepEqual([none.code, none.stdout, none.stderr], [code, '', '']);
  }
  assert.equal((await answer(['clear', 'a', 'b'], { keyring })).code, 0);
  assert.equal(keyring.items.length, 0);
});

test('secretTool: store takes stdin as it is, or asks', async () => {
  const keyring = new MemoryKeyring();
  await answer(['store', '--label=L', 'a', 'b'], { keyring, stdin: 'x\n' });
  await answer(['store', '-l', 'L', 'c', 'd'], {
    keyring,
    stdinKind: 'terminal',
    typed: 'typed',
  });
  const stored = keyring.items.map(({ secret }) => new TextDecoder().decode(secret));
  assert.deepEqual(stored, ['x\n', 'typed']);
  assert.ok(keyring.calls.includes('ready'));
});

test('secretTool: wrong usage opens nothing and exits 2 with the usage', async () => {
  for (const argv of [
    [],
    ['frob'],
    ['constructor'],
    ['store', 'a', 'b'],
    ['store', '--label=L'],
    ['lookup', 'a'],
    ['lookup', '', 'x'],
    ['lookup', 'a', '\ufffd'],
    ['search', '--frob', 'a', 'b'],
  ]) {
    const { code, stdout, stderr, host } = await answer(argv);
    assert.deepEqual([code, stdout, host.log], [2, '', []], argv.join(' '));
    assert.match(stderr, /^usage: secret-tool store --label='label' attribute value \.\.\.$/mu);
  }
});

// @rule cli/secret-tool-locked
test('secretTool: what is withheld is no "not there"', async () => {
  for (const [error, code] of [
    [new CliError('no-answer', 'no answer'), 1],
    [new CliError('not-asked', 'dismissed'), 4],
    [new Error('x'), 1],
  ] as const) {
    const keyring = seeded();
    keyring.failure = error;
    const shown = await answer(['lookup', 'a', 'b'], { keyring });
    assert.equal(shown.code, code);
    assert.match(shown.stderr, /^secret-tool: [^\n]+\n$/u);
    assert.equal(keyring.closed, 1);
  }
  const openFailure = new CliError('no-answer', 'no bus');
  const unopened = await answer(['lookup', 'a', 'b'], { openFailure });
  assert.deepEqual([unopened.code, unopened.stderr], [1, 'secret-tool: no bus\n']);
  const withheld = seeded();
  for (const item of withheld.items) item.withheld = 'locked';
  const search = await answer(['search', 'a', 'b'], { keyring: withheld });
  assert.equal(search.code, 0);
  assert.match(search.stderr, /^secret-tool: an item is shown without its secret: locked$/mu);
});

test('secretTool: lock, and the program of this name', async () => {
  const keyring = seeded();
  const host = new FakeHost({ keyring });
  const { code } = await runProgram('secret-tool', ['lock', '-c', 'login'], host);
  assert.equal(code, 0);
  assert.deepEqual(keyring.calls, ['lock in login']);
  const interrupted = seeded();
  interrupted.failure = new Error('aborted');
  const parts = { keyring: interrupted, signal: AbortSignal.abort() };
  assert.equal((await answer(['lock'], parts)).code, 130);
});

test('secretTool: Ctrl-C at the question is silent and no failure', async () => {
  const typed = new CliError('interrupted', 'interrupted');
  const parts = { stdinKind: 'terminal', typed } as const;
  const { code, stderr } = await answer(['store', '--label=L', 'a', 'b'], parts);
  assert.deepEqual([code, stderr], [130, '']);
});

test('secretTool: store keeps all that was given, and nothing of the secret', async () => {
  const keyring = new MemoryKeyring();
  const argv = ['store', '-l', 'L', '-c', 'work', 'a', '1', 'b', '', 'a', '2'];
  const { code, host } = await answer(argv, { keyring, stdin: 's3cret' });
  const [item] = keyring.items;
  assert.deepEqual(
    [code, item?.label, [...(item?.attributes ?? [])], keyring.calls],
    [
      0,
      'L',
      [
        ['a', '2'],
        ['b', ''],
      ],
      ['store in work'],
    ],
  );
  assert.ok(host.handedOut[0]?.every((byte) => byte === 0));
  keyring.failure = new Error('full');
  const failed = await answer(argv, { keyring, stdin: 's3cret' });
  assert.equal(failed.code, 1);
  assert.ok(failed.host.handedOut[0]?.every((byte) => byte === 0));
});

test('secretTool: nobody types a secret that there is no place for', async () => {
  const keyring = new MemoryKeyring();
  keyring.failure = new CliError('no-answer', 'no answer');
  const parts = { keyring, stdinKind: 'terminal', typed: 'typed' } as const;
  const { code, host } = await answer(['store', '--label=L', 'a', 'b'], parts);
  assert.deepEqual([code, host.log], [1, ['openKeyring']]);
  assert.deepEqual([host.keyringOptions?.noPrompt, host.keyringOptions?.plain], [false, false]);
});

test('secretTool: search shows the first match, or all, and unlocks on request', async () => {
  for (const [options, call, count] of [
    [[], 'search unlock=false limit=1', 1],
    [['--all'], 'search unlock=false limit=undefined', 2],
    [['-a', '--unlock'], 'search unlock=true limit=undefined', 2],
  ] as const) {
    const [item] = seeded().items;
    assert.ok(item !== undefined);
    const keyring = new MemoryKeyring([item, item]);
    const { code, stdout, stderr } = await answer(['search', ...options, 'a', 'b'], { keyring });
    assert.deepEqual([code, keyring.calls], [0, [call]]);
    assert.equal(stdout.match(/^label = L\nsecret = s3cret$/gmu)?.length, count);
    assert.equal(stderr, 'attribute.a = b\n'.repeat(count));
  }
});

test('secretTool: the complaint stands before the usage, and help on stdout', async () => {
  for (const [argv, first] of [
    [[], 'usage: secret-tool store'],
    [['store', 'a', 'b'], 'secret-tool: must specify a label for the new item'],
    [['lookup'], 'secret-tool: must specify attribute and value pairs'],
    [['lookup', 'a'], 'secret-tool: must specify attributes and values in pairs'],
    [['lookup', 'a', 'b', '', 'x'], 'secret-tool: the name of attribute 2 is empty'],
    [['lookup', 'a', '\ufffd'], 'Invalid byte sequence in conversion input'],
    [['lookup', '--frob', 'a'], 'Unknown option --frob'],
  ] as const) {
    const { stderr } = await answer(argv);
    assert.ok(stderr.startsWith(first), stderr);
    assert.equal(stderr.match(/^(?:usage:| {6}) secret-tool /gmu)?.length, 5);
  }
  const { code, stdout, stderr } = await answer(['search', '--help']);
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /^ {2}-a, --all {6,}\S.*\n {6}--unlock {6,}\S.*\n {2}-h, --help {6,}\S/mu);
});
