/** Runs each example of the README as a program, in a folder of its own, from top to bottom. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { currentRuntime, run } from '../../../test-fixtures/src/index.ts';
import { parseV1 } from '../src/index.ts';
import { text, utf8 } from '../test/support/memory-io.ts';
import { writeV0 } from '../test/support/write-v0.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const source = new URL('../src/index.ts', import.meta.url).href;

test('the examples of the README do what they say', async () => {
  await inFolder(async (folder) => {
    writeFileSync(join(folder, 'password.txt'), 'correct horse\n');
    const password = 'login password';
    const item = { id: 1, label: 'L', secret: utf8('s') };
    writeFileSync(join(folder, 'login.keyring'), writeV0({ label: 'K', password, items: [item] }));
    const examples = [...readme.matchAll(/^```ts\n(.*?)^```$/gmsu)].map(([, code = '']) => code);
    const outputs: string[] = [];
    for (const [index, code] of examples.entries()) {
      const script = join(folder, `example${index}.ts`);
      writeFileSync(script, code.replace("'@keywire/keyring-file'", JSON.stringify(source)));
      const { command, sourceArgs } = currentRuntime();
      const result = await run(command, [...sourceArgs, script], {
        cwd: folder,
        timeoutMs: 120_000,
      });
      assert.equal(result.code, 0, result.stderr);
      outputs.push(text(result.stdout));
    }
    assert.equal(outputs[0], 'Mail 13\n');
    assert.equal(parseV1(readFileSync(join(folder, 'shared.keyring'))).items.length, 1);
    assert.match(outputs[2] ?? '', /^v0 1 items\n\d+ characters/u);
    assert.equal(outputs.length, 3);
  });
});
