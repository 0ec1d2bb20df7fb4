/** Runs each example of the README as a program. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { runExamples } from '../../../test-fixtures/src/readme-examples.ts';
import { DEFAULT_BUS_LIMITS } from '../src/index.ts';

const OUTPUTS = [':1.1 1\n', 'Hello world\n', 'address-in-use\n'];

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the examples of the README do what they say', async () => {
  await inFolder(async (folder) => {
    assert.deepEqual(await runExamples(readme, { folder }), OUTPUTS);
  });
});

test('the README is short, and its limits are those of the code', () => {
  assert.ok(readme.split('\n').length <= 150);
  for (const [name, value] of Object.entries(DEFAULT_BUS_LIMITS)) {
    const isBytes = value >= 1024 * 1024;
    const number = isBytes ? `${value / 1024 / 1024} MiB` : value.toLocaleString('en-US');
    assert.match(readme, new RegExp(`^\\| \`${name}\`.*\\| ${number} +\\|`, 'mu'));
  }
});
