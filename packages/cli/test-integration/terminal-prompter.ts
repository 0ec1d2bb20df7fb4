/**
 * `keywire serve --prompter=terminal` on a terminal of its own, secret-tool as the client: a person
 * is asked, answers, refuses, or sees the question taken back; the terminal is as it was afterwards.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { connect } from '@keywire/dbus-wire';
import { test } from '../../../test-fixtures/src/harness.ts';
import { bootBus, requires, run, secretTool } from '../../../test-fixtures/src/index.ts';
import { ended, onTerminal, shellLine } from '../test/support/child.ts';
import { createWorld, type World } from './support/run-world.ts';

const missing = requires('dbus-daemon', 'secret-tool');
const MODES = 'echo $(stty -a | grep -o -e "-*echo " -e "-*icanon" -e "-*isig")';
const SERVICE = '/org/freedesktop/secrets';

const SEED = {
  collections: [
    {
      id: 'login',
      label: 'Login',
      aliases: ['default'],
      locked: true,
      items: [{ id: '1', label: 'One', attributes: { app: 'demo' }, secret: 's3cret' }],
    },
  ],
};

interface Stage {
  readonly world: World;
  readonly env: Readonly<Record<string, string>>;
  readonly address: string;
  /** `keywire serve --bus --prompter=terminal` with more options, as a line for a shell. */
  readonly serve: (...options: readonly string[]) => string;
}

function testOnStage(name: string, body: (stage: Stage) => Promise<void>): void {
  if (missing !== undefined) {
    test.skip(name, missing);
    return;
  }
  test(name, async () => {
    using world = createWorld();
    await using bus = await bootBus();
    const env = { ...world.env, DBUS_SESSION_BUS_ADDRESS: bus.address };
    const words = [...world.keywire, 'serve', '--bus', '--prompter=terminal'];
    await body({
      world,
      env,
      address: bus.address,
      serve: (...options) => `exec ${shellLine([...words, ...options])}`,
    });
  });
}

/** A program started when the person has seen something; resolves with what it said. */
function later(): {
  start: (command: readonly [string, ...string[]], env: Stage['env']) => void;
  result: ReturnType<typeof ended>;
} {
  let settle: (result: ReturnType<typeof ended>) => void = () => {};
  const result = new Promise<Awaited<ReturnType<typeof ended>>>((resolve) => {
    settle = resolve;
  });
  return {
    start: ([program, ...args], env) =>
      settle(ended(spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] }))),
    result,
  };
}

/** Ends the process that says its number first on the screen. */
function endServe(screen: string): void {
  process.kill(Number(/pid (\d+)/u.exec(screen)?.[1]), 'SIGTERM');
}

/** The line on a terminal: its modes, the service, what it exits with, the modes again. */
function onStage(line: string): string {
  return `${MODES}; sh -c 'echo pid $$; '${shellLine([line])}; echo "code $?"; ${MODES}`;
}

/** Checks that the terminal is as it was, and gives the rows in between. */
function rowsOf(screen: string): readonly string[] {
  const [before, ...rows] = screen.trimEnd().split('\r\n');
  assert.equal(rows.at(-1), before);
  assert.equal(rows.at(-2), 'code 0');
  return rows.slice(1, -2);
}

function seedFile({ world }: Stage): string {
  const file = path.join(world.folder, 'seed.json');
  writeFileSync(file, JSON.stringify(SEED));
  return `--seed=${file}`;
}

const LOOKUP = ['/usr/bin/secret-tool', 'lookup', 'app', 'demo'] as const;
const SEARCH = ['/usr/bin/secret-tool', 'search', '--unlock', 'app', 'demo'] as const;

testOnStage('a person allows, and the client goes on', async (stage) => {
  const client = later();
  const { screen } = await onTerminal(
    onStage(stage.serve(seedFile(stage))),
    [
      [':1.', () => client.start(SEARCH, stage.env)],
      ['Type yes or no: ', 'yes\r'],
      ['allowed', (shown) => void client.result.then(() => endServe(shown))],
    ],
    stage.env,
  );
  assert.match((await client.result).stdout.toString(), /^secret = s3cret$/mu);
  assert.match(
    rowsOf(screen).join('\n'),
    /^:1\.\d+\nkeywire: "\/\S*secret-tool" \(process \d+\) wants to unlock the collection "Login"\. Allow it\? Type yes or no: \nkeywire: allowed$/u,
  );
});

testOnStage('no, Ctrl-C and Ctrl-D refuse; the service goes on', async (stage) => {
  for (const keys of ['no\r', '\u0003', '\u0004']) {
    const client = later();
    const { screen } = await onTerminal(
      onStage(stage.serve(seedFile(stage))),
      [
        [':1.', () => client.start(SEARCH, stage.env)],
        ['Type yes or no: ', keys],
        ['refused', (shown) => void client.result.then(() => endServe(shown))],
      ],
      stage.env,
    );
    const { stdout } = await client.result;
    assert.doesNotMatch(stdout.toString(), /^secret = /mu);
    assert.equal(rowsOf(screen).at(-1), 'keywire: refused');
  }
});

