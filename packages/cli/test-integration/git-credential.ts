/**
 * git itself clones and pushes with our helper, and git-credential-libsecret, built from git's own
 * source, reads what ours stored and the other way round.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  GIT_LIBSECRET_SOURCE,
  type RunResult,
  requires,
  run,
  runOrThrow,
} from '../../../test-fixtures/src/index.ts';
import { startGitServer } from './support/git-server.ts';
import { BUNDLE, keywire, onEachKeyring } from './support/keywire.ts';

type Environment = Readonly<Record<string, string>>;

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const missing = requires('dbus-daemon', 'gnome-keyring', 'git');
if (missing !== undefined) test.skip('git clone and push', missing);
else {
  test('git clone and push, with a password from the keyring', async () => {
    await using keyring = await bootGnomeKeyring();
    const home = keyring.env['HOME'] ?? assert.fail('a keyring without a home');
    const env = gitEnvironment(keyring.env, home);
    const repositories = path.join(home, 'repositories');
    await makeRepository(env, home, path.join(repositories, 'demo.git'));
    await using server = await startGitServer(repositories, { username: 'me', password: 'p=ä s' });
    const url = `http://${server.host}/demo.git`;
    const git = (args: readonly string[], more: Environment = {}): Promise<RunResult> =>
      run('/usr/bin/git', ['-C', home, ...args], { env: { ...env, ...more } });

    // Nothing is stored yet, and nobody is there to be asked.
    const refused = await git(['clone', url, 'copy']);
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /could not read Username/u);

    // The user types it once; git hands it to the helper.
    const typed = { GIT_ASKPASS: askpass(home, { Username: 'me', Password: 'p=ä s' }) };
    const cloned = await git(['clone', url, 'copy'], typed);
    assert.equal(cloned.code, 0, cloned.stderr);
    const { stdout } = await keywire(keyring.env, ['search', '--all', '--json', 'user', 'me']);
    const [item] = JSON.parse(stdout).items;
    assert.deepEqual(item.attributes, {
      user: 'me',
      protocol: 'http',
      server: '127.0.0.1',
      port: server.host.split(':')[1],
      'xdg:schema': 'org.git.Password',
    });
    assert.equal(item.secret, 'p=ä s');

    // From now on it comes from the keyring.
    server.seen.length = 0;
    const again = await git(['clone', url, 'again']);
    assert.equal(again.code, 0, again.stderr);
    writeFileSync(path.join(home, 'again', 'new'), 'x');
    for (const args of [
      ['add', 'new'],
      ['commit', '-qm', 'second'],
      ['push', 'origin', 'main'],
    ]) {
      const done = await git(['-C', 'again', ...args]);
      assert.equal(done.code, 0, done.stderr);
    }
    assert.deepEqual(new Set(server.seen), new Set(['me:p=ä s']));
    const head = async (folder: string): Promise<string> =>
      text((await git(['-C', folder, 'log', '--format=%s', 'main'])).stdout);
    assert.equal(await head('repositories/demo.git'), 'second\nfirst\n');

    // A password that is refused is erased; another user's stays.
    await keywire(keyring.env, ['git-credential', 'store'], {
      input: `protocol=http\nhost=${server.host}\nusername=other\npassword=o\n`,
    });
    server.accepts.password = 'changed';
    const stale = await git(['-C', 'again', 'pull', `http://me@${server.host}/demo.git`, 'main']);
    assert.notEqual(stale.code, 0);
    const left = await keywire(keyring.env, ['search', '--all', '--json', 'protocol', 'http']);
    assert.deepEqual(
      JSON.parse(left.stdout).items.map((each: { secret: string }) => each.secret),
      ['o'],
    );
  });

  test('a helper that may not prompt leaves a locked keyring alone, and git goes on', async () => {
    await using keyring = await bootGnomeKeyring({ state: 'locked' });
    const answer = await keywire(keyring.env, ['git-credential', '--no-prompt', 'get'], {
      input: 'protocol=https\nhost=h\n',
    });
    assert.deepEqual([answer.code, answer.stdout], [3, '']);
    const home = keyring.env['HOME'] ?? '';
    const env = gitEnvironment(keyring.env, home, ' --no-prompt');
    const asked = { GIT_ASKPASS: askpass(home, { Username: 'u', Password: 'typed' }) };
    const filled = await run('/usr/bin/git', ['credential', 'fill'], {
      env: { ...env, ...asked },
      input: 'protocol=https\nhost=h\n\n',
    });
    assert.equal(filled.code, 0, filled.stderr);
    assert.match(text(filled.stdout), /^password=typed$/mu);
    assert.match(filled.stderr, /^keywire: .*locked/mu);
  });
}

/** An environment in which git's only helper is ours, called by its own name. */
function gitEnvironment(env: Environment, home: string, options = ''): Environment {
  const bin = path.join(home, 'bin');
  mkdirSync(bin, { recursive: true });
  symlinkSync(BUNDLE, path.join(bin, 'git-credential-keywire'));
  writeFileSync(
    path.join(home, '.gitconfig'),
    `[credential]\n\thelper = keywire${options}\n[user]\n\tname = T\n\temail = t@example.org\n` +
      '[init]\n\tdefaultBranch = main\n',
  );
  return {
    ...env,
    PATH: `${bin}:${path.dirname(process.execPath)}:/usr/bin:/bin`,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
  };
}

