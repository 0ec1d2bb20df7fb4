/**
 * The life of `keywire run`: exit codes pass through, signals are passed on, and however it ends,
 * nothing is left in the folders where sockets lie.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { test } from '../../../test-fixtures/src/harness.ts';
import { bootBus, requires, run } from '../../../test-fixtures/src/index.ts';
import { onTerminal, shellLine } from '../test/support/child.ts';
import { createWorld, startKeywire } from './support/run-world.ts';

/** A command that says it listens, and ends with a code of its own when a signal arrives. */
const LISTENER = [
  'const codes = { SIGINT: 41, SIGTERM: 42, SIGHUP: 43, SIGQUIT: 44, SIGUSR1: 45, SIGUSR2: 46 };',
  'for (const [name, code] of Object.entries(codes)) process.on(name, () => process.exit(code));',
  'setInterval(() => {}, 60_000);',
  'console.log("listening");',
].join('\n');

test('run: exit codes pass through', async () => {
  using world = createWorld();
  const [program, ...words] = world.keywire;
  for (const [command, code] of [
    [['true'], 0],
    [['false'], 1],
    [['sh', '-c', 'exit 42'], 42],
    [['sh', '-c', 'exit 255'], 255],
    [['sh', '-c', 'kill -KILL $$'], 137],
    [['sh', '-c', 'kill -SEGV $$'], 139],
    [['keywire-no-such-command'], 127],
    [['/etc/passwd'], 126],
    [['/etc/passwd/below'], 126],
    [[`/${'x'.repeat(300)}`], 126],
  ] as const) {
    const result = await run(program, [...words, 'run', '--', ...command], { env: world.env });
    assert.equal(result.code, code, command.join(' '));
    assert.deepEqual(world.leftBehind(), []);
  }
  for (const args of [['run'], ['run', '--policy=F', '--', 'true'], ['run', '--bus', 'true']]) {
    const result = await run(program, [...words, ...args], { env: world.env });
    assert.equal(result.code, 125, args.join(' '));
    assert.match(result.stderr, /^keywire: [^\n]+\n$/u);
  }
});

test('run: stdin, arguments and output are the command’s own', async () => {
  using world = createWorld();
  const [program, ...words] = world.keywire;
  const script = 'cat; printf "%s," "$@"; echo oops >&2';
  const args = ['run', '--', 'sh', '-c', script, 'sh', '--help', '-x', '--', ''];
  const result = await run(program, [...words, ...args], { env: world.env, input: 'in\0\xff' });
  assert.deepEqual(
    [new TextDecoder().decode(result.stdout), result.stderr, result.code],
    ['in\0\xff--help,-x,--,,', 'oops\n', 0],
  );
});

test('run: each signal reaches the command, whose code counts', async () => {
  using world = createWorld();
  for (const [signal, code] of [
    ['SIGINT', 41],
    ['SIGTERM', 42],
    ['SIGHUP', 43],
    ['SIGQUIT', 44],
    ['SIGUSR1', 45],
    ['SIGUSR2', 46],
  ] as const) {
    const { child } = await startKeywire(world, ['run', '--', process.execPath, '-e', LISTENER]);
    assert.equal(world.leftBehind().length, 1);
    const closed = once(child, 'close');
    child.kill(signal);
    assert.deepEqual(await closed, [code, null], signal);
    assert.deepEqual(world.leftBehind(), [], signal);
  }
});

test('run: a command that a signal ends is 128 + N', async () => {
  using world = createWorld();
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    const { child } = await startKeywire(world, [
      'run',
      '--',
      'sh',
      '-c',
      'echo; exec tail -f /dev/null',
    ]);
    const closed = once(child, 'close');
    child.kill(signal);
    assert.deepEqual(await closed, [code, null]);
    assert.deepEqual(world.leftBehind(), []);
  }
});

test('run: what a killed one could not remove, the next one does; a running one stays', async () => {
  using world = createWorld();
  const [killed, running] = [
    await startKeywire(world, ['run', '--', 'sh', '-c', 'echo $$; exec tail -f /dev/null']),
    await startKeywire(world, ['serve']),
  ];
  const dead = once(killed.child, 'close');
  killed.child.kill('SIGKILL');
  // Nobody passes this on: the command is an orphan.
  process.kill(Number(killed.line), 'SIGKILL');
  await dead;
  assert.equal(world.leftBehind().length, 2);
  const [program, ...words] = world.keywire;
  const env = {
    ...world.env,
    DBUS_SESSION_BUS_ADDRESS: running.line.slice('DBUS_SESSION_BUS_ADDRESS='.length),
  };
  const next = await run(program, [...words, 'run', '--', 'true'], { env: world.env });
  assert.equal(next.code, 0, next.stderr);
  assert.equal(world.leftBehind().length, 1);
  const listed = await run(program, [...words, 'list'], { env });
  assert.equal(listed.code, 0, listed.stderr);
  const closed = once(running.child, 'close');
  running.child.kill('SIGTERM');
  await closed;
  assert.deepEqual(world.leftBehind(), []);
});

