import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { CliError } from '../../src/output/cli-error.ts';
import { parseCommandLine } from '../../src/table/parse.ts';

/** A command line as words; what it parses to, in short. */
function parsed(...argv: string[]): unknown {
  const result = parseCommandLine(argv);
  if (result.kind === 'version') return 'version';
  if (result.kind === 'help')
    return `help ${result.commands.map(({ name }) => name).join(', ')}`.trim();
  const { attributes, flags, values } = result.invocation;
  return [result.command.name, [...attributes], [...flags], [...values]];
}

/** The complaint about a command line. */
function complaint(...argv: string[]): string {
  try {
    parseCommandLine(argv);
  } catch (error) {
    assert.ok(error instanceof CliError);
    assert.equal(error.code, 'usage');
    return error.message;
  }
  return assert.fail(`accepted: ${argv.join(' ')}`);
}

test('parseCommandLine: options and operands in any order, both forms of values', () => {
  const app = [['app', 'demo']];
  assert.deepEqual(parsed('lookup', 'app', 'demo'), ['lookup', app, [], []]);
  assert.deepEqual(parsed('lookup', 'app', '--json', 'demo'), ['lookup', app, ['json'], []]);
  const store = ['store', app, [], [['label', 'L']]];
  for (const label of [['--label=L'], ['--label', 'L'], ['-l', 'L'], ['-lL']]) {
    assert.deepEqual(parsed('store', ...label, 'app', 'demo'), store);
    assert.deepEqual(parsed('store', 'app', 'demo', ...label), store);
  }
  assert.deepEqual(parsed('store', '--label=', 'app', 'demo'), ['store', app, [], [['label', '']]]);
  assert.deepEqual(parsed('lock', '-cdefault'), ['lock', [], [], [['collection', 'default']]]);
});

test('parseCommandLine: behind "--" everything is an operand', () => {
  assert.deepEqual(parsed('lookup', '--json', '--', '--label', '-x'), [
    'lookup',
    [['--label', '-x']],
    ['json'],
    [],
  ]);
  assert.deepEqual(parsed('lookup', 'app', '-'), ['lookup', [['app', '-']], [], []]);
});

test('parseCommandLine: a name of two words, and another program behind the options', () => {
  const words = (...argv: string[]): unknown => {
    const result = parseCommandLine(argv);
    if (result.kind !== 'command') return result.kind;
    const { command, invocation } = result;
    return [command.name, invocation.words, invocation.command];
  };
  assert.deepEqual(words('audit', 'verify', 'F'), ['audit verify', ['F'], []]);
  assert.deepEqual(words('collection', 'label', '--json', 'C', 'L'), [
    'collection label',
    ['C', 'L'],
    [],
  ]);
  assert.deepEqual(words('diagnose', 'F'), ['doctor', ['F'], []]);
  for (const dashes of [[], ['--']]) {
    const argv = ['run', '--bus', ...dashes, 'ls', '--json', '-h'];
    assert.deepEqual(words(...argv), ['run', [], ['ls', '--json', '-h']]);
  }
  assert.match(complaint('audit', 'verify', '-x'), /^argument 3 is no option/u);
});

test('parseCommandLine: help and version, everywhere people look for them', () => {
  for (const argv of [['--help'], ['-h'], ['help']]) assert.equal(parsed(...argv), 'help');
  const commandHelps = [
    ['help', 'store'],
    ['--help', 'store'],
    ['help', '--', 'store', '-x'],
    ['store', '--help'],
    ['store', 'app', '-h'],
  ];
  for (const argv of commandHelps) assert.equal(parsed(...argv), 'help store');
  for (const argv of [
    ['audit', '--help'],
    ['audit', '-h'],
    ['help', 'audit'],
    ['audit', 'verify', '-h'],
  ])
    assert.equal(parsed(...argv), 'help audit verify');
  for (const argv of [['--version'], ['-V']]) assert.equal(parsed(...argv), 'version');
});

test('parseCommandLine: wrong forms get one line that says what is right', () => {
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [[], /^no command given; "keywire --help" lists them$/u],
    [['--'], /^no command given/u],
    [['lokup', 'a', 'b'], /^unknown command "lokup"; did you mean "keywire lookup"\?$/u],
    [['frobnicate'], /^unknown command "frobnicate"; "keywire --help" lists them$/u],
    [['help', 'lokup'], /did you mean "keywire lookup"/u],
    [['lookup', '--jsn', 'a', 'b'], /^unknown option --jsn; did you mean --json\?$/u],
    [
      ['unlock', '--password=hunter2'],
      /^unknown option --password; did you mean --password-file, --password-fd[^?]*\?$/u,
    ],
    [['lookup', '--frobnicate', 'a', 'b'], /^unknown option --frobnicate$/u],
    [['--json', 'list'], /^only --help and --version stand before a command; /u],
    [['-v'], /^only --help and --version stand before a command; /u],
    [['version'], /; did you mean "keywire --version"\?$/u],
    [['look', 'a', 'b'], /; did you mean "keywire lookup"\?$/u],
    [['ls'], /^unknown command "ls"; to list .*: keywire list /u],
    [['lookup', '--json=yes', 'a', 'b'], /^--json takes no value$/u],
    [
      ['store', 'a', 'b'],
      /^store: --label=L is missing; to store a secret: keywire store --label=L/u,
    ],
    [['store', 'a', 'b', '--label'], /^--label needs a value: --label=L$/u],
    [['store', '--label', '--json', 'a', 'b'], /^--label needs a value: --label=L$/u],
    [['lock', '-c', 'a', '--collection=b'], /^--collection is given twice$/u],
    [
      ['lock', 'login'],
      /^lock takes no operands, got 1; to lock a collection, or all: keywire lock /u,
    ],
    [['audit'], /^audit: expected verify; "keywire audit --help" tells more$/u],
    [['audit', 'x'], /^audit: expected verify/u],
    [['lookup'], /^no attributes given/u],
    [['lookup', 'a', '-x'], /^argument 3 is no option of this command; put "--" before/u],
  ];
  for (const [argv, expected] of cases) assert.match(complaint(...argv), expected);
});

// @rule cli/argument-utf8
test('parseCommandLine: an argument that Node could not decode is refused, wherever it stands', () => {
  assert.match(complaint('lookup', 'app', 'd\ufffdmo'), /^argument 3 is not UTF-8/u);
  assert.match(complaint('store', '--label=\ufffd', 'a', 'b'), /^argument 2 is not UTF-8/u);
  assert.match(complaint('\ufffd'), /^argument 1 is not UTF-8/u);
});

// @rule cli/no-argument-echo
test('parseCommandLine: no complaint repeats what may be a secret', () => {
  const secret = 'Hunter2!';
  const lines = [
    [secret],
    ['help', secret],
    ['store', '--label=L', 'app', 'demo', secret],
    ['store', '--label=L', `--${secret}`, 'app', 'demo'],
    ['store', '--label=L', `--password=${secret}`, 'app', 'demo'],
    ['store', '--label=L', `-p${secret}`, 'app', 'demo'],
    ['store', '--label=L', `-h${secret}`, 'app', 'demo'],
    ['store', `--json=${secret}`, '--label=L', 'app', 'demo'],
    ['store', '--label=L', secret, 'x', secret, 'y'],
    ['lock', secret],
  ];
  for (const argv of lines) assert.ok(!complaint(...argv).includes('unter2'), argv.join(' '));
});
