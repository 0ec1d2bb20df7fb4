import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { FakeHost, type FakeHostParts, runWords, type Shown } from '../support/fake-host.ts';
import { MemoryPasswords } from '../support/memory-passwords.ts';

async function set(
  parts: FakeHostParts,
  ...options: string[]
): Promise<Shown & { texts: readonly string[]; host: FakeHost }> {
  const passwords = new MemoryPasswords();
  const host = new FakeHost({ passwords, ...parts });
  const shown = await runWords(['set', ...options, 's', 'u'], host);
  return { ...shown, texts: passwords.texts, host };
}

test('set: one final newline is dropped, and no more; nothing is said; wiped', async () => {
  for (const [stdin, stored] of [
    ['p', 'p'],
    ['p\n', 'p'],
    ['p\n\n', 'p\n'],
  ] as const) {
    const { code, stdout, stderr, texts, host } = await set({ stdin });
    assert.deepEqual([code, stdout, stderr, texts], [0, '', '', [`s u ${stored}`]]);
    assert.ok(host.handedOut.every((bytes) => bytes.every((byte) => byte === 0)));
  }
});

// @rule cli/no-empty-by-accident
test('set: nothing from a pipe or a file is no password', async () => {
  for (const parts of [{ stdin: '' }, { stdin: '\n' }]) {
    const { code, stderr, texts } = await set(parts);
    assert.deepEqual([code, texts], [2, []]);
    assert.equal(stderr, 'keywire: set: the password read is empty, and is not stored\n');
  }
  assert.equal((await set({ files: { '/f': '\n' } }, '--file=/f')).code, 2);
});

test('set: from a file; typed, as it is typed; never when stdin is /dev/null', async () => {
  assert.deepEqual((await set({ files: { '/f': 'x\n' } }, '--file=/f')).texts, ['s u x']);
  const typed = await set({ stdinKind: 'terminal', typed: 'typed' });
  assert.deepEqual(typed.texts, ['s u typed']);
  assert.deepEqual(typed.host.log, ['openPasswords', "readHidden Password for 'u' in 's': "]);
  const nothing = await set({ stdinKind: 'nothing' });
  assert.deepEqual([nothing.code, nothing.texts, nothing.host.log], [2, [], []]);
});

test('set: --json; a secret on the command line is refused and not repeated', async () => {
  assert.equal((await set({ stdin: 'p' }, '--json')).stdout, '{"stored":true}\n');
  const { code, stderr } = await runWords(['set', 's', 'u', 'hunter2'], new FakeHost());
  assert.equal(code, 2);
  assert.match(stderr, /to store a password: keywire set/u);
  assert.doesNotMatch(stderr, /hunter2/u);
});