test('run: Ctrl-C on a terminal reaches the command once, and ends everything', async () => {
  using world = createWorld();
  const program = [
    'let count = 0;',
    'process.on("SIGINT", () => { count += 1; console.log("interrupt " + count + ";"); });',
    'process.stdin.once("data", () => { console.log(count + " in all"); process.exit(7); });',
    'console.log("listening");',
  ].join('');
  const command = shellLine([...world.keywire, 'run', '--', process.execPath, '-e', program]);
  // The shell hears of Ctrl-C too, and has to get as far as its last word.
  const { screen } = await onTerminal(
    `trap : INT; ${command}; echo code $?`,
    [
      ['listening', '\x03'],
      ['interrupt 1;', '\x03'],
      ['interrupt 2;', '\x03'],
      ['interrupt 3;', 'enough\n'],
    ],
    world.env,
  );
  assert.match(screen, /3 in all\s+code 7/u);
  assert.deepEqual(world.leftBehind(), []);

  // One process: a shell forgets a signal that comes while it starts another.
  const waiting = 'console.log("started"); process.stdin.resume()';
  const plain = shellLine([...world.keywire, 'run', '--', process.execPath, '-e', waiting]);
  const ended = await onTerminal(
    `trap : INT; ${plain}; echo code $?`,
    [['started', '\x03']],
    world.env,
  );
  assert.match(ended.screen, /code 130/u);
  assert.deepEqual(world.leftBehind(), []);
});

// @rule cli/no-inspector
test('serve: says where, lasts until a signal, opens no inspector, leaves nothing', async () => {
  using world = createWorld();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const { child, line, stderr } = await startKeywire(world, ['serve']);
    const [, address = ''] = /^DBUS_SESSION_BUS_ADDRESS=(unix:path=.+)$/u.exec(line) ?? [];
    child.kill('SIGUSR1');
    const [program, ...words] = world.keywire;
    const env = { ...world.env, DBUS_SESSION_BUS_ADDRESS: address };
    const listed = await run(program, [...words, 'list'], { env });
    assert.deepEqual([listed.code, listed.stderr], [0, '']);
    const closed = once(child, 'close');
    child.kill(signal);
    assert.deepEqual(await closed, [0, null]);
    assert.equal(stderr(), '');
    assert.deepEqual(world.leftBehind(), []);
  }
});

test('serve: warns when Node itself shows what it holds', async () => {
  using world = createWorld();
  const { child, stderr } = await startKeywire(world, ['serve'], ['--heapsnapshot-signal=SIGUSR2']);
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  await closed;
  assert.match(stderr(), /^keywire: warning: [^\n]*--heapsnapshot-signal,[^\n]*\n$/u);
});

const SEED = {
  collections: [
    {
      id: 'work',
      label: 'Work',
      aliases: ['default'],
      items: [{ id: 'one', label: 'One', attributes: { app: 'demo' }, secret: 's3cret' }],
    },
  ],
};

for (const implementation of ['dbus-daemon', 'dbus-broker'] as const) {
  const title = `serve --bus on ${implementation}`;
  const missing = requires(implementation, 'secret-tool');
  if (missing !== undefined) {
    test.skip(title, missing);
    continue;
  }
  test(`${title}: the seed's content, under the unique name it prints`, async () => {
    using world = createWorld();
    await using bus = await bootBus({ implementation });
    const seed = path.join(world.folder, 'seed.json');
    writeFileSync(seed, JSON.stringify(SEED));
    const env = { ...world.env, DBUS_SESSION_BUS_ADDRESS: bus.address };
    const there = { ...world, env };
    const { child, line } = await startKeywire(there, ['serve', '--bus', `--seed=${seed}`]);
    assert.match(line, /^:\d+\.\d+$/u);
    const owner = await run(
      '/usr/bin/gdbus',
      [
        'call',
        '--session',
        '--dest',
        'org.freedesktop.DBus',
        '--object-path',
        '/',
        '--method',
      ].concat(['org.freedesktop.DBus.GetNameOwner', 'org.freedesktop.secrets']),
      { env },
    );
    assert.equal(new TextDecoder().decode(owner.stdout), `('${line}',)\n`);
    const found = await run('/usr/bin/secret-tool', ['search', 'app', 'demo'], { env });
    assert.match(
      new TextDecoder().decode(found.stdout),
      /^\[\/one\]\nlabel = One\nsecret = s3cret\n/u,
    );

    const [program, ...words] = world.keywire;
    const second = await run(program, [...words, 'serve', '--bus'], { env });
    assert.equal(second.code, 5);
    assert.match(second.stderr, /^keywire: org\.freedesktop\.secrets: [^\n]*\n$/u);
    const beside = await run(program, [...words, 'run', '--bus', '--', 'true'], { env });
    assert.equal(beside.code, 125);

    const closed = once(child, 'close');
    child.kill('SIGTERM');
    assert.deepEqual(await closed, [0, null]);
    const script = ['sh', '-c', 'printf s | keywire store --label=L a b; keywire lookup a b'];
    const after = await run(program, [...words, 'run', '--bus', '--', ...script], { env });
    assert.deepEqual([after.code, new TextDecoder().decode(after.stdout)], [0, 's']);
    assert.deepEqual(world.leftBehind(), []);
  });
}
