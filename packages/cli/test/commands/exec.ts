import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';
import { MemoryPasswords } from '../support/memory-passwords.ts';

const ENTRIES = [
  ['https://api.example/v1', 'me', 'pä=s'],
  ['s', 'u', 'other'],
] as const;

test('exec: passwords as variables of the command, whose end is ours', async () => {
  const passwords = new MemoryPasswords(ENTRIES);
  const host = new FakeHost({ passwords, services: { commandEnd: { kind: 'exited', code: 42 } } });
  const { code, stdout, stderr } = await runWords(
    ['exec', '--env', 'TOKEN=https://api.example/v1/me', '--env=O_2=s/u', '--', 'deploy', '--env'],
    host,
  );
  assert.deepEqual([code, stdout, stderr], [42, '', '']);
  assert.deepEqual(host.services.variables, { TOKEN: 'pä=s', O_2: 'other' });
  assert.deepEqual(host.services.command, ['deploy', '--env']);
  assert.ok(passwords.closed > 0);
  for (const bytes of passwords.handedOut) assert.ok(bytes.every((byte) => byte === 0));
});

test('exec: where a password is missing, or no text, nothing is started', async () => {
  for (const [entries, wanted] of [
    [[], /^keywire: exec: there is no password for B\n$/u],
    [[['s', 'v', 'hunter2\0x']], /^keywire: exec: the password for B is no text[^\n]*\n$/u],
  ] as const) {
    const passwords = new MemoryPasswords([...ENTRIES, ...entries]);
    const host = new FakeHost({ passwords });
    const words = ['exec', '--env=A=s/u', '--env=B=s/v', '--', 'deploy'];
    const { code, stderr } = await runWords(words, host);
    assert.equal(code, 125);
    assert.match(stderr, wanted);
    assert.equal(host.services.command, undefined);
  }
});

test('exec: a form that is none is refused, and not repeated', async () => {
  for (const env of ['hunter2', 'A=s', 'A=/u', 'A=s/', '=s/u', '1A=s/u', 'A B=s/u']) {
    const { code, stderr } = await runWords(['exec', `--env=${env}`, 'c'], new FakeHost());
    assert.equal(code, 125);
    assert.match(stderr, /--env number 1: expected NAME=SERVICE\/USERNAME/u);
    assert.doesNotMatch(stderr, /hunter2/u);
  }
  const twice = await runWords(['exec', '--env=A=s/u', '--env=A=s/v', 'c'], new FakeHost());
  assert.match(twice.stderr, /names one variable twice/u);
  const none = await runWords(['exec', '--', 'c'], new FakeHost());
  assert.match(none.stderr, /--env=NAME=SERVICE\/USERNAME is missing/u);
  const noCommand = await runWords(['exec', '--env=A=s/u'], new FakeHost());
  assert.match(noCommand.stderr, /no command given/u);
});

// @rule cli/password-not-handed-on
test('exec: the variable with the password of the file is not the command’s', async () => {
  const passwords = new MemoryPasswords(ENTRIES);
  const host = new FakeHost({ passwords, environment: { PW: 'hunter2' } });
  const options = ['--backend=file', '--password-env=PW', '--env=A=s/u'];
  assert.equal((await runWords(['exec', ...options, '--', 'deploy'], host)).code, 0);
  assert.deepEqual(host.services.variables, { PW: undefined, A: 'other' });
});

test('exec: the keyring is left before the command runs, whose failures are told as ours', async () => {
  const passwords = new MemoryPasswords(ENTRIES);
  const host = new FakeHost({ passwords, services: { commandEnd: { kind: 'not-found' } } });
  let closedBefore = 0;
  const { runWithVariables } = host.services;
  host.services.runWithVariables = async (...call) => {
    closedBefore = passwords.closed;
    return await runWithVariables.apply(host.services, call);
  };
  const { code, stderr } = await runWords(['exec', '--env=A=s/u', '--', 'deploy'], host);
  assert.deepEqual([code, closedBefore], [127, 1]);
  assert.equal(stderr, 'keywire: exec: "deploy": there is no such command\n');
});
