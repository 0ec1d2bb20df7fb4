import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';
import { MemoryPasswords } from '../support/memory-passwords.ts';

const ENTRIES = [['s', 'u', 'p ä\n']] as const;

test('get: byte for byte; one newline more on a terminal', async () => {
  const passwords = new MemoryPasswords(ENTRIES);
  const piped = await runWords(['get', 's', 'u'], new FakeHost({ passwords }));
  assert.deepEqual([piped.code, piped.stdout, piped.stderr], [0, 'p ä\n', '']);
  const terminals = ['stdout', 'stderr'] as const;
  const shown = await runWords(['get', 's', 'u'], new FakeHost({ passwords, terminals }));
  assert.equal(shown.stdout, 'p ä\n\n');
});

test('get: --base64 and --json', async () => {
  const passwords = new MemoryPasswords(ENTRIES);
  const base64 = await runWords(['get', '--base64', 's', 'u'], new FakeHost({ passwords }));
  assert.equal(base64.stdout, 'cCDDpAo=\n');
  const json = await runWords(['get', '--json', 's', 'u'], new FakeHost({ passwords }));
  assert.deepEqual(JSON.parse(json.stdout), { service: 's', username: 'u', secret: 'p ä\n' });
  const both = await runWords(['get', '--json', '--base64', 's', 'u'], new FakeHost({ passwords }));
  assert.deepEqual(JSON.parse(both.stdout), {
    service: 's',
    username: 'u',
    secretBase64: 'cCDDpAo=',
  });
  for (const bytes of passwords.handedOut) assert.ok(bytes.every((byte) => byte === 0));
});

test('get: absent exits 1, silently but for a person', async () => {
  const none = await runWords(['get', 's', 'u'], new FakeHost());
  assert.deepEqual([none.code, none.stdout, none.stderr], [1, '', '']);
  const shown = await runWords(['get', 's', 'u'], new FakeHost({ terminals: ['stderr'] }));
  assert.equal(shown.stderr, 'keywire: there is no password for this service and user name\n');
});

test('get: its options are passed on; a wrong form is answered with the right one', async () => {
  const host = new FakeHost();
  await runWords(
    ['get', '--scheme=keytar', '-b', 'memory', '--group=g', '--no-prompt', 's', 'u'],
    host,
  );
  const { schemes, backend, group, noPrompt } = host.passwordsOptions ?? {};
  assert.deepEqual([schemes, backend, group, noPrompt], [['keytar'], 'memory', 'g', true]);
  for (const words of [['get'], ['get', 's'], ['get', 's', 'u', 'hunter2'], ['show', 's', 'u']]) {
    const { code, stderr } = await runWords(words, new FakeHost());
    assert.equal(code, 2);
    assert.match(stderr, /to print a password: keywire get \[OPTION …\] SERVICE USERNAME\n$/u);
    assert.doesNotMatch(stderr, /hunter2/u);
  }
});
