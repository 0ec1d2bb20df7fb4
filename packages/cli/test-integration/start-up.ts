/**
 * What a run of the bundle loads, which is what its start costs: Node's own modules, files of ours,
 * functions that are compiled. Counted, not timed.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from '../../../test-fixtures/src/harness.ts';
import { bootGnomeKeyring, requires, run } from '../../../test-fixtures/src/index.ts';
import { BUNDLE } from './support/keywire.ts';

type Env = Readonly<Record<string, string>>;

interface Loaded {
  /** Modules that Node had not loaded by itself, without its internal ones. */
  readonly modules: readonly string[];
  /** Our files that were evaluated, of those that are not evaluated in every run. */
  readonly files: readonly string[];
  /** How many functions of the bundle ran, and were compiled for it. */
  readonly functions: number;
}

const SOCKET = ['diagnostics_channel', 'net', 'stream', 'stream/promises', 'string_decoder'];
const ATTRIBUTES = ['app', 'demo'];

/** Writes at the end what Node has loaded since the beginning. */
const PROBE = `
  const before = new Set(process.moduleLoadList);
  process.on('exit', () => {
    const added = process.moduleLoadList.filter((name) => !before.has(name));
    require('node:fs').writeFileSync(process.env.LOADED, JSON.stringify(added));
  });
`;

test('--version loads no module of Node, and nothing but the command line', async () => {
  const { modules, files, functions } = await loadedBy({}, ['--version']);
  assert.deepEqual(modules, []);
  assert.deepEqual(outsideOf(files, 'cli'), []);
  atMost(files.length, 32, 'files');
  atMost(functions, 80, 'functions');
});

const missing = requires('dbus-daemon', 'gnome-keyring');
if (missing !== undefined) test.skip('lookup and get load what they need', missing);
else {
  test('lookup and get load what they need', async () => {
    await using keyring = await bootGnomeKeyring({
      seed: [
        { label: 'L', attributes: { app: 'demo' }, secret: 's3cret' },
        { label: 'P', attributes: { service: 'example.com', username: 'alice' }, secret: 'pass' },
      ],
    });
    const encrypted = await loadedBy(keyring.env, ['lookup', ...ATTRIBUTES]);
    assert.deepEqual(encrypted.modules, ['crypto', ...SOCKET]);
    const rooms = ['cli', 'secret-service', 'dbus-wire', 'crypto-session'];
    assert.deepEqual(outsideOf(encrypted.files, ...rooms), []);
    atMost(encrypted.files.length, 168, 'files');
    atMost(encrypted.functions, 780, 'functions');

    const plain = await loadedBy(keyring.env, ['lookup', '--plain', ...ATTRIBUTES]);
    assert.deepEqual(plain.modules, SOCKET);
    atMost(plain.functions, 740, 'functions');

    const password = await loadedBy(keyring.env, ['get', 'example.com', 'alice']);
    assert.deepEqual(password.modules, ['crypto', ...SOCKET]);
    assert.deepEqual(outsideOf(password.files, ...rooms, 'keyring'), []);
    atMost(password.files.length, 205, 'files');
    atMost(password.functions, 960, 'functions');
  });
}

async function loadedBy(env: Env, args: readonly string[]): Promise<Loaded> {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-start-'));
  try {
    const probe = path.join(folder, 'probe.cjs');
    const list = path.join(folder, 'modules.json');
    const coverage = path.join(folder, 'coverage');
    writeFileSync(probe, PROBE);
    const { code, stderr } = await run(process.execPath, ['--require', probe, BUNDLE, ...args], {
      env: { ...env, LOADED: list, NODE_V8_COVERAGE: coverage },
    });
    assert.deepEqual([code, stderr], [0, '']);
    const loaded: string[] = JSON.parse(readFileSync(list, 'utf8'));
    return { modules: publicModules(loaded), ...ranIn(coverage) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What `require` gives; `process` is the global, and costs nothing. */
function publicModules(loaded: readonly string[]): string[] {
  return loaded
    .flatMap((entry) => /^NativeModule (?!internal\/|process$)(.*)$/u.exec(entry)?.[1] ?? [])
    .sort();
}

/** What V8's coverage tells of the bundle: each file of ours is a function of its path's name. */
function ranIn(coverage: string): Pick<Loaded, 'files' | 'functions'> {
  const [file = assert.fail('no coverage')] = readdirSync(coverage);
  const { result }: Coverage = JSON.parse(readFileSync(path.join(coverage, file), 'utf8'));
  const script = result.find(({ url }) => url.endsWith('/keywire.cjs'));
  const ran = (script?.functions ?? []).filter(({ ranges: [range] }) => (range?.count ?? 0) > 0);
  const names = ran.map(({ functionName }) => functionName);
  return {
    files: names.filter((name) => /^(?:packages|node_modules)\//u.test(name)),
    functions: ran.length,
  };
}

interface Coverage {
  readonly result: readonly {
    readonly url: string;
    readonly functions: readonly {
      readonly functionName: string;
      readonly ranges: readonly { readonly count: number }[];
    }[];
  }[];
}

function outsideOf(files: readonly string[], ...rooms: readonly string[]): string[] {
  return files.filter((file) => !rooms.includes(file.split('/')[1] ?? ''));
}

function atMost(measured: number, limit: number, what: string): void {
  assert.ok(measured <= limit, `expected at most ${limit} ${what}, got ${measured}`);
  // A limit that has become far too wide guards nothing.
  assert.ok(measured > limit * 0.8, `${what}: ${measured}, lower the limit of ${limit}`);
}
