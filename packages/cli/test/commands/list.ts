import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';
import { MemoryKeyring } from '../support/memory-keyring.ts';

function keyring(): MemoryKeyring {
  const secret = new TextEncoder().encode('hunter2');
  return new MemoryKeyring([
    {
      label: 'First\u001b[2J\nline',
      attributes: new Map([
        ['user', 'u'],
        ['app', 'demo'],
      ]),
      secret,
    },
    { label: '', attributes: new Map(), secret, withheld: 'locked' },
  ]);
}

test('list: one line each, attributes in order, control characters escaped', async () => {
  const shown = await runWords(['list'], new FakeHost({ keyring: keyring() }));
  assert.equal(shown.code, 0);
  assert.equal(
    shown.stdout,
    [
      'test: Test (default, unlocked, 2 items)',
      '  First\\x1b[2J\\x0aline',
      '    app = demo',
      '    user = u',
      '  (no label) (locked)',
      '',
    ].join('\n'),
  );
});

test('list: never a secret, in JSON neither; colours only where they are shown', async () => {
  const host = new FakeHost({ keyring: keyring(), isColoured: true });
  const shown = await runWords(['list'], host);
  assert.ok(shown.stdout.startsWith('\u001b[1mtest: Test\u001b[22m (default'));
  const json = await runWords(['list', '--json', '--collection=test'], host);
  assert.doesNotMatch(shown.stdout + json.stdout, /hunter2/u);
  const [collection] = JSON.parse(json.stdout).collections;
  assert.deepEqual(
    [collection.path, collection.label, collection.default, collection.locked],
    ['/collection/test', 'Test', true, false],
  );
  assert.deepEqual(collection.items[0].attributes, { user: 'u', app: 'demo' });
  assert.equal(collection.items[1].locked, true);
});

test('list: one collection, one item, locked, and no default', async () => {
  const one = keyring();
  one.items.pop();
  const list = one.list.bind(one);
  one.list = async (scope) =>
    (await list(scope)).map((each) => ({ ...each, isDefault: false, isLocked: true }));
  const host = new FakeHost({ keyring: one });
  const { stdout } = await runWords(['list', '--collection=work'], host);
  assert.equal(stdout.split('\n')[0], 'test: Test (locked, 1 item)');
  assert.deepEqual(one.calls, ['list in work']);
});
