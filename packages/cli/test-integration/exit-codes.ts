/** Each exit code in the situation it names, on real daemons; one line on stderr, never a hang. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootBus,
  bootGnomeKeyring,
  bootKeePassXC,
  bootKWallet,
  type GnomeKeyringOptions,
  requires,
  type SeedItem,
} from '../../../test-fixtures/src/index.ts';
import { ended } from '../test/support/child.ts';
import { type Answer, BUNDLE, keywire } from './support/keywire.ts';

const SECRET = 'hunter2';
const SEED: readonly SeedItem[] = [
  { label: 'Seeded', attributes: { app: 'demo' }, secret: SECRET },
];
/** With a display a dialog that is closed at once was closed by a person. */
const DISPLAYED = { DISPLAY: ':77' };

const missing = requires('dbus-daemon', 'gnome-keyring', 'mock-prompter', 'secret-tool');

function testOnGnomeKeyring(
  name: string,
  options: GnomeKeyringOptions,
  body: (env: Readonly<Record<string, string>>) => Promise<void>,
): void {
  if (missing !== undefined) {
    test.skip(name, missing);
    return;
  }
  test(name, async () => {
    await using keyring = await bootGnomeKeyring({ seed: SEED, ...options });
    await body(keyring.env);
  });
}

/** One line that starts with the program's name, and no secret anywhere. */
function assertFailed({ code, stdout, stderr }: Answer, expected: number, line: RegExp): void {
  assert.equal(code, expected, stderr);
  assert.equal(stdout, '');
  assert.match(stderr, /^keywire: [^\n]+\n$/u);
  assert.match(stderr, line);
  assert.ok(!stderr.includes(SECRET));
}

async function assertEverythingLocked(env: Readonly<Record<string, string>>): Promise<void> {
  const attempts = [
    ['lookup', 'app', 'demo'],
    ['lookup', '--no-prompt', 'app', 'demo'],
    ['clear', 'app', 'demo'],
    ['search', '--unlock', 'app', 'demo'],
    ['store', '--label=L', 'app', 'demo'],
    ['unlock'],
  ];
  for (const args of attempts) {
    assertFailed(await keywire(env, args, { input: SECRET }), 3, /lock|no one to ask/u);
  }
}

testOnGnomeKeyring('0 and 1: found, and not there', {}, async (env) => {
  const found = await keywire(env, ['lookup', 'app', 'demo']);
  assert.deepEqual([found.code, found.stdout, found.stderr], [0, SECRET, '']);
  for (const command of ['lookup', 'search', 'clear']) {
    const none = await keywire(env, [command, 'app', 'other']);
    assert.deepEqual([none.code, none.stdout, none.stderr], [1, '', '']);
  }
});

testOnGnomeKeyring('2: wrong usage is told before the keyring is touched', {}, async (env) => {
  for (const args of [
    ['lookup'],
    ['lookup', 'app'],
    ['lookup', 'app', 'demo', '--frobnicate'],
    ['store', 'app', 'demo'],
    ['store', '--label=L', 'app', 'demo', SECRET],
    ['store', '--label=L', '--file=/nonexistent', 'app', 'other'],
    ['lookup', '--timeout=soon', 'app', 'demo'],
  ]) {
    assertFailed(await keywire(env, args), 2, /./u);
  }
  assert.equal((await keywire(env, ['lookup', 'app', 'demo'])).stdout, SECRET);
});

testOnGnomeKeyring('3: locked, and nobody to ask', { state: 'locked' }, assertEverythingLocked);
testOnGnomeKeyring('3: never unlocked since the start', { state: 'cold' }, assertEverythingLocked);

testOnGnomeKeyring('3: no keyring yet, and nobody to ask', { state: 'none' }, async (env) => {
  const stored = await keywire(env, ['store', '--label=L', 'app', 'demo'], { input: SECRET });
  assertFailed(stored, 3, /./u);
  // There is nothing yet that a password would unlock.
  assert.match(stored.stderr, /; make a default keyring .*gnome-keyring-daemon --unlock/u);
  const refused = await keywire(env, ['store', '--no-prompt', '--label=L', 'app', 'demo']);
  assertFailed(refused, 3, /./u);
  for (const args of [['unlock'], ['unlock', '--password-fd=0']]) {
    assertFailed(await keywire(env, args, { input: 'pw' }), 3, /no default collection/u);
  }
});

testOnGnomeKeyring(
  '3: a prompt that nobody answers ends with the time allowed',
  { state: 'locked', prompter: 'never' },
  async (env) => {
    const args = ['lookup', '--timeout=1', 'app', 'demo'];
    assertFailed(await keywire({ ...env, ...DISPLAYED }, args), 3, /not answered in time/u);
  },
);

