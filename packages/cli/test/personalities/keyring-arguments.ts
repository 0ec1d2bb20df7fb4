import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { parseKeyringArguments } from '../../src/personalities/keyring-arguments.ts';

const EMPTY = {
  operation: undefined,
  service: undefined,
  username: undefined,
  flags: new Set(),
  backend: undefined,
  mode: 'password',
  output: 'plain',
  completion: undefined,
};

test('parseKeyringArguments: operands and options anywhere, shortened or joined', () => {
  const cases: readonly (readonly [readonly string[], object])[] = [
    [[], {}],
    [['get', 's', 'u'], { operation: 'get', service: 's', username: 'u' }],
    [['-b', 'B', 'set', 's'], { operation: 'set', service: 's', backend: 'B' }],
    [['del', '-bB', 's', 'u'], { operation: 'del', service: 's', username: 'u', backend: 'B' }],
    [['--keyring-b=B=C'], { backend: 'B=C' }],
    [['-p', '/x', '--keyring-path', '/y'], {}],
    [['--list'], { flags: new Set(['list-backends']) }],
    [['--dis'], { flags: new Set(['disable']) }],
    [['--mode', 'creds', 'get', 's'], { operation: 'get', service: 's', mode: 'creds' }],
    [['get', 's', '--output=json'], { operation: 'get', service: 's', output: 'json' }],
    [['--print-completion', 'tcsh'], { completion: 'tcsh' }],
    [['get', '--', '-s', '--mode'], { operation: 'get', service: '-s', username: '--mode' }],
    [['get', '-5', '-.5'], { operation: 'get', service: '-5', username: '-.5' }],
    [['get', '-', '-a b'], { operation: 'get', service: '-', username: '-a b' }],
    [['get', '--x=a b', '-5'], { operation: 'get', service: '--x=a b', username: '-5' }],
    [['-p/a b', '-b=C d', 'get', 's'], { operation: 'get', service: 's', backend: 'C d' }],
    [['-h', '--nonsense'], { flags: new Set(['help']) }],
    [['frob', '-h'], { flags: new Set(['help']) }],
    [['--disable', 'get', 's'], { flags: new Set(['disable']), operation: 'get', service: 's' }],
    [['diagnose'], { operation: 'diagnose' }],
  ];
  for (const [argv, wanted] of cases) {
    const parsed = parseKeyringArguments(argv);
    assert.deepEqual(parsed, { kind: 'arguments', given: { ...EMPTY, ...wanted } }, argv.join(' '));
  }
});

test("parseKeyringArguments: argparse's complaints, without what may be a secret", () => {
  for (const [argv, message] of [
    [
      ['frob', 's', 'u'],
      `argument operation: invalid choice: 'frob' (choose from 'get', 'set', 'del', 'diagnose')`,
    ],
    [['--mode', 'x'], `argument --mode: invalid choice: 'x' (choose from 'password', 'creds')`],
    [['-b'], 'argument -b/--keyring-backend: expected one argument'],
    [['--mode', '--disable'], 'argument --mode: expected one argument'],
    [
      ['--keyring', 'x'],
      'ambiguous option: --keyring could match --keyring-path, --keyring-backend',
    ],
    [['--disable=1'], 'argument --disable: ignored explicit argument'],
    [['--frob', 'get'], 'unrecognized arguments: --frob'],
    [['-x', 'get'], 'unrecognized arguments: -x'],
    [
      ['set', 's', 'u', 'Hunter2!'],
      'unrecognized arguments: (not quoted here, it may be a secret)',
    ],
    [
      ['set', 's', 'u', '--frob', 'hunter'],
      'unrecognized arguments: --frob (not quoted here, it may be a secret)',
    ],
  ] as const) {
    assert.deepEqual(parseKeyringArguments(argv), { kind: 'error', message }, argv.join(' '));
  }
});
