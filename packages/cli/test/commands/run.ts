import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { CliError } from '../../src/output/cli-error.ts';
import type { CommandEnd } from '../../src/types/service-host.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';

// @rule cli/run-exit-codes
test("run: the exit code is the command's, or says why there is none", async () => {
  const ends: readonly (readonly [CommandEnd, number, RegExp])[] = [
    [{ kind: 'exited', code: 0 }, 0, /^$/u],
    [{ kind: 'exited', code: 3 }, 3, /^$/u],
    [{ kind: 'exited', code: 255 }, 255, /^$/u],
    [{ kind: 'killed', signalNumber: 9 }, 137, /^$/u],
    [{ kind: 'not-executable' }, 126, /^keywire: run: "npm": the command cannot be executed\n$/u],
    [{ kind: 'not-found' }, 127, /^keywire: run: "npm": there is no such command\n$/u],
  ];
  for (const [commandEnd, code, stderr] of ends) {
    const host = new FakeHost({ services: { commandEnd } });
    const shown = await runWords(['run', '--', 'npm', 'test'], host);
    assert.deepEqual([shown.code, shown.stdout], [code, '']);
    assert.match(shown.stderr, stderr);
    assert.deepEqual(host.services.command, ['npm', 'test']);
  }
});

test('run: whatever fails of its own is exit 125 and one line', async () => {
  for (const words of [
    ['run'],
    ['run', '--'],
    ['run', '--unknown', '--', 'true'],
    ['run', '--password-file=F', '--', 'true'],
    ['run', '--store=F', '--', 'true'],
    ['run', '--profile=oo7', '--', 'true'],
  ]) {
    const host = new FakeHost();
    const { code, stdout, stderr } = await runWords(words, host);
    assert.deepEqual([code, stdout], [125, ''], words.join(' '));
    assert.match(stderr, /^keywire: [^\n]+\n$/u);
    assert.equal(host.services.command, undefined);
  }
  const failure = new CliError('bus-not-started', 'no folder');
  const failed = await runWords(['run', 'true'], new FakeHost({ services: { failure } }));
  assert.deepEqual([failed.code, failed.stderr], [125, 'keywire: no folder\n']);
});

test("run: options behind the command's name are the command's", async () => {
  for (const words of [
    ['run', '--bus', 'ls', '--help', '-l', '--', 'x'],
    ['run', '--bus', '--', 'ls', '--help', '-l', '--', 'x'],
  ]) {
    const host = new FakeHost();
    assert.equal((await runWords(words, host)).code, 0);
    assert.deepEqual(host.services.command, ['ls', '--help', '-l', '--', 'x']);
    assert.deepEqual(host.services.plans, [
      {
        bus: 'existing',
        prompter: 'accept',
        isPrompterChosen: false,
        profile: undefined,
        seed: undefined,
      },
    ]);
  }
});

test('run: says so when Node itself shows what it holds', async () => {
  const host = new FakeHost({ services: { nodeOptions: ['--inspect=0.0.0.0:9229'] } });
  assert.equal((await runWords(['run', 'true'], host)).code, 0);
  assert.equal(host.services.told.length, 1);
  assert.match(String(host.services.told[0]), /^stderr,keywire: warning: .*--inspect,/u);
});

// @rule cli/password-not-handed-on
test('run: the variable with the password of the store is not the command’s', async () => {
  const host = new FakeHost({ environment: { PW: 'hunter2' } });
  const words = ['run', '--store=FILE', '--password-env=PW', '--', 'npm'];
  assert.equal((await runWords(words, host)).code, 0);
  assert.deepEqual(host.services.variables, { PW: undefined });
  await runWords(['run', '--', 'npm'], host);
  assert.deepEqual(host.services.variables, {});
});
