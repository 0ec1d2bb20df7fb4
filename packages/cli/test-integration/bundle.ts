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

test('a lookup loads neither the bus nor the provider', () => {
  const meta: Metafile = JSON.parse(
    readFileSync(`${path.dirname(BUNDLE)}/keywire.meta.json`, 'utf8'),
  );
  const isService = (file: string): boolean =>
    /^packages\/(?:message-bus|secret-provider)\//u.test(file);
  /** All that loads with these files of ours, and what the libraries may load later. */
  const loadedWith = (...files: readonly string[]): string[] => {
    const reached = new Set(files.map((file) => `packages/cli/src/${file}`));
    for (const file of reached) {
      const isOurs = file.startsWith('packages/cli/');
      for (const { path: imported, kind } of meta.inputs[file]?.imports ?? []) {
        const isLater = isOurs && kind === 'dynamic-import';
        if (imported in meta.inputs && !isLater) reached.add(imported);
      }
    }
    return [...reached];
  };
  const lookup = loadedWith(
    'io/main.ts',
    'commands/lookup.ts',
    'io/keyrings/open-keyring.ts',
    'output/failure.ts',
  );
  assert.ok(lookup.some((file) => file.startsWith('packages/secret-service/')));
  assert.deepEqual(lookup.filter(isService), []);
  assert.ok(loadedWith('io/services/run-command.ts').some(isService));
});

interface Metafile {
  readonly inputs: Readonly<
    Record<
      string,
      { readonly imports: readonly { readonly path: string; readonly kind: string }[] }
    >
  >;
}
