/** Runs the examples: the program that logs in, as it stands and bundled, and the tests of another. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTerminal, shellLine } from '../packages/cli/test/support/child.ts';
import { test } from '../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  requires,
  run,
  runOrThrow,
  secretTool,
} from '../test-fixtures/src/index.ts';

type Environment = Readonly<Record<string, string>>;

const root = fileURLToPath(new URL('..', import.meta.url));
const LOGIN = path.join(root, 'examples/login');
const SOURCE = path.join(LOGIN, 'my-app.mjs');
const BUNDLE = path.join(LOGIN, 'dist/my-app.mjs');
const ANSWERS = [
  ['E-mail: ', 'me@example.org\r'],
  ['Password: ', 'correct horse\r'],
] as const;

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

test('examples/login: short, and help for program and command without a keyring', async () => {
  const source = readFileSync(SOURCE, 'utf8');
  assert.ok(source.split('\n').length <= 100, 'expected fewer than 100 lines');
  const env = { PATH: process.env['PATH'] ?? '', DBUS_SESSION_BUS_ADDRESS: 'disabled:' };
  for (const [args, wanted] of [
    [[], /^my-app COMMAND\n/u],
    [['--help'], /^my-app COMMAND\n/u],
    [['token', '--help'], /^my-app token\n\nPrints the token/u],
    [['logout', '--help'], /^my-app logout\n\nForgets/u],
  ] as const) {
    const { code, stdout } = await run(process.execPath, [SOURCE, ...args], { env });
    assert.equal(code, 0);
    assert.match(text(stdout), wanted);
  }
  const none = await run(process.execPath, [SOURCE, 'token'], { env });
  assert.equal(none.code, 1);
  assert.match(none.stderr, /^my-app: [^\n]*disabled[^\n]*\n$/u);
});

const missing = requires('dbus-daemon', 'gnome-keyring', 'secret-tool');
if (missing !== undefined) test.skip('examples/login: logs in once', missing);
else {
  test('examples/login: logs in once, as it stands and as one file', async () => {
    await runOrThrow('npm', ['run', '--silent', 'bundle'], {
      env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/' },
      cwd: LOGIN,
    });
    await using keyring = await bootGnomeKeyring();
    await using server = await startServer();
    const env = { ...keyring.env, MY_APP_SERVER: server.address };
    for (const program of [SOURCE, BUNDLE]) {
      server.requests.length = 0;
      const call = (...args: string[]): ReturnType<typeof run> =>
        run(process.execPath, [program, ...args], { env });
      const type = (answers: typeof ANSWERS | readonly (readonly [string, string])[]) =>
        onTerminal(shellLine([process.execPath, program, 'token']), [...answers], env);

      // A refused login says what the server said, and stores nothing.
      const refused = await type([ANSWERS[0], ['Password: ', 'wrong\r']]);
      assert.match(refused.screen, /my-app: wrong e-mail or password\r\n/u);
      assert.equal((await search(keyring.peerEnv)).stdout, '');

      const first = await type(ANSWERS);
      assert.doesNotMatch(first.screen, /correct horse/u);
      const token = /^[\w-]+\.[\w-]+\.[\w-]+(?=\r$)/mu.exec(first.screen)?.[0] ?? '';
      const [, claims = ''] = token.split('.');
      assert.equal(JSON.parse(Buffer.from(claims, 'base64url').toString()).sub, 'me@example.org');
      assert.deepEqual(server.requests, ['POST /login', 'POST /login']);

      // From now on it asks nobody: not the user, whose terminal it has not, and not the server.
      const second = await call('token');
      assert.deepEqual([second.code, text(second.stdout), second.stderr], [0, `${token}\n`, '']);
      assert.equal(server.requests.length, 2);

      const found = await search(keyring.peerEnv);
      assert.match(found.stdout, /^label = MyApp: me@example\.org$/mu);
      assert.ok(found.stdout.includes(`secret = {"email":"me@example.org","token":"${token}"}`));

      assert.equal(text((await call('logout')).stdout), 'Logged out.\n');
      assert.equal((await search(keyring.peerEnv)).stdout, '');
      assert.equal(text((await call('logout')).stdout), 'You were not logged in.\n');
    }
  });

  test('examples/login: what is no login, and no answer, is one line without a secret in it', async () => {
    await using keyring = await bootGnomeKeyring();
    const call = (input: string, env: Environment = {}): ReturnType<typeof run> =>
      run(process.execPath, [SOURCE, 'token'], { env: { ...keyring.env, ...env }, input });
    // Nobody is there to type.
    const unanswered = await call('');
    assert.deepEqual([unanswered.code, unanswered.stdout.length], [1, 0]);
    assert.match(unanswered.stderr, /^E-mail: (?:\n)?my-app: not answered\n$/u);
    const stored = ['store', '--label=x', 'application', 'MyApp'];
    await secretTool(keyring.peerEnv, stored, { input: 'hunter2' });
    const foreign = await call('');
    assert.deepEqual([foreign.code, foreign.stdout.length], [1, 0]);
    assert.equal(foreign.stderr, 'my-app: what is kept is no login: log out\n');
  });

  test('examples/login: no connection is one line', async () => {
    await using keyring = await bootGnomeKeyring();
    const server = await startServer();
    await server[Symbol.asyncDispose]();
    const env = { ...keyring.env, MY_APP_SERVER: server.address };
    const line = shellLine([process.execPath, SOURCE, 'token']);
    const { screen } = await onTerminal(line, [...ANSWERS], env);
    assert.ok(screen.includes(`\nmy-app: no connection to ${server.address} (ECONNREFUSED)\r\n`));
    assert.doesNotMatch(screen, / at /u);
  });
}

test('examples/test-your-cli: its tests pass, on keyrings of their own', async () => {
  const folder = path.join(root, 'examples/test-your-cli');
  const env = { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent' };
  const program = path.join(root, 'dist/keywire.cjs');
  const args = [program, 'run', '--', process.execPath, '--test'];
  const { code, stdout, stderr } = await run(process.execPath, args, { env, cwd: folder });
  assert.equal(code, 0, `${text(stdout)}\n${stderr}`);
  assert.match(text(stdout), /^# pass 3$/mu);
});

async function search(env: Environment): Promise<{ stdout: string }> {
  const { stdout } = await secretTool(env, ['search', 'application', 'MyApp']);
  return { stdout: text(stdout) };
}

interface LoginServer extends AsyncDisposable {
  readonly address: string;
  readonly requests: string[];
}

/** The example's own server on a port of its choice; it prints a line for each request. */
async function startServer(): Promise<LoginServer> {
  const child: ChildProcess = spawn(process.execPath, [path.join(LOGIN, 'server.mjs'), '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { stdout } = child;
  assert.ok(stdout !== null);
  const lines = createInterface({ input: stdout });
  const [ready] = await once(lines, 'line');
  const requests: string[] = [];
  lines.on('line', (line) => requests.push(line));
  const address = /http:\S+/u.exec(String(ready))?.[0];
  assert.ok(address !== undefined);
  return {
    address,
    requests,
    async [Symbol.asyncDispose]() {
      child.kill();
      await once(child, 'close');
    },
  };
}
