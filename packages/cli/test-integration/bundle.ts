/** `dist/keywire.cjs` alone in an empty folder, under the name a user would give it. */
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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

test('only run and serve load the bus and the provider', () => {
  const meta: Metafile = JSON.parse(
    readFileSync(`${path.dirname(BUNDLE)}/keywire.meta.json`, 'utf8'),
  );
  const main = 'packages/cli/src/io/main.ts';
  const services = 'packages/cli/src/io/service-host.ts';
  const isService = (file: string): boolean =>
    /^packages\/(?:message-bus|secret-provider)\//u.test(file);
  const reach = (follow: (from: string, kind: string) => boolean): string[] => {
    const reached = new Set([main]);
    for (const file of reached) {
      for (const { path: imported, kind } of meta.inputs[file]?.imports ?? []) {
        if (imported in meta.inputs && follow(file, kind)) reached.add(imported);
      }
    }
    return [...reached];
  };
  assert.ok(reach(() => true).some(isService));
  const others = reach((from, kind) => from !== services || kind !== 'dynamic-import');
  assert.ok(others.some((file) => file.endsWith('/commands/lookup.ts')));
  assert.deepEqual(others.filter(isService), []);
});

interface Metafile {
  readonly inputs: Readonly<
    Record<
      string,
      { readonly imports: readonly { readonly path: string; readonly kind: string }[] }
    >
  >;
}
