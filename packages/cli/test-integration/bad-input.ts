/** Everything that a shell can pass: one line, the right exit code, the terminal as it was. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import process from 'node:process';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { bootGnomeKeyring, requires, run } from '../../../test-fixtures/src/index.ts';
import { COMMAND_TABLE } from '../src/table/commands.ts';
import { onTerminal, shellLine } from '../test/support/child.ts';
import { BUNDLE, keywire } from './support/keywire.ts';

const OFFLINE = {
  PATH: '/usr/bin:/bin',
  HOME: '/nonexistent',
  DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus',
};
const KEYWIRE = shellLine([process.execPath, BUNDLE]);
const SECRET = 'Hunter2!';

interface Said {
  readonly code: number | null;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

function assertOneLine({ code, stdout, stderr }: Said, expected: number, told: RegExp): void {
  assert.equal(code, expected, stderr);
  assert.equal(stdout.length, 0);
  assert.match(stderr, /^keywire: [^\n]+\n$/u);
  assert.match(stderr, told);
  assert.ok(!stderr.includes('unter2'), stderr);
}

function shell(line: string, env: Readonly<Record<string, string>> = OFFLINE): Promise<Said> {
  return run('/bin/bash', ['-c', line], { env });
}

test('no arguments, and too many, for every command', async () => {
  assertOneLine(await shell(KEYWIRE), 2, /no command given/u);
  const families = new Set(COMMAND_TABLE.commands.map(({ name }) => name.split(' ')[0] ?? ''));
  for (const name of families) {
    const { code, stderr } = await shell(`${KEYWIRE} ${name} --no-such-option-of-any`);
    const isFailed = code === 2 || code === 1 || code === 125;
    assert.ok(isFailed, `${name}: ${code} ${stderr}`);
    assert.ok(stderr.split('\n').length <= 2, stderr);
  }
  for (const command of ['list', 'lock', 'man', 'link a b c', 'completion bash zsh']) {
    assertOneLine(await shell(`${KEYWIRE} ${command} ${SECRET}`), 2, /; to .+: keywire /u);
  }
  const odd = await shell(`${KEYWIRE} store --label=L app demo '${SECRET}'`);
  assertOneLine(odd, 2, /in pairs|pairs/u);
  const many = await shell(`${KEYWIRE} lookup $(seq 1 9999)`);
  assertOneLine(many, 2, /got 9999 arguments/u);
});

test('options behind "--", values that start with a dash', async () => {
  for (const line of ['lookup -- --json', 'lookup app -demo', 'lookup app --demo']) {
    assertOneLine(await shell(`${KEYWIRE} ${line}`), 2, /./u);
  }
  const both = await shell(`${KEYWIRE} lookup -- --json --help`);
  assertOneLine(both, 5, /\/nonexistent\/bus/u);
  assertOneLine(await shell(`${KEYWIRE} lookup --label=-x a b`), 2, /unknown option --label/u);
  assertOneLine(await shell(`${KEYWIRE} list --collection=-x`), 5, /\/nonexistent\/bus/u);
});

test('bytes that are not UTF-8, in every place of a command line', async () => {
  for (const line of [
    "$'\\xff'",
    "lookup app $'\\xff'",
    "lookup $'app\\xc3' demo",
    "store --label=$'\\xed\\xa0\\x80' app demo",
    "list --collection $'\\xf5'",
  ]) {
    assertOneLine(await shell(`${KEYWIRE} ${line}`), 2, /is not UTF-8/u);
  }
});

test('a file, a folder, a descriptor that cannot be read', async () => {
  for (const [line, told] of [
    ['store --label=L --file=/nonexistent a b', /ENOENT/u],
    ['store --label=L --file=/ a b', /EISDIR/u],
    ['store --label=L --file= a b', /ENOENT|EISDIR/u],
    ['unlock --password-fd=77', /--password-fd: no descriptor of this number is open/u],
    ['unlock --password-fd=x', /number of an open descriptor/u],
  ] as const) {
    assertOneLine(await shell(`${KEYWIRE} ${line} </dev/null`), 2, told);
  }
  for (const closed of ['</dev/null', '<&-']) {
    const { code, stderr } = await shell(`${KEYWIRE} store --label=L a b ${closed}`);
    assert.equal(code, 2);
    assert.match(stderr, /^keywire: store: stdin is \/dev\/null[^\n]*\n$/u);
  }
});

test('a home folder below which nothing can be made: told at once, and nothing is asked', async () => {
  const env = { ...OFFLINE, HOME: '/proc', PW: 'pw' };
  const made = /folder \/proc\/[^:]+: expected to be made, got E[A-Z]+/u;
  for (const [line, code] of [
    ['set --backend=plaintext s u', 7],
    ['set --backend=file --password-env=PW s u', 7],
    ['run --store=/proc/keywire/ --password-env=PW -- true', 125],
    ['run --store=/proc/keywire/a.keyring --password-env=PW -- true', 125],
  ] as const) {
    assertOneLine(await shell(`printf x | ${KEYWIRE} ${line}`, env), code, made);
  }
});

test('no keyring file: get and del find nothing, ask nothing and make none', async () => {
  await inFolder(async (folder) => {
    const env = { ...OFFLINE, HOME: folder };
    for (const command of ['get', 'del']) {
      const line = `${KEYWIRE} ${command} --backend=file s u`;
      const { code: shownCode, screen } = await onTerminal(line, [], env);
      assert.equal(shownCode, 1);
      assert.match(screen, /there is no password for this service and user name/u);
      assert.doesNotMatch(screen, /Password of/u);
      const { code, stderr } = await shell(line, env);
      assert.deepEqual([code, stderr], [1, '']);
    }
    assert.deepEqual(readdirSync(folder), []);
    const stored = `printf x | ${KEYWIRE} set --backend=file --password-env=PW s u`;
    assert.equal((await shell(stored, { ...env, PW: 'pw' })).code, 0);
    const again = await shell(`${KEYWIRE} get --backend=file --password-env=PW s u`, {
      ...env,
      PW: 'pw',
    });
    assert.deepEqual([again.code, new TextDecoder().decode(again.stdout)], [0, 'x']);
  });
});

const missing = requires('dbus-daemon', 'gnome-keyring');
if (missing === undefined) {
  test('100 MB on stdin: refused as soon as it is too much, and nothing is stored', async () => {
    await using keyring = await bootGnomeKeyring();
    const { env } = keyring;
    const line = `head -c 100000000 /dev/zero | ${KEYWIRE} store --label=L app demo`;
    assertOneLine(await shell(line, env), 2, /at most 67104768 bytes/u);
    assert.equal((await keywire(env, ['lookup', 'app', 'demo'])).code, 1);
    // An endless one ends too.
    const endless = `${KEYWIRE} store --label=L app demo </dev/zero`;
    assertOneLine(await shell(endless, env), 2, /at most 67104768 bytes/u);
  });

  test('closed stdout and stderr: no trace, no hang', async () => {
    await using keyring = await bootGnomeKeyring();
    const { env } = keyring;
    await keywire(env, ['store', '--label=L', 'app', 'demo'], { input: 'x' });
    for (const line of [
      'lookup app demo >&-',
      'list >&- 2>&-',
      'lookup 2>&-',
      'list </dev/null 2>&-',
    ]) {
      const { stderr } = await shell(`${KEYWIRE} ${line}`, env);
      assert.ok(stderr === '' || /^keywire: [^\n]*\n$/u.test(stderr), stderr);
    }
    // What tells of the work on the way does not end it where nobody listens.
    const unread = await shell(`${KEYWIRE} lookup --trace app demo 2>/dev/full`, env);
    assert.deepEqual([unread.code, new TextDecoder().decode(unread.stdout)], [0, 'x']);
  });

  test('a terminal that goes away ends the question, and nothing is stored', async () => {
    await using keyring = await bootGnomeKeyring();
    const { env } = keyring;
    // script(1) gives it a terminal; when script is killed that terminal hangs up.
    const child = spawn(
      'script',
      ['--quiet', '--flush', '--command', `exec ${KEYWIRE} store --label=L app demo`, '/dev/null'],
      {
        env: { ...env, SHELL: '/bin/sh' },
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    let screen = '';
    for await (const chunk of child.stdout) {
      screen += String(chunk);
      if (screen.includes('Secret for L: ')) break;
    }
    const pid = await childOf(child.pid ?? assert.fail('script did not start'));
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
    await ended(pid);
    assert.equal((await keywire(env, ['lookup', 'app', 'demo'])).code, 1);
  });

  test('a terminal that is too small, a paste with control characters', async () => {
    await using keyring = await bootGnomeKeyring();
    const line = `stty cols 1 rows 1; ${KEYWIRE} store --label=L app demo; echo "code $?"`;
    const typed = '\u001b[200~s3\u0001cret\u001b[201~\r';
    const { screen } = await onTerminal(line, [['Secret for L: ', typed]], keyring.env);
    assert.match(screen, /code 0/u);
    assert.ok(!screen.includes('s3'));
    assert.equal((await keywire(keyring.env, ['lookup', 'app', 'demo'])).stdout, 's3cret');
  });
} else {
  test.skip('100 MB on stdin', missing);
}

/** The one child of a process, as the kernel lists it. */
async function childOf(pid: number): Promise<number> {
  const { stdout } = await run('/bin/sh', ['-c', `cat /proc/${pid}/task/*/children`]);
  const children = new TextDecoder().decode(stdout).trim().split(/\s+/u);
  assert.equal(children.length, 1);
  return Number(children[0]);
}

/** Resolves when a process that is not our child has ended. */
async function ended(pid: number): Promise<void> {
  await run('/usr/bin/tail', ['--pid', String(pid), '-f', '/dev/null']);
}
