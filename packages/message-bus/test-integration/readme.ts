/** Runs each example of the README as a program. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from '../../../test-fixtures/src/harness.ts';
import { currentRuntime, run } from '../../../test-fixtures/src/index.ts';
import { DEFAULT_BUS_LIMITS } from '../src/index.ts';

const OUTPUTS = [':1.1 1\n', 'Hello world\n', 'address-in-use\n'];

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the examples of the README do what they say', async () => {
  const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);
  assert.equal(examples.length, OUTPUTS.length);
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-readme-'));
  try {
    for (const [index, code] of examples.entries()) {
      const script = path.join(folder, `example${index}.ts`);
      writeFileSync(script, code.replaceAll(/'@keywire\/([a-z-]+)'/g, sourceOf));
      const { command, sourceArgs } = currentRuntime();
      const result = await run(command, [...sourceArgs, script]);
      assert.equal(result.code, 0, result.stderr);
      assert.equal(new TextDecoder().decode(result.stdout), OUTPUTS[index]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function sourceOf(_specifier: string, room: string): string {
  return JSON.stringify(new URL(`../../${room}/src/index.ts`, import.meta.url).href);
}

test('the README is short, and its limits are those of the code', () => {
  assert.ok(readme.split('\n').length <= 150);
  for (const [name, value] of Object.entries(DEFAULT_BUS_LIMITS)) {
    const isBytes = value >= 1024 * 1024;
    const number = isBytes ? `${value / 1024 / 1024} MiB` : value.toLocaleString('en-US');
    assert.match(readme, new RegExp(`^\\| \`${name}\`.*\\| ${number} +\\|`, 'mu'));
  }
});
