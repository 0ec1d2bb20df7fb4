/** Runs each example of the README as a program, in a folder of its own, from top to bottom. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { runExamples } from '../../../test-fixtures/src/readme-examples.ts';
import { parseV1 } from '../src/index.ts';
import { utf8 } from '../test/support/memory-io.ts';
import { writeV0 } from '../test/support/write-v0.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

test('the examples of the README do what they say', async () => {
  await inFolder(async (folder) => {
    writeFileSync(join(folder, 'password.txt'), 'correct horse\n');
    const password = 'login password';
    const item = { id: 1, label: 'L', secret: utf8('s') };
    writeFileSync(join(folder, 'login.keyring'), writeV0({ label: 'K', password, items: [item] }));
    const outputs = await runExamples(readme, { folder });
    assert.equal(outputs[0], 'Mail 13\n');
    assert.equal(parseV1(readFileSync(join(folder, 'shared.keyring'))).items.length, 1);
    assert.match(outputs[2] ?? '', /^v0 1 items\n\d+ characters/u);
    assert.equal(outputs.length, 3);
  });
});
