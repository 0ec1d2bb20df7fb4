/** The same bundle on every runtime: what secret-tool stored is looked up byte for byte. */
import assert from 'node:assert/strict';
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

const RUNTIMES: readonly RuntimeName[] = ['node', 'node-newest', 'bun', 'deno'];
const SECRET = 'pässwörd\n';

for (const name of RUNTIMES) {
  const title = `the bundle on ${name}: store, lookup, clear and their exit codes`;
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
  });
}
