/**
 * `keyring` beside Python's keyring: every form of its command line in one run, with each difference
 * and its reason; what either stored the other gives; and pip with ours as its keyring.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  PYTHON,
  requires,
  run,
  runOrThrow,
} from '../../../test-fixtures/src/index.ts';
import { BUNDLE } from './support/keywire.ts';

type Environment = Readonly<Record<string, string>>;

interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  /** The last line: a traceback closes with what went wrong, a usage with the complaint. */
  readonly complaint: string;
}

const SERVICE = 'SERVICE';
const NULL = 'keyring.backends.null.Keyring';

interface Form {
  readonly argv: readonly string[];
  readonly input?: string;
  readonly env?: Environment;
  /** Why the answers differ, where they do, and what ours is. */
  readonly differs?: readonly [reason: string, code: number, stdout: string, complaint: RegExp];
}

const NEWER = 'the form is that of newer versions of keyring than Debian 12 has';
const NO_TRACEBACK = 'a failure is one line, not a traceback';
const NOT_REPEATED = 'what may be a secret is not repeated';

/** In order: later ones find what earlier ones stored. */
const FORMS: readonly Form[] = [
  { argv: ['get', SERVICE, 'u'] },
  { argv: ['set', SERVICE, 'u'], input: 'first\n' },
  { argv: ['get', SERVICE, 'u'] },
  { argv: ['set', SERVICE, 'u'], input: 'zwei → "日本" \\\n\n' },
  { argv: ['get', SERVICE, 'u'] },
  { argv: ['-b', 'keyring.backends.SecretService.Keyring', 'get', SERVICE, 'u'] },
  { argv: ['--keyring-back=keyring.backends.SecretService.Keyring', 'get', SERVICE, 'u'] },
  { argv: ['-p', '/nowhere', '-bkeyring.backends.SecretService.Keyring', 'get', SERVICE, 'u'] },
  { argv: ['-b', NULL, 'get', SERVICE, 'u'] },
  { argv: ['-b', NULL, 'set', SERVICE, 'null'], input: 'gone\n' },
  { argv: ['-b', NULL, 'del', SERVICE, 'null'] },
  { argv: ['get', '--', SERVICE, 'u'] },
  { argv: ['del', SERVICE, 'u'] },
  { argv: ['get', SERVICE, 'u'] },
  { argv: ['set', SERVICE, '-5'], input: 'minus\n' },
  { argv: ['get', SERVICE, '-5'] },
  { argv: ['del', SERVICE, '-5'] },
  { argv: ['get'] },
  { argv: ['get', SERVICE] },
  { argv: ['set', SERVICE] },
  { argv: ['del', SERVICE] },
  { argv: ['-b'] },
  { argv: ['--keyring', 'x'] },
  { argv: ['--disable=1'], differs: [NOT_REPEATED, 2, '', /ignored explicit argument$/u] },
  { argv: ['--frob'] },
  {
    argv: ['set', SERVICE, 'u', 'Hunter2'],
    differs: [NOT_REPEATED, 2, '', /unrecognized arguments: \(not quoted/u],
  },
  {
    argv: ['-b', 'nope.Nope', 'get', SERVICE, 'u'],
    differs: ['no module of Python is loaded', 2, '', /error: Unable to load specified keyring$/u],
  },
  {
    argv: ['del', SERVICE, 'u'],
    differs: [NO_TRACEBACK, 1, '', /^keyring: No such password!$/u],
  },
  {
    argv: ['set', SERVICE, 'u'],
    input: 'without a newline',
    differs: ['theirs loses a password that no newline ends, and asks', 0, '', /^$/u],
  },
  { argv: ['del', SERVICE, 'u'], differs: ['as above: theirs has stored nothing', 0, '', /^$/u] },
  {
    argv: ['set', SERVICE, ''],
    input: 'nobody\n',
    differs: ['a password has a service and a user name', 1, '', /^keyring: username: expected/u],
  },
  {
    argv: ['get', '-b', NULL, SERVICE, 'u'],
    differs: ['options may stand between the operands', 1, '', /^$/u],
  },
  { argv: [], differs: [NEWER, 2, '', /error: Specify operation \(get, set, del, diagnose\)\.$/u] },
  {
    argv: ['frob', SERVICE, 'u'],
    differs: [NEWER, 2, '', /invalid choice: 'frob' \(choose from/u],
  },
  {
    argv: ['--mode', 'creds', 'get', SERVICE],
    differs: [NEWER, 1, '', /^$/u],
  },
  {
    argv: ['diagnose'],
    differs: [
      NEWER,
      0,
      'config path: HOME/.config/python_keyring/keyringrc.cfg (absent)\ndata root: HOME/.local/share/python_keyring\n',
      /^$/u,
    ],
  },
  {
    argv: ['--list-backends'],
    differs: [
      'the chain of both backends is theirs alone',
      0,
      'keyring.backends.fail.Keyring (priority: 0)\n' +
        'keyring.backends.libsecret.Keyring (priority: 4.8)\n' +
        'keyring.backends.SecretService.Keyring (priority: 5)\n',
      /^$/u,
    ],
  },
  {
    argv: ['get', SERVICE, 'u'],
    env: { PYTHON_KEYRING_BACKEND: 'keyring.backends.fail.Keyring' },
    differs: [NO_TRACEBACK, 1, '', /^keyring: keyring: disabled by PYTHON_KEYRING_BACKEND; /u],
  },
  {
    argv: ['get', SERVICE, 'u'],
    env: { PYTHON_KEYRING_BACKEND: 'nope.Nope' },
    differs: [NO_TRACEBACK, 1, '', /^keyring: PYTHON_KEYRING_BACKEND: expected one of /u],
  },
  {
    argv: ['get', SERVICE, 'u'],
    env: { PYTHON_KEYRING_BACKEND: NULL },
    differs: ['what was disabled is said to be', 1, '', /^keyring: keyring: disabled by PYTHON/u],
  },
  { argv: ['--disable'] },
  {
    argv: ['--disable'],
    differs: [NO_TRACEBACK, 1, '', /^keyring: Refusing to overwrite HOME\/.*keyringrc\.cfg$/u],
  },
  {
    argv: ['get', SERVICE, 'u'],
    differs: [
      'what was disabled is said to be',
      1,
      '',
      /^keyring: keyring: disabled by HOME\/.*cfg/u,
    ],
  },
];

/** Run by a shell, which can write any bytes: what is no text fails with either, and stores nothing. */
const NO_TEXT = [
  "keyring get $'\\xff' u",
  "printf 'p\\n' | keyring set $'\\xff' u",
  "keyring del $'\\xff' u",
  "printf '\\xff\\n' | keyring set s binary",
];

const missing = requires('dbus-daemon', 'gnome-keyring', 'python-keyring');
if (missing !== undefined) test.skip("keyring beside Python's keyring", missing);
else {
  test("keyring beside Python's keyring: every form, in one run", async () => {
    await using daemon = await bootGnomeKeyring();
    const ours = program(daemon.env, 'ours');
    const theirs = program(daemon.env, 'theirs');
    for (const form of FORMS) {
      // Not both at once: theirs does not greet the daemon (QUIRKS, G20).
      const our = await ours(form);
      const their = await theirs(form);
      const shown = `${form.argv.join(' ')}\n${JSON.stringify({ our, their }, undefined, 1)}`;
      if (form.differs === undefined) {
        assert.deepEqual(our, their, shown);
        continue;
      }
      const [, code, stdout, complaint] = form.differs;
      assert.deepEqual([our.code, our.stdout], [code, stdout], shown);
      assert.match(our.complaint, complaint, shown);
      assert.notDeepEqual(our, their, `no difference any more: ${shown}`);
    }
  });

  test("keyring beside Python's keyring: what is no text is exit 1, and is not stored", async () => {
    await using daemon = await bootGnomeKeyring();
    const env = withPath(daemon.env);
    const folders = env['PATH'] ?? '';
    for (const PATH of [folders, folders.slice(folders.indexOf(':') + 1)]) {
      for (const line of NO_TEXT) {
        const shell = await run('/bin/bash', ['-c', line], { env: { ...env, PATH } });
        assert.equal(shell.code, 1, `${PATH} ${line}: ${shell.stderr}`);
      }
    }
    const listed = await run(process.execPath, [BUNDLE, 'list', '--json'], { env: daemon.env });
    const { collections } = JSON.parse(new TextDecoder().decode(listed.stdout));
    for (const { items } of collections) assert.deepEqual(items, []);
    assert.ok(collections.length > 0);
  });

  test('keyring: what either stored the other gives, and who is asked for by service alone', async () => {
    await using daemon = await bootGnomeKeyring();
    const [ours, theirs] = [program(daemon.env, 'ours'), program(daemon.env, 'theirs')];
    for (const [writer, reader, user] of [
      [ours, theirs, 'ü ser'],
      [theirs, ours, 'other'],
    ] as const) {
      const own = { argv: ['set', 'shared', user], input: 'pä ss\n' };
      assert.equal((await writer(own)).code, 0);
      assert.equal((await reader({ argv: ['get', 'shared', user] })).stdout, 'pä ss\n');
      assert.equal((await reader({ argv: ['set', 'shared', user], input: 'new\n' })).code, 0);
      assert.equal((await writer({ argv: ['get', 'shared', user] })).stdout, 'new\n');
      const creds = await ours({ argv: ['get', 'shared', '--mode=creds', '--output=json'] });
      assert.deepEqual(JSON.parse(creds.stdout), { username: user, password: 'new' });
      assert.equal((await reader({ argv: ['del', 'shared', user] })).code, 0);
      assert.equal((await writer({ argv: ['get', 'shared', user] })).code, 1);
    }
  });

  test('keyring --print-completion: bash completes by it', async () => {
    await using daemon = await bootGnomeKeyring();
    const complete = `
source <(keyring --print-completion bash)
complete_words() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _keyring; echo "\${COMPREPLY[@]}"; }
complete_words keyring --mode ""
complete_words keyring d
complete_words keyring -b keyring.backends.S
`;
    const { code, stdout, stderr } = await run('/bin/bash', ['-c', complete], {
      env: withPath(daemon.env),
    });
    assert.deepEqual(
      [code, new TextDecoder().decode(stdout), stderr],
      [0, 'password creds\ndel diagnose\nkeyring.backends.SecretService.Keyring\n', ''],
    );
  });

  test('keyring: a locked keyring is told, exit 1', async () => {
    await using daemon = await bootGnomeKeyring({ state: 'locked' });
    const answer = await program(daemon.env, 'ours')({ argv: ['get', 's', 'u'] });
    assert.equal(answer.code, 1);
    assert.match(answer.complaint, /^keyring: .*unlock/u);
  });
}

const noPip = requires('dbus-daemon', 'gnome-keyring', 'pip');
if (noPip !== undefined) test.skip('pip with our keyring', noPip);
else {
  test('pip takes the password of an index from our keyring', async () => {
    await using daemon = await bootGnomeKeyring();
    const home = daemon.env['HOME'] ?? assert.fail('a keyring without a home');
    const wheel = await makeWheel(home);
    const seen = new Set<string>();
    const server = createServer((request, response) => {
      const [, token = ''] = (request.headers.authorization ?? '').split(' ');
      seen.add(Buffer.from(token, 'base64').toString());
      if (!seen.has('me:p=a ss')) {
        response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="index"' }).end();
      } else if (request.url === '/simple/demo/') {
        response.writeHead(200, { 'Content-Type': 'text/html' });
        response.end(`<a href="/files/${path.basename(wheel)}">demo</a>`);
      } else {
        response.end(readFileSync(wheel));
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const address = server.address();
      assert.ok(typeof address === 'object' && address !== null);
      const host = `127.0.0.1:${address.port}`;
      const stored = { argv: ['set', host, 'me'], input: 'p=a ss\n' };
      assert.equal((await program(daemon.env, 'ours')(stored)).code, 0);
      const { code, stderr } = await run(PYTHON, [...pip(), `http://me@${host}/simple`, 'demo'], {
        env: { ...withPath(daemon.env), PIP_CONFIG_FILE: '/dev/null' },
        cwd: home,
      });
      assert.equal(code, 0, stderr);
      assert.ok(existsSync(path.join(home, 'got', path.basename(wheel))));
      assert.ok(seen.has('me:p=a ss'));
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
}

/** Runs ours or theirs, each with services, and in the end with a HOME, of its own. */
function program(env: Environment, who: 'ours' | 'theirs'): (form: Form) => Promise<Answer> {
  const own = withPath(env);
  const home = path.join(env['HOME'] ?? '', who);
  mkdirSync(home, { recursive: true });
  const [file, ...first] =
    who === 'ours'
      ? [path.join(own['PATH']?.split(':')[0] ?? '', 'keyring')]
      : [PYTHON, '/usr/bin/keyring'];
  return async (form) => {
    const argv = form.argv.map((word) => word.replace(SERVICE, `service of ${who}`));
    const { code, stdout, stderr } = await run(file ?? '', [...first, ...argv], {
      env: {
        ...own,
        HOME: home,
        XDG_CONFIG_HOME: '',
        XDG_DATA_HOME: '',
        COLUMNS: '80',
        ...form.env,
      },
      ...(form.input === undefined ? {} : { input: form.input }),
    });
    const text = new TextDecoder().decode(stdout);
    const complaint = stderr.trim().split('\n').at(-1) ?? '';
    return {
      code,
      stdout: text.replaceAll(home, 'HOME'),
      complaint: complaint.replaceAll(home, 'HOME'),
    };
  };
}

/** With a folder in front of the path in which `keyring` is ours. */
function withPath(env: Environment): Environment {
  const bin = path.join(env['HOME'] ?? '', 'bin');
  mkdirSync(bin, { recursive: true });
  const link = path.join(bin, 'keyring');
  if (!existsSync(link)) symlinkSync(BUNDLE, link);
  return { ...env, PATH: `${bin}:${path.dirname(process.execPath)}:/usr/bin:/bin` };
}

/** pip of its own wheel, without the modules of the system: it has no keyring but the one on the path. */
function pip(): readonly string[] {
  const where =
    'import glob, runpy, sys; sys.path.insert(0, glob.glob("/usr/share/python-wheels/pip-*.whl")[0]);';
  const start = `${where} sys.argv[0] = "pip"; runpy.run_module("pip", run_name="__main__")`;
  // --no-input would keep it from asking the keyring, too.
  const options = ['--no-deps', '--no-cache-dir', '--dest', 'got', '--index-url'];
  return ['-I', '-S', '-c', start, 'download', ...options];
}

/** A package with nothing in it. */
async function makeWheel(folder: string): Promise<string> {
  const file = path.join(folder, 'demo-1.0-py3-none-any.whl');
  const script = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    wheel.writestr('demo-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: demo\\nVersion: 1.0\\n')
    wheel.writestr('demo-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr('demo-1.0.dist-info/RECORD', '')
`;
  await runOrThrow(PYTHON, ['-c', script, file]);
  return file;
}
