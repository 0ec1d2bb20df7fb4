/** Runs each example of the README as a program. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from '../../../test-fixtures/src/harness.ts';
import { currentRuntime, run } from '../../../test-fixtures/src/index.ts';
import { parsePolicy } from '../src/policy-file.ts';
import { parseSeed } from '../src/seed.ts';

const OUTPUTS = [
  'true true\n',
  '[[],["/org/freedesktop/secrets/collection/work/mail"]]\n',
  'true\n',
];

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

test('the documents in PROVIDER.md are of the form that it describes', () => {
  const text = readFileSync(new URL('../../../docs/PROVIDER.md', import.meta.url), 'utf8');
  const [seed, policy, ...more] = [...text.matchAll(/^```json\n(.*?)^```$/gms)].map(
    ([, json = '']): unknown => JSON.parse(json),
  );
  assert.deepEqual(more, []);
  assert.equal(parseSeed(seed).collections.length, 1);
  assert.deepEqual([parsePolicy(policy).asks, parsePolicy(policy).namesPrograms], [true, true]);
});

function sourceOf(_specifier: string, room: string): string {
  return JSON.stringify(new URL(`../../${room}/src/index.ts`, import.meta.url).href);
}