async function makeRepository(env: Environment, home: string, bare: string): Promise<void> {
  const folder = path.join(home, 'original');
  const git = (...args: string[]): Promise<unknown> => runOrThrow('/usr/bin/git', args, { env });
  await git('init', '-q', folder);
  writeFileSync(path.join(folder, 'file'), 'content');
  await git('-C', folder, 'add', 'file');
  await git('-C', folder, 'commit', '-qm', 'first');
  await git('clone', '-q', '--bare', folder, bare);
  await git('-C', bare, 'config', 'http.receivepack', 'true');
}

/** A program that answers git's questions, as a desktop's would. */
function askpass(home: string, answers: { Username: string; Password: string }): string {
  const file = path.join(home, 'askpass');
  writeFileSync(
    file,
    `#!/bin/sh\ncase $1 in\nUsername*) echo '${answers.Username}';;\n*) echo '${answers.Password}';;\nesac\n`,
    { mode: 0o755 },
  );
  return file;
}

const noHelper = requires('git-credential-libsecret');
if (noHelper !== undefined) test.skip('git-credential-libsecret', noHelper);
else {
  const folder = mkdtempSync(path.join(tmpdir(), 'kw-git-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  const helper = path.join(folder, 'git-credential-libsecret');
  const built = buildHelper(helper);
  const theirs = async (env: Environment, operation: string, input: string): Promise<string> => {
    await built;
    const { code, stdout, stderr } = await run(helper, [operation], { env, input });
    assert.equal(code, 0, stderr);
    return text(stdout);
  };
  const ours = async (env: Environment, operation: string, input: string): Promise<string> => {
    const { code, stdout, stderr } = await keywire(env, ['git-credential', operation], { input });
    assert.deepEqual([code, stderr], [0, '']);
    return stdout;
  };
  const places = [
    'protocol=https\nhost=h.example\n',
    'protocol=https\nhost=h.example:8443\n',
    'protocol=https\nhost=p.example\npath=a/b.git\n',
  ];
  onEachKeyring([
    [
      'git: what either helper stored, the other gives and erases',
      async ({ env, peerEnv }) => {
        const credential = 'username=ü ser\npassword=pa=ss wörd\n';
        const changed = 'username=ü ser\npassword=new\n';
        for (const place of places) {
          await theirs(peerEnv, 'store', place + credential);
          assert.equal(await ours(env, 'get', place), credential, place);
          // Ours keeps their item, with its schema, which is all that theirs looks for.
          await ours(env, 'store', place + changed);
          assert.equal(await theirs(peerEnv, 'get', place), changed, place);
          await ours(env, 'erase', place + credential);
          assert.equal(await theirs(peerEnv, 'get', place), changed, place);
          await ours(env, 'erase', place + changed);
          assert.equal(await theirs(peerEnv, 'get', place), '', place);

          await theirs(peerEnv, 'store', place + credential);
          await theirs(peerEnv, 'erase', `${place}username=ü ser\n`);
          assert.equal(await ours(env, 'get', place), '', place);
        }
      },
    ],
  ]);
}

async function buildHelper(target: string): Promise<void> {
  const flags = await runOrThrow('/usr/bin/pkg-config', ['--cflags', '--libs', 'libsecret-1']);
  await runOrThrow('/usr/bin/gcc', [
    '-o',
    target,
    GIT_LIBSECRET_SOURCE,
    ...flags.trim().split(/\s+/u),
  ]);
}
