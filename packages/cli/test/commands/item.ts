import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';
import { MemoryKeyring } from '../support/memory-keyring.ts';

function seeded(): MemoryKeyring {
  const item = (user: string) => ({
    label: `Of ${user}`,
    attributes: new Map([
      ['app', 'demo'],
      ['user', user],
    ]),
    secret: new Uint8Array(),
  });
  return new MemoryKeyring([item('me'), item('you')]);
}

async function said(keyring: MemoryKeyring, ...words: string[]) {
  const { code, stdout, stderr } = await runWords(['item', ...words], new FakeHost({ keyring }));
  return [code, stdout, stderr];
}

test('item label: printed or set, by attributes or by path', async () => {
  const keyring = seeded();
  assert.deepEqual(await said(keyring, 'label', 'user', 'me'), [0, 'Of me\n', '']);
  assert.deepEqual(await said(keyring, 'label', '/collection/test/2'), [0, 'Of you\n', '']);
  assert.deepEqual(await said(keyring, 'label', '--set=New', 'user', 'me'), [0, '', '']);
  assert.equal(keyring.items[0]?.label, 'New');
});

test('item attributes: printed after what was added and taken away', async () => {
  const keyring = seeded();
  const words = ['attributes', '--set=host=h=1', '--set=user=us', '--unset=app', 'user', 'me'];
  assert.deepEqual(await said(keyring, ...words), [0, 'user = us\nhost = h=1\n', '']);
  const json = await said(keyring, 'attributes', '--json', 'user', 'you');
  assert.deepEqual(JSON.parse(String(json[1])).attributes, { app: 'demo', user: 'you' });
  for (const wrong of ['--set=x', '--set==x']) {
    assert.equal((await said(keyring, 'attributes', wrong, 'user', 'you'))[0], 2);
  }
});

test('item delete: one, and never one of several', async () => {
  const keyring = seeded();
  assert.equal((await said(keyring, 'delete', 'app', 'demo'))[0], 7);
  assert.equal(keyring.items.length, 2);
  const deleted = await said(keyring, 'delete', '--json', 'user', 'me');
  assert.deepEqual(deleted, [0, '{"path":"/collection/test/1"}\n', '']);
  assert.deepEqual(await said(keyring, 'delete', 'user', 'me'), [1, '', '']);
  assert.deepEqual(await said(keyring, 'label', 'user', 'me'), [1, '', '']);
  assert.deepEqual(await said(keyring, 'delete', '--json', 'user', 'me'), [
    1,
    '{"path":null}\n',
    '',
  ]);
});

test('item: what is not asked to change is not written', async () => {
  const keyring = seeded();
  const objects = await keyring.objects();
  const changes: boolean[] = [];
  const changeItem = objects.changeItem.bind(objects);
  objects.changeItem = async (selector, change) => {
    changes.push(change.attributes !== undefined);
    return await changeItem(selector, change);
  };
  await said(keyring, 'attributes', 'user', 'me');
  await said(keyring, 'attributes', '--unset=app', 'user', 'me');
  await said(keyring, 'attributes', '--set=a=b', 'user', 'me');
  assert.deepEqual(changes, [false, true, true]);
});

test('item: deleted, silently; on a terminal nothing steers it', async () => {
  const keyring = seeded();
  assert.deepEqual(await said(keyring, 'delete', 'user', 'me'), [0, '', '']);
  assert.equal(keyring.items.length, 1);
  keyring.items[0]?.attributes.set('x', '\u001b[2J');
  const shown = async (terminals: readonly ['stdout'] | readonly []): Promise<string> => {
    const words = ['item', 'attributes', 'user', 'you'];
    return (await runWords(words, new FakeHost({ keyring, terminals }))).stdout;
  };
  assert.match(await shown(['stdout']), /^x = \\x1b\[2J$/mu);
  assert.ok((await shown([])).includes('x = \u001b[2J\n'));
});
