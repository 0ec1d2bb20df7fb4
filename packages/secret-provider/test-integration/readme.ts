/** Runs each example of the README as a program. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { runExamples } from '../../../test-fixtures/src/readme-examples.ts';
import { parsePolicy } from '../src/access/policy-file.ts';
import { parseSeed } from '../src/stores/seed.ts';

const OUTPUTS = [
  'true true\n',
  '[[],["/org/freedesktop/secrets/collection/work/mail"]]\n',
  'true\n',
];

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the examples of the README do what they say', async () => {
  await inFolder(async (folder) => {
    assert.deepEqual(await runExamples(readme, { folder }), OUTPUTS);
  });
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
