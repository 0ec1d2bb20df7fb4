/**
 * The built bundle on keyring files, with other programs on the other side: libsecret's file backend
 * reads what `export` wrote, gnome-keyring's own login.keyring is imported, and secret-tool finds
 * behind `serve --store` and `run --store` what an earlier one of them kept.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootBus,
  bootGnomeKeyring,
  bootKeePassXC,
  requires,
  run,
  secretTool,
  secretToolLookup,
  secretToolStore,
} from '../../../test-fixtures/src/index.ts';
import { BUNDLE, keywire } from './support/keywire.ts';

const missing = requires('dbus-daemon', 'gnome-keyring', 'secret-tool');
const SEED = [
  { label: 'Mail', attributes: { app: 'mail', user: 'ä' }, secret: 'first\n' },
  { label: 'Web', attributes: { app: 'web' }, secret: 'second' },
];
/** No bus at all: what works here needs no daemon. */
const OFFLINE = { PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', DBUS_SESSION_BUS_ADDRESS: 'disabled:' };

function integration(name: string, body: (folder: string) => Promise<void>): void {
  if (missing !== undefined) {
    test.skip(name, missing);
    return;
  }
  test(name, async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'keywire-cli-files-'));
    try {
      writeFileSync(path.join(folder, 'pw'), 'correct horse\n');
      await body(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

/** secret-tool on libsecret's file backend, without a bus. */
function libsecretEnv(folder: string, file: string): Record<string, string> {
  return {
    ...OFFLINE,
    HOME: folder,
    SECRET_BACKEND: 'file',
    SECRET_FILE_TEST_PATH: file,
    SECRET_FILE_TEST_PASSWORD: 'correct horse',
  };
}

function text(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

integration('export: libsecret reads what was in gnome-keyring', async (folder) => {
  await using keyring = await bootGnomeKeyring({ seed: SEED });
  const file = path.join(folder, 'out.keyring');
  const options = [`--password-file=${path.join(folder, 'pw')}`, '--json'];
  const exported = await keywire(keyring.env, ['export', ...options, file]);
  assert.deepEqual([exported.code, exported.stderr], [0, '']);
  assert.equal(exported.stdout, '{"items":2,"rejected":0}\n');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const direct = libsecretEnv(folder, file);
  for (const { attributes, secret } of SEED) {
    assert.equal(text(await secretToolLookup(direct, attributes)), secret);
  }
  // A file that is there is not overwritten.
  const before = readFileSync(file);
  const again = await keywire(keyring.env, ['export', ...options, file]);
  assert.equal(again.code, 2);
  assert.deepEqual(readFileSync(file), before);
});

integration('import: gnome-keyring’s own login.keyring, back and offline', async (folder) => {
  await using bus = await bootBus();
  const password = `--password-file=${path.join(folder, 'pw')}`;
  const first = await bootGnomeKeyring({ bus, seed: SEED, password: 'correct horse' });
  await first.stop();
  const login = path.join(bus.env['XDG_DATA_HOME'] ?? '', 'keyrings', 'login.keyring');
  const dry = await keywire(OFFLINE, ['import', '--dry-run', '--json', password, login]);
  assert.equal(dry.code, 0, dry.stderr);
  const { form, items } = JSON.parse(dry.stdout);
  assert.deepEqual([form, items.length], ['v0', 2]);
  assert.ok(!dry.stdout.includes('first') && !dry.stdout.includes('second'));

  // Offline into a form that is written, and from there into a keyring.
  const hardened = path.join(folder, 'new.keyring');
  const converted = ['export', `--from=${login}`, '--format=hardened', password, hardened];
  assert.equal((await keywire(OFFLINE, converted)).code, 0);
  const json = ['export', '--plaintext', `--from=${hardened}`, password, '-'];
  const clear = JSON.parse((await keywire(OFFLINE, json)).stdout);
  assert.deepEqual(
    clear.collections[0].items
      .map(({ label, secret }: { label: string; secret: string }) => [label, secret])
      .sort(),
    SEED.map(({ label, secret }) => [label, secret]),
  );
  const seed = path.join(folder, 'seed.json');
  assert.equal((await keywire(OFFLINE, [...json.slice(0, -1), seed])).code, 0);
  const listed = [BUNDLE, 'list', '--json', '--collection=default'];
  const seeded = await keywire(OFFLINE, ['run', `--seed=${seed}`, '--', ...listed]);
  assert.equal(JSON.parse(seeded.stdout).collections[0].items.length, SEED.length);
  await using keyring = await bootGnomeKeyring();
  for (const source of [login, hardened]) {
    const imported = await keywire(keyring.env, ['import', password, source]);
    assert.deepEqual([imported.code, imported.stdout, imported.stderr], [0, '', '']);
    for (const { attributes, secret } of SEED) {
      assert.equal(text(await secretToolLookup(keyring.env, attributes)), secret);
    }
  }
  // The second run replaced what the first had stored.
  const found = await secretTool(keyring.env, ['search', '--all', 'app', 'web']);
  assert.equal(text(found.stdout)?.match(/^label = /gmu)?.length, 1);
});

integration(
  'import and export: a wrong password is exit 6, what is no keyring file 2',
  async (folder) => {
    const password = `--password-file=${path.join(folder, 'pw')}`;
    const file = path.join(folder, 'a.keyring');
    await secretToolStore(libsecretEnv(folder, file), {
      label: 'Theirs',
      attributes: { app: 'demo' },
      secret: 'x',
    });
    writeFileSync(path.join(folder, 'wrong'), 'wrong');
    const wrong = ['import', '--dry-run', `--password-file=${path.join(folder, 'wrong')}`, file];
    assert.equal((await keywire(OFFLINE, wrong)).code, 6);
    assert.equal((await keywire(OFFLINE, ['import', '--dry-run', password, BUNDLE])).code, 2);
    assert.equal((await keywire(OFFLINE, ['import', '--dry-run', password, '/nowhere'])).code, 2);
    const large = path.join(folder, 'large');
    writeFileSync(large, '');
    truncateSync(large, 64 * 1024 * 1024 + 1);
    const cut = path.join(folder, 'cut');
    writeFileSync(cut, readFileSync(file).subarray(0, 60));
    for (const unread of [large, cut]) {
      assert.equal((await keywire(OFFLINE, ['import', '--dry-run', password, unread])).code, 2);
    }
    const dry = await keywire(OFFLINE, ['import', '--dry-run', password, file]);
    assert.match(dry.stdout, /^1 items in the form v1\nTheirs {2}/u);
  },
);

integration('serve --store: kept over a restart, recorded, and checked', async (folder) => {
  const file = path.join(folder, 'a.keyring');
  const log = path.join(folder, 'audit.log');
  const options = [
    `--store=${file}`,
    `--password-file=${path.join(folder, 'pw')}`,
    `--audit-log=${log}`,
  ];
  const attributes = { app: 'demo' };
  const first = await serve(folder, options);
  await secretToolStore(first.env, { label: 'Demo', attributes, secret: 'kept' });
  await first.end('SIGKILL');
  const second = await serve(folder, options);
  assert.equal(text(await secretToolLookup(second.env, attributes)), 'kept');
  await second.end('SIGTERM');
  const verified = await keywire(OFFLINE, ['audit', 'verify', log]);
  // The write, and the search and the read of the lookup.
  assert.match(verified.stdout, /^3 lines, head [0-9a-f]{64}\n$/u);
  const head = verified.stdout.trim().slice(-64);
  writeFileSync(log, readFileSync(log, 'utf8').split('\n').slice(1).join('\n'));
  const cut = await keywire(OFFLINE, ['audit', 'verify', `--head=${head}`, log]);
  assert.deepEqual([cut.code, cut.stdout], [7, '']);
});

integration('run --store: what one command stored the next one finds', async (folder) => {
  const options = [`--store=${path.join(folder, 'a.keyring')}`, '--password-fd=0', '--'];
  const store = ['sh', '-c', 'printf kept | secret-tool store --label=Demo app demo'];
  const input = { input: 'correct horse\n' };
  const home = { ...OFFLINE, HOME: folder };
  assert.equal((await keywire(home, ['run', ...options, ...store], input)).code, 0);
  const lookup = ['secret-tool', 'lookup', 'app', 'demo'];
  assert.equal((await keywire(home, ['run', ...options, ...lookup], input)).stdout, 'kept');
  const wrong = { input: 'wrong' };
  const refused = await keywire(home, ['run', ...options, ...lookup], wrong);
  assert.deepEqual([refused.code, refused.stdout], [125, '']);
});

// @rule cli/export-is-whole
const noKeePassXC = requires('dbus-daemon', 'keepassxc');
const ENTERED =
  'export: user name, URL and notes of KeePassXC are in the copy, and go back into it';
if (noKeePassXC !== undefined) test.skip(ENTERED, noKeePassXC);
else {
  test(ENTERED, async () => {
    await using keyring = await bootKeePassXC();
    const { env } = keyring;
    const stored = await keywire(env, ['store', '--label=Site', 'app', 'demo'], { input: 's' });
    assert.equal(stored.code, 0, stored.stderr);
    const fields = { UserName: 'me', URL: 'https://example.org', Notes: 'two\nlines' };
    const set = Object.entries(fields).map(([name, value]) => `--set=${name}=${value}`);
    assert.equal((await keywire(env, ['item', 'attributes', ...set, 'app', 'demo'])).code, 0);
    const { stdout } = await keywire(env, ['export', '--plaintext', '-']);
    const [item] = JSON.parse(stdout).collections[0].items;
    assert.deepEqual(item.attributes, { app: 'demo', ...fields });
    assert.equal((await keywire(env, ['clear', 'app', 'demo'])).code, 0);
    const file = path.join(env['HOME'] ?? '', 'copy.json');
    writeFileSync(file, stdout);
    const back = await keywire(env, ['import', file]);
    assert.equal(back.code, 0, back.stderr);
    const again = await keywire(env, ['export', '--plaintext', '-']);
    assert.deepEqual(JSON.parse(again.stdout).collections[0].items[0].attributes, item.attributes);
  });
}

test('export: a file that cannot be written whole is not left behind', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-cli-files-'));
  try {
    const items = [{ id: 'i', label: 'L', attributes: {}, secret: 's'.repeat(100_000) }];
    const [from, to] = [path.join(folder, 'from.json'), path.join(folder, 'to.json')];
    writeFileSync(from, JSON.stringify({ collections: [{ id: 'c', label: 'C', items }] }));
    const script = 'ulimit -f 8; exec "$0" "$1" export --plaintext --from="$2" "$3"';
    const words = ['-c', script, process.execPath, BUNDLE, from, to];
    const { code, stderr } = await run('/bin/sh', words, { env: OFFLINE });
    assert.deepEqual(
      [code, stderr],
      [2, 'keywire: FILE: expected to make a new file; got EFBIG\n'],
    );
    assert.equal(existsSync(to), false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

// @rule cli/import-keeps-twins
test('import: items that keyrings take for the same do not take each other’s place', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-cli-files-'));
  try {
    const schema = { 'xdg:schema': 'org.freedesktop.Secret.Generic' };
    const items = [{ app: 'demo' }, { app: 'demo', ...schema }, {}, schema].map(
      (attributes, index) => ({ id: `i${index}`, label: `L${index}`, attributes, secret: 's' }),
    );
    const file = path.join(folder, 'items.json');
    const collection = { id: 'login', label: 'Login', aliases: ['default'], items };
    writeFileSync(file, JSON.stringify({ collections: [collection] }));
    const script = `"$0" import "$1" && "$0" list --json`;
    const { stdout, stderr } = await keywire(OFFLINE, [
      ...['run', '--', 'sh', '-c', script, BUNDLE, file],
    ]);
    assert.equal(stderr, '');
    const labels = JSON.parse(stdout).collections.flatMap((each: { items: { label: string }[] }) =>
      each.items.map(({ label }) => label),
    );
    assert.deepEqual(labels.sort(), ['L0', 'L1', 'L2', 'L3']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what a lookup loads has no keyring file, no provider and no bus in it', () => {
  const meta = fileURLToPath(new URL('../../../dist/keywire.meta.json', import.meta.url));
  const { inputs } = JSON.parse(readFileSync(meta, 'utf8'));
  const loaded = new Set<string>();
  const load = (input: string): void => {
    if (loaded.has(input)) return;
    loaded.add(input);
    for (const each of inputs[input]?.imports ?? []) {
      if (each.kind !== 'dynamic-import' && !each.external) load(each.path);
    }
  };
  for (const entry of [
    'io/main',
    'io/keyrings/open-keyring',
    'io/terminal/input',
    'commands/lookup',
  ]) {
    load(`packages/cli/src/${entry}.ts`);
  }
  assert.ok(loaded.has('packages/secret-service/src/service/service.ts'));
  const others = /^packages\/(?:keyring-file|file-lock|secret-provider|message-bus)\//u;
  assert.deepEqual(
    [...loaded].filter((input) => others.test(input)),
    [],
  );
});

interface Served {
  readonly env: Readonly<Record<string, string>>;
  end(signal: NodeJS.Signals): Promise<void>;
}

async function serve(folder: string, options: readonly string[]): Promise<Served> {
  const env = { PATH: OFFLINE.PATH, LANG: OFFLINE.LANG, HOME: folder };
  const child: ChildProcess = spawn(process.execPath, [BUNDLE, 'serve', ...options], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  assert.ok(child.stdout !== null);
  const ended = once(child, 'exit');
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(() => assert.fail('serve ended before it was ready')),
  ]);
  const address = /^DBUS_SESSION_BUS_ADDRESS=(.*)$/u.exec(String(line))?.[1] ?? '';
  return {
    env: { ...env, DBUS_SESSION_BUS_ADDRESS: address },
    async end(signal) {
      child.kill(signal);
      await ended;
    },
  };
}
