/** `dist/keywire.cjs` alone in an empty folder, under the name a user would give it. */
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from '../../../test-fixtures/src/harness.ts';
import { bootGnomeKeyring, requires, run } from '../../../test-fixtures/src/index.ts';
import { BUNDLE } from './support/keywire.ts';

const missing = requires('dbus-daemon', 'gnome-keyring');

if (missing === undefined) {
  test('the bundle needs no other file', async () => {
    await using keyring = await bootGnomeKeyring();
    const folder = mkdtempSync(path.join(tmpdir(), 'keywire-'));
    try {
      const file = path.join(folder, 'keywire');
      copyFileSync(BUNDLE, file);
      chmodSync(file, 0o755);
      const pathVariable = `${path.dirname(process.execPath)}:/usr/bin:/bin`;
      const options = { env: { ...keyring.env, PATH: pathVariable }, cwd: folder };
      const stored = await run(file, ['store', '--label=L', 'app', 'demo'], {
        ...options,
        input: 's3cret',
      });
      assert.deepEqual([stored.code, stored.stderr], [0, '']);
      const found = await run(file, ['lookup', 'app', 'demo'], options);
      assert.equal(new TextDecoder().decode(found.stdout), 's3cret');
      assert.deepEqual(readdirSync(folder), ['keywire']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
} else {
  test.skip('the bundle needs no other file', missing);
}
