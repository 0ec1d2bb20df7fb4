import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';
import { MemoryKeyring } from '../support/memory-keyring.ts';

function twoItems(): MemoryKeyring {
  const items = ['a', 'b'].map((user) => ({
    label: user,
    attributes: new Map([
      ['app', 'demo'],
      ['user', user],
    ]),
    secret: new Uint8Array(),
  }));
  return new MemoryKeyring(items);
}

test('clear: deletes all matches, silently; a second time there is nothing', async () => {
  const keyring = twoItems();
  const host = new FakeHost({ keyring });
  const first = await runWords(['clear', 'app', 'demo', '--collection=default'], host);
  assert.deepEqual([first.code, first.stdout, first.stderr], [0, '', '']);
  assert.deepEqual(keyring.calls, ['clear in default']);
  assert.equal(keyring.items.length, 0);
  assert.equal((await runWords(['clear', 'app', 'demo'], host)).code, 1);
});

test('clear: --json counts', async () => {
  const host = new FakeHost({ keyring: twoItems() });
  const first = await runWords(['clear', '--json', 'app', 'demo'], host);
  assert.deepEqual([first.code, first.stdout], [0, '{"cleared":2}\n']);
  const second = await runWords(['clear', '--json', 'app', 'demo'], host);
  assert.deepEqual([second.code, second.stdout], [1, '{"cleared":0}\n']);
});
