import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { PASSWORD_COMMANDS } from '../../src/table/passwords.ts';

test('each command loads, and has an example', async () => {
  assert.deepEqual(
    PASSWORD_COMMANDS.map(({ name }) => name),
    ['get', 'set', 'del', 'exec', 'backends', 'migrate'],
  );
  for (const command of PASSWORD_COMMANDS) {
    assert.equal(typeof (await command.load()), 'function');
    assert.ok(command.examples.length > 0);
  }
});

test('migrate names its schemes by --from and --to alone, and has no group', () => {
  const { options = [] } = PASSWORD_COMMANDS.find(({ name }) => name === 'migrate') ?? {};
  const names = options.map(({ name }) => name);
  assert.deepEqual(names.slice(0, 2), ['from', 'to']);
  assert.ok(names.includes('backend'));
  assert.deepEqual([names.includes('scheme'), names.includes('group')], [false, false]);
});

test('the help of set says what becomes of the final newline', () => {
  const [text = ''] = PASSWORD_COMMANDS.find(({ name }) => name === 'set')?.description ?? [];
  assert.match(text, /one newline at its end is dropped/u);
});
