import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from '../../../test-fixtures/src/harness.ts';
import { PROGRAM_NAMES } from '../src/program-names.ts';
import { programName, runProgram } from '../src/programs.ts';
import { FakeHost } from './support/fake-host.ts';

test('programName: the last part of the path, without the ending of a script', () => {
  for (const [path, name] of [
    ['/usr/bin/secret-tool', 'secret-tool'],
    ['secret-tool', 'secret-tool'],
    ['/opt/keywire.cjs', 'keywire'],
    ['dist/git-credential-keywire.js', 'git-credential-keywire'],
    ['/opt/keywire.d/x.mjs', 'x'],
    ['', ''],
  ] as const) {
    assert.equal(programName(path), name);
  }
});

test('runProgram: any other name is keywire', async () => {
  for (const name of ['keywire', 'kw', '']) {
    assert.ok(!PROGRAM_NAMES.some((known) => known === name));
    const { code, output } = await runProgram(name, ['--version'], new FakeHost());
    assert.deepEqual([code, new TextDecoder().decode(output[0]?.bytes)], [0, 'keywire 9.8.7\n']);
  }
});

// What another package may own is linked on request only.
test('the npm package links keywire and the helpers that bear its name, no more', () => {
  const file = new URL('../package.json', import.meta.url);
  const { bin } = JSON.parse(readFileSync(file, 'utf8'));
  assert.deepEqual(Object.keys(bin).sort(), [
    'docker-credential-keywire',
    'git-credential-keywire',
    'keywire',
  ]);
});