testOnStage(
  'a password is typed twice for a new store, shown never, asked again when wrong',
  async (stage) => {
    const store = path.join(stage.world.folder, 'my.keyring');
    const lock = [
      '/usr/bin/gdbus',
      'call',
      '--session',
      '--dest',
      'org.freedesktop.secrets',
      '--object-path',
      SERVICE,
      '--method',
      'org.freedesktop.Secret.Service.Lock',
      `[objectpath '${SERVICE}/collection/my']`,
    ] as const;
    const client = later();
    const storing = async (): Promise<void> => {
      const stored = await secretTool(stage.env, ['store', '--label=L', 'app', 'demo'], {
        input: 's3cret',
      });
      assert.equal(stored.code, 0, stored.stderr);
      const [program, ...args] = lock;
      assert.equal((await run(program, args, { env: stage.env })).code, 0);
      // A locked file shows no items: libsecret unlocks the collection to store in it.
      client.start(
        [
          '/bin/sh',
          '-c',
          'printf new | secret-tool store --label=L app demo && secret-tool lookup app demo',
        ],
        stage.env,
      );
    };
    let stored: Promise<void> | undefined;
    const { screen } = await onTerminal(
      onStage(stage.serve(`--store=${store}`)),
      [
        ['Password of the new store: ', 'öpen\r'],
        ['Once more: ', 'öpen\r'],
        [
          ':1.',
          () => {
            stored = storing();
          },
        ],
        ['Password: ', 'wrong\r'],
        ['That password was wrong. ', ''],
        ['Password: ', 'öpen\r'],
        ['\n', (shown) => void client.result.then(() => endServe(shown))],
      ],
      stage.env,
    );
    await stored;
    assert.match((await client.result).stdout.toString(), /^new$/u);
    assert.doesNotMatch(screen, /öpen|wrong\r/u);
    rowsOf(screen);
  },
);

testOnStage('two clients are asked about one after the other', async (stage) => {
  const [one, two] = [later(), later()];
  const policy = path.join(stage.world.folder, 'policy.json');
  writeFileSync(
    policy,
    JSON.stringify({ rules: [{ decision: 'ask', kinds: ['read'] }], otherwise: 'allow' }),
  );
  const seed = path.join(stage.world.folder, 'open.json');
  const [collection] = SEED.collections;
  writeFileSync(seed, JSON.stringify({ collections: [{ ...collection, locked: false }] }));
  const { screen } = await onTerminal(
    onStage(stage.serve(`--seed=${seed}`, `--policy=${policy}`)),
    [
      [
        ':1.',
        () => {
          one.start(LOOKUP, stage.env);
          two.start(LOOKUP, stage.env);
        },
      ],
      ['Type yes or no: ', 'yes\r'],
      ['allowed', ''],
      ['Type yes or no: ', 'no\r'],
      [
        'refused',
        (shown) => void Promise.all([one.result, two.result]).then(() => endServe(shown)),
      ],
    ],
    stage.env,
  );
  const answers = [await one.result, await two.result]
    .map(({ stdout }) => stdout.toString())
    .sort();
  assert.deepEqual(answers, ['', 's3cret']);
  const asked = rowsOf(screen).filter((row) => row.includes('wants to read "One".'));
  assert.equal(asked.length, 2);
});

testOnStage(
  'Dismiss takes the question away; so do the end of its client and of the service',
  async (stage) => {
    const client = await connect({ address: stage.address });
    const call = async (target: string, member: string, signature: string, body: unknown[]) =>
      await client.call({
        destination: 'org.freedesktop.secrets',
        path: target,
        interface: `org.freedesktop.Secret.${member.slice(0, member.indexOf('.'))}`,
        member: member.slice(member.indexOf('.') + 1),
        signature,
        body,
      });
    const prompt = async (): Promise<string> => {
      const { body } = await call(SERVICE, 'Service.Unlock', 'ao', [
        [`${SERVICE}/collection/login`],
      ]);
      await call(String(body[1]), 'Prompt.Prompt', 's', ['']);
      return String(body[1]);
    };
    let shown: Promise<string> | undefined;
    const show = (): void => {
      shown = prompt();
    };
    const { screen } = await onTerminal(
      onStage(stage.serve(seedFile(stage))),
      [
        [':1.', show],
        ['Type yes or no: ', () => void shown?.then((at) => call(at, 'Prompt.Dismiss', '', []))],
        ['taken back', show],
        ['Type yes or no: ', () => void client.close()],
        [
          'taken back',
          () => {
            const search = later();
            search.start(SEARCH, stage.env);
          },
        ],
        ['Type yes or no: ', (text) => endServe(text)],
      ],
      stage.env,
    );
    assert.equal(rowsOf(screen).filter((row) => row.includes('taken back')).length, 2);
  },
);

testOnStage('without a terminal it does not start', async (stage) => {
  const [program, ...words] = stage.world.keywire;
  const args = ['--wait', program, ...words, 'serve', '--bus', '--prompter=terminal'];
  const { code, stdout, stderr } = await run('/usr/bin/setsid', args, { env: stage.env });
  assert.deepEqual([code, new TextDecoder().decode(stdout)], [2, '']);
  assert.match(stderr, /^keywire: --prompter=terminal: there is no terminal [^\n]*\n$/u);
});
