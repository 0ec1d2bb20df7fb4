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

test('runProgram: each of the other programs answers by its name', async () => {
  for (const [name, argv, stream, wanted] of [
    ['secret-tool', ['lookup', '--help'], 'stdout', /^Usage:\n {2}secret-tool lookup/u],
    ['keyring', ['--help'], 'stdout', /^usage: keyring /u],
    ['git-credential-keywire', ['capability'], 'stdout', /^capability authtype$/mu],
    ['docker-credential-keywire', ['version'], 'stdout', /^docker-credential-keywire /u],
  ] as const) {
    const { code, output } = await runProgram(name, argv, new FakeHost());
    assert.deepEqual([code, output[0]?.stream], [0, stream]);
    assert.match(output.map(({ bytes }) => new TextDecoder().decode(bytes)).join(''), wanted);
  }
});

test('runProgram: Ctrl-C is silent and exits 130, whatever was going on', async () => {
  for (const [name, argv] of [
    ['secret-tool', ['lookup', 'a', 'b']],
    ['keyring', ['get', 's', 'u']],
    ['git-credential-keywire', ['get']],
    ['docker-credential-keywire', ['list']],
  ] as const) {
    const openFailure = new Error('aborted');
    const parts = { stdin: 'protocol=p\nhost=h\n', openFailure, signal: AbortSignal.abort() };
    const { code, output } = await runProgram(name, argv, new FakeHost(parts));
    assert.deepEqual([code, output], [130, []], name);
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
