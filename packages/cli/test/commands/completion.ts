import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';

test('completion: a script for each shell, and for no other', async () => {
  for (const [shell, mark] of [
    ['bash', /^complete -F _keywire keywire$/mu],
    ['zsh', /^#compdef keywire$/mu],
    ['fish', /^complete -c keywire -f$/mu],
  ] as const) {
    const { code, stdout } = await runWords(['completion', shell], new FakeHost());
    assert.equal(code, 0);
    assert.match(stdout, mark);
  }
  assert.equal((await runWords(['completion', 'tcsh'], new FakeHost())).code, 2);
});
