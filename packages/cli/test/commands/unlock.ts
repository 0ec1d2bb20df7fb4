import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { CliError } from '../../src/output/cli-error.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';
import { MemoryKeyring } from '../support/memory-keyring.ts';

test('unlock: silent, with the collection that was named', async () => {
  const keyring = new MemoryKeyring();
  const host = new FakeHost({ keyring });
  const shown = await runWords(['unlock', '--collection=session'], host);
  assert.deepEqual([shown.code, shown.stdout, shown.stderr], [0, '', '']);
  assert.equal(
    (await runWords(['unlock', '--json'], host)).stdout,
    '{"unlocked":["/collection/test"]}\n',
  );
  assert.deepEqual(keyring.calls, ['unlock in session', 'unlock']);
});

test('unlock: a password from a file or a descriptor, without one newline, wiped', async () => {
  const keyring = new MemoryKeyring();
  const host = new FakeHost({ keyring, files: { '/pw': 'open\n', '3': 'sesame\n\n' } });
  assert.equal((await runWords(['unlock', '--password-file=/pw'], host)).code, 0);
  assert.equal((await runWords(['unlock', '--password-fd=3'], host)).code, 0);
  assert.deepEqual(keyring.calls, ['unlock with open', 'unlock with sesame\n']);
  assert.deepEqual(host.handedOut, [new Uint8Array(5), new Uint8Array(8)]);
});

// @rule cli/no-empty-password
test('unlock: no empty password, and no two sources', async () => {
  const host = new FakeHost({ files: { '/empty': '\n', '/pw': 'x' } });
  const cases = [
    [['--password-file=/empty'], /the password is empty/u],
    [['--password-file=/pw', '--password-fd=3'], /only one can be given/u],
    [['--password-fd=x'], /takes the number of an open descriptor/u],
    [['--password-fd=9999999'], /takes the number of an open descriptor/u],
  ] as const;
  for (const [options, expected] of cases) {
    const shown = await runWords(['unlock', ...options], host);
    assert.equal(shown.code, 2);
    assert.match(shown.stderr, expected);
  }
  assert.ok(!host.log.includes('openKeyring'));
});

test('unlock: a wrong password is exit 6', async () => {
  const keyring = new MemoryKeyring();
  keyring.failure = new CliError('wrong-password', 'unlock: wrong password');
  const host = new FakeHost({ keyring, files: { '/pw': 'hunter2' } });
  const shown = await runWords(['unlock', '--password-file=/pw'], host);
  assert.deepEqual([shown.code, shown.stderr], [6, 'keywire: unlock: wrong password\n']);
});

test('unlock: a password without a newline is wiped, and one typed is asked for once', async () => {
  const host = new FakeHost({ files: { '/pw': 'open' } });
  await runWords(['unlock', '--password-file=/pw'], host);
  assert.deepEqual(host.handedOut, [new Uint8Array(4)]);
  const person = new FakeHost({ stdinKind: 'terminal', typed: 'open' });
  assert.equal((await runWords(['unlock', '--password-fd=0'], person)).code, 0);
  assert.equal(person.log.filter((line) => line.startsWith('readHidden')).length, 1);
  assert.deepEqual(person.handedOut, [new Uint8Array(4)]);
});