testOnGnomeKeyring(
  '3: without a display nobody is waited for',
  { state: 'locked', prompter: 'never' },
  async (env) => {
    assertFailed(await keywire(env, ['lookup', 'app', 'demo']), 3, /no display/u);
  },
);

testOnGnomeKeyring(
  '3: search shows what is locked, without secrets',
  { state: 'locked' },
  async (env) => {
    const { code, stdout, stderr } = await keywire(env, ['search', '--all', 'app', 'demo']);
    assert.equal(code, 3);
    assert.match(stdout, /^label = Seeded$/mu);
    assert.match(stderr, /^keywire: locked, shown without secret: 1; --unlock/mu);
    assert.ok(!`${stdout}${stderr}`.includes(SECRET));
  },
);

testOnGnomeKeyring(
  '4: the prompt was dismissed, and nothing is stored',
  { state: 'locked', prompter: 'dismiss' },
  async (env) => {
    const displayed = { ...env, ...DISPLAYED };
    for (const args of [['lookup', 'app', 'demo'], ['unlock'], ['store', '--label=L', 'a', 'b']]) {
      assertFailed(await keywire(displayed, args, { input: SECRET }), 4, /dismissed/u);
    }
  },
);

test('4: a keyring of ours dismissed its prompt, which needs no display', async () => {
  const folder = await mkdtemp('/tmp/kw-');
  try {
    const seed = path.join(folder, 'seed.json');
    const items = [{ id: 'i', label: 'I', attributes: { app: 'demo' }, secret: SECRET }];
    const locked = { id: 'c', label: 'C', aliases: ['default'], locked: true, prompt: 'dismiss' };
    await writeFile(seed, JSON.stringify({ collections: [{ ...locked, items }] }));
    for (const args of [['lookup', 'app', 'demo'], ['unlock'], ['store', '--label=L', 'a', 'b']]) {
      const run = ['run', `--seed=${seed}`, '--', BUNDLE, ...args];
      assertFailed(await keywire({}, run, { input: SECRET }), 4, /dismissed/u);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

testOnGnomeKeyring(
  '0: the prompt was answered',
  { state: 'locked', prompter: 'accept' },
  async (env) => {
    const { code, stdout } = await keywire({ ...env, ...DISPLAYED }, ['lookup', 'app', 'demo']);
    assert.deepEqual([code, stdout], [0, SECRET]);
    assert.equal((await keywire(env, ['lock'])).code, 0);
    assertFailed(await keywire(env, ['lookup', '--no-prompt', 'app', 'demo']), 3, /locked/u);
    assert.equal((await keywire({ ...env, ...DISPLAYED }, ['unlock'])).code, 0);
    assert.equal((await keywire(env, ['lookup', 'app', 'demo'])).stdout, SECRET);
  },
);

testOnGnomeKeyring(
  '0 and 6: unlocked by a password, and not by a wrong one',
  { state: 'locked' },
  async (env) => {
    const unlock = (input: string): Promise<Answer> =>
      keywire(env, ['unlock', '--password-fd=0'], { input });
    assertFailed(await unlock('wrong\n'), 6, /wrong password; one newline/u);
    assertFailed(await unlock('correct horse\n\n'), 6, /wrong password/u);
    assertFailed(await unlock('\n'), 2, /the password is empty/u);
    assert.equal((await unlock('correct horse\n')).code, 0);
    assert.equal((await keywire(env, ['lookup', 'app', 'demo'])).stdout, SECRET);
  },
);

if (missing === undefined) {
  test('130: Ctrl-C while the keyring shows a dialog', async () => {
    await using keyring = await bootGnomeKeyring({
      seed: SEED,
      state: 'locked',
      prompter: 'never',
    });
    const child = spawn(process.execPath, [BUNDLE, 'lookup', 'app', 'demo'], {
      env: { ...keyring.env, ...DISPLAYED },
    });
    const result = ended(child);
    await keyring.prompter?.until('perform');
    child.kill('SIGINT');
    const { code, stdout, stderr } = await result;
    assert.deepEqual([code, stdout.length, stderr], [130, 0, '']);
    // The keyring survived it, and is as locked as before.
    assert.equal((await keywire(keyring.env, ['search', 'app', 'demo'])).code, 3);
  });

  test('5: the bus goes away while a prompt is waited for', async () => {
    await using keyring = await bootGnomeKeyring({
      seed: SEED,
      state: 'locked',
      prompter: 'never',
    });
    const result = keywire({ ...keyring.env, ...DISPLAYED }, ['lookup', 'app', 'demo']);
    await keyring.prompter?.until('perform');
    await keyring.bus.kill();
    assertFailed(await result, 5, /./u);
  });

  test('5: the keyring goes away while a prompt is waited for', async () => {
    await using keyring = await bootGnomeKeyring({
      seed: SEED,
      state: 'locked',
      prompter: 'never',
    });
    const result = keywire({ ...keyring.env, ...DISPLAYED }, ['lookup', 'app', 'demo']);
    await keyring.prompter?.until('perform');
    await keyring.kill();
    assertFailed(await result, 5, /./u);
  });
}

const noBus = requires('dbus-daemon');
if (noBus === undefined) {
  test('5: no bus, with the address tried', async () => {
    const base = { PATH: '/usr/bin:/bin', HOME: '/nonexistent', XDG_RUNTIME_DIR: '/nonexistent' };
    for (const [address, told] of [
      ['unix:path=/nonexistent/bus', /\/nonexistent\/bus/u],
      ['disabled:', /disabled:/u],
      ['bogus', /"bogus"/u],
      [`unix:path=/${'x'.repeat(120)}`, /at most 107 bytes/u],
      ['unix:path=/a/b;unix:path=/c/d', /\/a\/b.*\/c\/d/u],
    ] as const) {
      const answer = await keywire({ ...base, DBUS_SESSION_BUS_ADDRESS: address }, ['list']);
      assertFailed(answer, 5, told);
    }
    assertFailed(await keywire(base, ['lookup', 'a', 'b']), 5, /\/nonexistent\/bus/u);
  });

  test('5: a bus without a keyring', async () => {
    await using bus = await bootBus();
    for (const args of [['lookup', 'a', 'b'], ['list'], ['store', '--label=L', 'a', 'b']]) {
      assertFailed(await keywire(bus.env, args, { input: SECRET }), 5, /./u);
    }
  });

  test('5: a keyring that is started and never comes up', async () => {
    const services = [{ name: 'org.freedesktop.secrets', exec: '/bin/false' }];
    await using bus = await bootBus({ services });
    assertFailed(await keywire(bus.env, ['lookup', 'a', 'b']), 5, /./u);
  });
} else {
  test.skip('5: no bus', noBus);
}

const noKWallet = requires('dbus-daemon', 'kwallet', 'secretstorage');
if (noKWallet === undefined) {
  test('3: KWallet locked, with a dialog that nobody sees', async () => {
    await using keyring = await bootKWallet({ state: 'locked', seed: SEED });
    await assertEverythingLocked(keyring.env);
  });
} else {
  test.skip('3: KWallet locked', noKWallet);
}

const noKeePassXC = requires('dbus-daemon', 'keepassxc');
if (noKeePassXC === undefined) {
  test('3: KeePassXC locked, with a dialog that nobody sees', async () => {
    await using keyring = await bootKeePassXC({
      state: 'locked',
      seed: SEED.map((item) => ({ ...item, secret: SECRET })),
    });
    for (const args of [
      ['lookup', '--timeout=2', 'app', 'demo'],
      ['unlock', '--timeout=2'],
      ['store', '--timeout=2', '--label=L', 'app', 'demo'],
    ]) {
      assertFailed(await keywire(keyring.env, args, { input: SECRET }), 3, /./u);
    }
  });

  test('KeePassXC without an exposed group is told apart from an empty one', async () => {
    await using keyring = await bootKeePassXC({ state: 'not-exposed' });
    const stored = await keywire(keyring.env, ['store', '--label=L', 'a', 'b'], { input: SECRET });
    assertFailed(stored, 3, /default/u);
  });
} else {
  test.skip('3: KeePassXC locked', noKeePassXC);
}

test('7: an answer that cannot be written', async () => {
  const child = spawn('bash', ['-c', `exec "${process.execPath}" "${BUNDLE}" --help >/dev/full`]);
  const { code, stderr } = await ended(child);
  assert.deepEqual([code, stderr], [7, 'keywire: stdout: cannot be written (ENOSPC)\n']);
});

test('2 and 5: a failure whose line cannot be written keeps its code', async () => {
  const env = {
    PATH: process.env['PATH'] ?? '',
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
  };
  for (const [line, expected] of [
    ['lookup app 2>/dev/full', 2],
    ['lookup app demo 2>/dev/full', 5],
    ['list >/dev/full 2>&1', 5],
  ] as const) {
    const program = `exec "${process.execPath}" "${BUNDLE}" ${line}`;
    const { code } = await ended(spawn('bash', ['-c', program], { env }));
    assert.equal(code, expected, line);
  }
});
