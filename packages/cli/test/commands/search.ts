import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import type { StreamName } from '../../src/types/outcome.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';
import { type MemoryItem, MemoryKeyring } from '../support/memory-keyring.ts';

function item(label: string, secret: string, more: Partial<MemoryItem> = {}): MemoryItem {
  return {
    label,
    attributes: new Map([
      ['app', 'demo'],
      ['xdg:schema', 'org.example.Foo'],
    ]),
    secret: new TextEncoder().encode(secret),
    created: 1_795_380_352,
    ...more,
  };
}

const plain = { attributes: new Map([['app', 'demo']]) };

test("search: secret-tool's form, attributes on stderr, schema on a line of its own", async () => {
  const keyring = new MemoryKeyring([
    item('L1', 's3'),
    item('L2', 'x\n', { ...plain, created: 0 }),
  ]);
  const shown = await runWords(['search', '--all', 'app', 'demo'], new FakeHost({ keyring }));
  assert.equal(shown.code, 0);
  assert.equal(
    shown.stdout,
    [
      '[/1]',
      'label = L1',
      'secret = s3',
      'created = 2026-11-22 20:45:52',
      'modified = 2026-11-22 20:45:52',
      'schema = org.example.Foo',
      '[/2]',
      'label = L2',
      'secret = x\n',
      'created = ',
      'modified = ',
      '',
    ].join('\n'),
  );
  assert.equal(shown.stderr, 'attribute.app = demo\nattribute.app = demo\n');
});

test('search: only the first without --all; --unlock is passed on', async () => {
  const keyring = new MemoryKeyring([item('L1', '1'), item('L2', '2')]);
  const host = new FakeHost({ keyring });
  const shown = await runWords(['search', 'app', 'demo'], host);
  assert.match(shown.stdout, /L1/u);
  assert.doesNotMatch(shown.stdout, /L2/u);
  await runWords(['search', '--all', '--unlock', '-c', 'session', 'app', 'demo'], host);
  assert.deepEqual(keyring.calls, [
    'search unlock=false limit=1',
    'search unlock=true limit=undefined in session',
  ]);
});

// @rule cli/locked-is-not-done
test('search: a locked item is shown without its secret, and the exit code says so', async () => {
  const keyring = new MemoryKeyring([
    item('L1', 'open'),
    item('L2', 'hunter2', { withheld: 'locked' }),
  ]);
  const shown = await runWords(['search', '--all', 'app', 'demo'], new FakeHost({ keyring }));
  assert.equal(shown.code, 3);
  assert.match(shown.stdout, /\[\/2\]\nlabel = L2\ncreated/u);
  assert.match(shown.stderr, /keywire: locked, shown without secret: 1; --unlock unlocks/u);
  const json = await runWords(
    ['search', '--all', '--unlock', '--json', 'app', 'demo'],
    new FakeHost({ keyring }),
  );
  assert.equal(json.code, 3);
  assert.equal(json.stderr, 'keywire: locked, shown without secret: 1\n');
  assert.doesNotMatch(json.stdout + shown.stdout + shown.stderr, /hunter2/u);
});

test('search: --json holds everything on one line', async () => {
  const keyring = new MemoryKeyring([item('L\n1', 'ü')]);
  const shown = await runWords(['search', '--json', 'app', 'demo'], new FakeHost({ keyring }));
  assert.deepEqual(JSON.parse(shown.stdout), {
    items: [
      {
        path: '/collection/test/1',
        label: 'L\n1',
        attributes: { app: 'demo', 'xdg:schema': 'org.example.Foo' },
        locked: false,
        created: '2026-11-22T20:45:52.000Z',
        modified: '2026-11-22T20:45:52.000Z',
        secret: 'ü',
        contentType: 'text/plain',
      },
    ],
  });
  assert.deepEqual(keyring.given, [new Uint8Array(2)], 'wiped');
  const none = await runWords(['search', '--json', 'app', 'x'], new FakeHost({ keyring }));
  assert.deepEqual([none.code, none.stdout], [1, '{"items":[]}\n']);
});

// @rule cli/terminal-escapes
test('search: on a terminal control characters are shown as escapes, bytes as a count', async () => {
  const keyring = new MemoryKeyring([
    item('\u001b[2J', 'a\u0007b', { attributes: new Map([['app', 'de\u001bmo']]) }),
    { ...item('bin', '', plain), secret: Uint8Array.of(0xff, 0xfe) },
  ]);
  const host = (terminals: readonly StreamName[]): FakeHost => new FakeHost({ keyring, terminals });
  const first = await runWords(['search', 'app', 'de\u001bmo'], host(['stdout', 'stderr']));
  assert.match(first.stdout, /label = \\x1b\[2J\nsecret = a\\x07b\n/u);
  assert.equal(first.stderr, 'attribute.app = de\\x1bmo\n');
  const second = await runWords(['search', 'app', 'demo'], host(['stdout', 'stderr']));
  assert.match(second.stdout, /secret = \(2 bytes that are no text\)\n/u);
  const piped = await runWords(['search', '--all', 'app', 'demo'], host([]));
  assert.ok(Buffer.from(piped.stdoutBytes).includes(Buffer.from([0xff, 0xfe, 0x0a])));
  const encoded = await runWords(['search', '--base64', 'app', 'demo'], host(['stdout']));
  assert.match(encoded.stdout, /secret = \/\/4=\n/u);
});

test('search: a secret denied is exit 6, one that cannot be read exit 7', async () => {
  for (const [withheld, code] of [
    ['denied', 6],
    ['failed', 7],
  ] as const) {
    const keyring = new MemoryKeyring([item('L1', 'x', { withheld }), item('L2', 'open')]);
    const shown = await runWords(['search', '--all', 'app', 'demo'], new FakeHost({ keyring }));
    assert.equal(shown.code, code);
    assert.match(shown.stdout, /label = L1\ncreated(?:.|\n)*secret = open/u);
  }
});

test('search: nothing found exits 1, and what is locked has no secret in JSON', async () => {
  const none = await runWords(['search', 'app', 'other'], new FakeHost());
  assert.deepEqual([none.code, none.stdout, none.stderr], [1, '', '']);
  const keyring = new MemoryKeyring([item('L', 'hunter2', { withheld: 'locked' })]);
  const { code, stdout } = await runWords(
    ['search', '--json', 'app', 'demo'],
    new FakeHost({ keyring }),
  );
  assert.equal(code, 3);
  const [shown] = JSON.parse(stdout).items;
  assert.deepEqual(
    [shown.locked, 'secret' in shown, 'secretBase64' in shown],
    [true, false, false],
  );
});
