import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';
import { MemoryKeyring } from '../support/memory-keyring.ts';

const keyring = new MemoryKeyring();

async function said(...words: string[]): Promise<readonly [number, string, string]> {
  const host = new FakeHost({ keyring, terminals: ['stderr'] });
  const { code, stdout, stderr } = await runWords(['collection', ...words], host);
  return [code, stdout, stderr];
}

test('collection: made, named, labelled, deleted', async () => {
  assert.deepEqual(await said('create', 'Work', '--alias=w'), [0, '/collection/work\n', '']);
  assert.deepEqual(await said('label', 'work'), [0, 'Work\n', '']);
  assert.deepEqual(await said('label', 'w', 'Job'), [0, '', '']);
  assert.deepEqual(await said('label', '--json', 'w'), [0, '{"label":"Job"}\n', '']);
  assert.deepEqual(await said('delete', '--json', 'work'), [
    0,
    '{"path":"/collection/work"}\n',
    '',
  ]);
  assert.equal((await said('delete', 'work'))[0], 1);
});

test('collection alias: read, set, taken away', async () => {
  assert.deepEqual(await said('alias', 'default'), [0, '/collection/test\n', '']);
  assert.deepEqual(await said('alias', 'mine', 'test'), [0, '', '']);
  assert.deepEqual(await said('alias', '--json', 'mine'), [0, '{"path":"/collection/test"}\n', '']);
  assert.deepEqual(await said('alias', '--remove', 'mine'), [0, '', '']);
  const [code, stdout, stderr] = await said('alias', 'mine');
  assert.deepEqual([code, stdout], [1, '']);
  assert.match(stderr, /stands for no collection/u);
  assert.deepEqual(await said('alias', '--json', 'mine'), [1, '{"path":null}\n', '']);
  assert.equal((await said('alias', '--remove', 'mine', 'test'))[0], 2);
});

test('collection: wrong forms are answered with the right one', async () => {
  for (const words of [['create'], ['delete'], ['label'], ['alias'], ['alias', 'a', 'b', 'c']]) {
    const [code, , stderr] = await said(...words);
    assert.equal(code, 2);
    assert.match(stderr, new RegExp(`; to [^\n]*: keywire collection ${words[0]} `, 'u'));
  }
});

test('collection: --json of what was made; a label steers no terminal', async () => {
  assert.deepEqual(await said('create', '--json', 'Steer'), [
    0,
    '{"path":"/collection/steer"}\n',
    '',
  ]);
  await said('label', 'steer', '\u001b[2J');
  const words = ['collection', 'label', 'steer'];
  const terminals = ['stdout'] as const;
  assert.equal((await runWords(words, new FakeHost({ keyring, terminals }))).stdout, '\\x1b[2J\n');
  assert.equal((await runWords(words, new FakeHost({ keyring }))).stdout, '\u001b[2J\n');
  assert.deepEqual(await said('alias', '--remove', '--json', 'mine'), [0, '{"path":null}\n', '']);
});
