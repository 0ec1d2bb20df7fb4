/** Every source file has a test of the same name: what no test loads is counted by no one. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from '../test-fixtures/src/harness.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

for (const room of readdirSync(path.join(root, 'packages'))) {
  test(`${room}: each source file has its test`, () => {
    const sources = typescriptFiles(path.join(root, 'packages', room, 'src')).filter(
      (file) => path.basename(file) !== 'index.ts' && !file.startsWith('types/'),
    );
    const tests = new Set(typescriptFiles(path.join(root, 'packages', room, 'test')));
    assert.deepEqual(
      sources.filter((file) => !tests.has(file)),
      [],
    );
  });
}

function typescriptFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
}
