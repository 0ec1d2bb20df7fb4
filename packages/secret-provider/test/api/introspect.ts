import assert from 'node:assert/strict';
import { parseIntrospection } from '@keywire/dbus-wire/introspection';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { introspect, introspectBranch } from '../../src/api/introspect.ts';
import { LOGIN, makeBench } from '../support/bench.ts';

test('an object is described as its tables say', () => {
  const node = parseIntrospection(
    introspect({
      methods: [{ interface: 'a.b', member: 'Do', in: ['s', 'ao'], out: ['o'], run: () => [] }],
      properties: [
        { interface: 'a.b', name: 'Fixed', type: 't', read: () => 0n },
        { interface: 'a.b', name: 'Free', type: 's', read: () => '', write: async () => {} },
      ],
      signals: [{ interface: 'a.b', member: 'Done', args: ['b', 'v'] }],
      children: ['x'],
    }),
  );
  const own = node.interfaces.find(({ name }) => name === 'a.b');
  assert.equal(own?.methods?.['Do']?.in, 'sao');
  assert.equal(own?.methods?.['Do']?.out, 'o');
  assert.equal(own?.properties?.['Fixed']?.access, 'read');
  assert.equal(own?.properties?.['Free']?.access, 'readwrite');
  assert.equal(own?.signals?.['Done']?.args, 'bv');
  assert.deepEqual(
    node.nodes.map(({ name }) => name),
    ['x'],
  );
  assert.ok(node.interfaces.some(({ name }) => name === 'org.freedesktop.DBus.Properties'));
});

test('a branch has no interfaces, only what lies below', () => {
  const node = parseIntrospection(introspectBranch(['a', 'b']));
  assert.deepEqual(node.interfaces, []);
  assert.equal(node.nodes.length, 2);
});

test('one can walk from above the service to each item', async () => {
  const bench = makeBench();
  const method = 'org.freedesktop.DBus.Introspectable.Introspect';
  const walk = async (path: string): Promise<string[]> => {
    const [xml] = await bench.call(path, method);
    const { nodes } = parseIntrospection(String(xml));
    const below = await Promise.all(nodes.map(({ name }) => walk(`${path}/${name}`)));
    return [path, ...below.flat()];
  };
  const paths = await walk('/org');
  assert.ok(paths.includes(`${LOGIN}/2`));
  assert.ok(paths.includes('/org/freedesktop/secrets/aliases/default'));
});
