import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';
import { MemoryPasswords } from '../support/memory-passwords.ts';

test('del: what is there is removed, what is not exits 1', async () => {
  const passwords = new MemoryPasswords([
    ['s', 'u', 'p'],
    ['s', 'v', 'q'],
  ]);
  const done = await runWords(['del', 's', 'u'], new FakeHost({ passwords }));
  assert.deepEqual([done.code, done.stdout, done.stderr], [0, '', '']);
  assert.deepEqual(passwords.texts, ['s v q']);
  const none = await runWords(['del', 's', 'u'], new FakeHost({ passwords }));
  assert.deepEqual([none.code, none.stdout, none.stderr], [1, '', '']);
});

test('del: --json', async () => {
  const passwords = new MemoryPasswords([['s', 'u', 'p']]);
  for (const [code, text] of [
    [0, '{"deleted":true}\n'],
    [1, '{"deleted":false}\n'],
  ]) {
    const shown = await runWords(['del', '--json', 's', 'u'], new FakeHost({ passwords }));
    assert.deepEqual([shown.code, shown.stdout], [code, text]);
  }
});

test('del: what people type who mean it', async () => {
  for (const word of ['delete', 'remove', 'rm', 'unset']) {
    const { code, stderr } = await runWords([word, 's', 'u'], new FakeHost());
    assert.equal(code, 2);
    assert.match(stderr, /to remove a password: keywire del \[OPTION …\] SERVICE USERNAME\n$/u);
  }
});
