import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { PROGRAM_NAMES } from '../src/program-names.ts';
import { runProgram } from '../src/programs.ts';
import { FakeHost } from './support/fake-host.ts';

test('every name is a program of its own, and not keywire', async () => {
  for (const name of PROGRAM_NAMES) {
    const { output } = await runProgram(name, ['--version'], new FakeHost());
    const text = output.map(({ bytes }) => new TextDecoder().decode(bytes)).join('');
    assert.ok(!text.startsWith('keywire '), name);
  }
});
