/** The same bundle on every runtime: what secret-tool stored is looked up byte for byte. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  type RuntimeName,
  requires,
  requiresRuntime,
  run,
  runtime,
  secretToolStore,
} from '../../../test-fixtures/src/index.ts';
import { BUNDLE } from './support/keywire.ts';

const RUNTIMES: readonly RuntimeName[] = ['node', 'node-oldest', 'node-newest', 'bun', 'deno'];
const SECRET = 'pässwörd\n';

for (const name of RUNTIMES) {
  const title = `the bundle on ${name}: store, lookup, clear and a keyring in a file`;
  const missing = requires('dbus-daemon', 'gnome-keyring', 'secret-tool') ?? requiresRuntime(name);
  if (missing !== undefined) {
    test.skip(title, missing);
    continue;
  }
  test(title, async () => {
    await using keyring = await bootGnomeKeyring();
    const { command, args } = runtime(name);
    const keywire = (words: readonly string[], input = '') =>
      run(command, [...args, BUNDLE, ...words], { env: keyring.env, input });
    const attributes = { app: 'demo', user: 'me' };
    await secretToolStore(keyring.env, { label: 'L', attributes, secret: SECRET });
    const found = await keywire(['lookup', 'app', 'demo', 'user', 'me']);
    assert.deepEqual(
      [found.code, new TextDecoder().decode(found.stdout), found.stderr],
      [0, SECRET, ''],
    );
    const stored = await keywire(['store', '--label=O', 'app', 'demo'], 'other');
    assert.deepEqual([stored.code, stored.stderr], [0, '']);
    const cleared = await keywire(['clear', 'app', 'demo', 'user', 'me']);
    assert.deepEqual([cleared.code, cleared.stderr], [0, '']);
    assert.equal((await keywire(['lookup', 'app', 'demo', 'user', 'me'])).code, 1);
    const other = await keywire(['lookup', 'app', 'demo']);
    assert.equal(new TextDecoder().decode(other.stdout), 'other');

    const file = path.join(keyring.env['HOME'] ?? '', 'own.keyring');
    const own = ['run', `--store=${file}`, '--password-fd=0', '--'];
    const script = ['sh', '-c', 'printf kept | secret-tool store --label=L app demo'];
    const inFile = await keywire([...own, ...script], 'password');
    assert.deepEqual([inFile.code, inFile.stderr], [0, '']);
    const kept = await keywire([...own, 'secret-tool', 'lookup', 'app', 'demo'], 'password');
    assert.equal(new TextDecoder().decode(kept.stdout), 'kept', kept.stderr);
  });
}

const noDeno = requires('dbus-daemon', 'gnome-keyring') ?? requiresRuntime('deno');
if (noDeno !== undefined) test.skip('Deno, told what to allow', noDeno);
else {
  test('Deno, told what to allow: what is missing is said, and with that it is enough', async () => {
    await using keyring = await bootGnomeKeyring();
    const lookup = (...allowed: readonly string[]) => {
      const words = ['run', '--no-prompt', ...allowed, BUNDLE, 'lookup', 'app', 'demo'];
      return run(runtime('deno').command, words, { env: keyring.env });
    };
    const untold = await lookup();
    assert.equal(untold.code, 7);
    assert.match(untold.stderr, /^keywire: Deno does not allow .* --allow-all" does\n$/u);
    const refused = await lookup('--allow-env');
    const [needed] = /--allow-[a-z -]*[a-z]/u.exec(refused.stderr) ?? [];
    assert.equal(refused.code, 5, refused.stderr);
    assert.ok(needed !== undefined, refused.stderr);
    const absent = await lookup(...needed.split(' '));
    assert.deepEqual([absent.code, absent.stderr], [1, '']);
  });
}

const missing =
  requires('dbus-daemon', 'gnome-keyring', 'secret-tool') ?? requiresRuntime('node-newest');
const TITLE = 'a compile cache is filled once, used, and has nothing of a secret';
if (missing !== undefined) test.skip(TITLE, missing);
else {
  test(TITLE, async () => {
    await using keyring = await bootGnomeKeyring();
    await secretToolStore(keyring.env, { label: 'L', attributes: { app: 'demo' }, secret: SECRET });
    const cache = mkdtempSync(path.join(tmpdir(), 'keywire-cache-'));
    try {
      const env = { ...keyring.env, NODE_COMPILE_CACHE: cache, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' };
      const { command, args } = runtime('node-newest');
      const lookup = () => run(command, [...args, BUNDLE, 'lookup', 'app', 'demo'], { env });
      const [first, second] = [await lookup(), await lookup()];
      for (const { code, stdout } of [first, second]) {
        assert.deepEqual([code, new TextDecoder().decode(stdout)], [0, SECRET]);
      }
      assert.match(second.stderr, /keywire\.cjs was accepted/u);
      const files = readdirSync(cache, { recursive: true, withFileTypes: true });
      const written = files.filter((entry) => entry.isFile());
      assert.equal(written.length, 1, 'the bundle, and nothing else');
      for (const { parentPath, name } of written) {
        assert.equal(readFileSync(path.join(parentPath, name)).includes(SECRET.trim()), false);
      }
    } finally {
      rmSync(cache, { recursive: true });
    }
  });
}
