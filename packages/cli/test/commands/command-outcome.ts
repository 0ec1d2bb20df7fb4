import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { commandOutcome } from '../../src/commands/command-outcome.ts';
import { FakeHost } from '../support/fake-host.ts';

test('commandOutcome: the exit codes of env(1)', () => {
  for (const [end, code, text] of [
    [{ kind: 'exited', code: 3 }, 3, ''],
    [{ kind: 'killed', signalNumber: 15 }, 143, ''],
    [{ kind: 'not-found' }, 127, 'keywire: exec: "deploy": there is no such command\n'],
    [{ kind: 'not-executable' }, 126, 'keywire: exec: "deploy": the command cannot be executed\n'],
    [
      { kind: 'too-large' },
      126,
      'keywire: exec: "deploy": an argument or a variable, or all of them, are larger than the system takes\n',
    ],
  ] as const) {
    const outcome = commandOutcome(end, 'exec', ['deploy', 'x'], new FakeHost());
    const stderr = outcome.output.map(({ bytes }) => new TextDecoder().decode(bytes)).join('');
    assert.deepEqual([outcome.code, stderr], [code, text]);
  }
});

// @rule cli/no-argument-echo
test('commandOutcome: what is no plain word is not repeated', () => {
  for (const [kind, text] of [
    ['not-found', 'keywire: run: there is no such command\n'],
    ['not-executable', 'keywire: run: the command cannot be executed\n'],
  ] as const) {
    const { output } = commandOutcome({ kind }, 'run', ['/opt/Hunter2!'], new FakeHost());
    assert.equal(output.map(({ bytes }) => new TextDecoder().decode(bytes)).join(''), text);
  }
});
