import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { formatIntrospection } from '../../src/objects/introspection-format.ts';
import { parseIntrospection } from '../../src/objects/introspection-parse.ts';
import type { InterfaceDescription } from '../../src/types/interface-description.ts';

const DESCRIPTION: InterfaceDescription = {
  name: 'org.example.I',
  methods: {
    M: { in: 'a{sv}s', out: 'u', inNames: ['p', 'q'], outNames: ['<&">'] },
    Quiet: { in: '', out: '', inNames: [], outNames: [], noReply: true },
  },
  signals: { S: { args: 'o(ii)', argNames: ['', 'pair'] } },
  properties: {
    P: { type: 'as', access: 'readwrite' },
    Q: { type: 'u', access: 'read', emitsChanged: 'false' },
  },
};

test('introspection: what is written reads back the same', () => {
  const xml = formatIntrospection({
    interfaces: [DESCRIPTION],
    nodes: [{ name: 'child', interfaces: [], nodes: [] }],
  });
  const parsed = parseIntrospection(xml);
  assert.deepEqual(parsed.interfaces.at(-1), DESCRIPTION);
  assert.deepEqual(
    parsed.interfaces.map(({ name }) => name.slice(name.lastIndexOf('.') + 1)),
    ['Peer', 'Introspectable', 'Properties', 'I'],
  );
  assert.deepEqual(parsed.nodes, [{ name: 'child', interfaces: [], nodes: [] }]);
});

test('introspection: a node without interfaces has none of the standard ones', () => {
  const xml = formatIntrospection({ name: '/a', interfaces: [], nodes: [] });
  assert.deepEqual(parseIntrospection(xml), { name: '/a', interfaces: [], nodes: [] });
});

test('introspection: what is no node is told', () => {
  // @ts-expect-error what a caller without a compiler may pass
  assert.throws(() => formatIntrospection(null), /^TypeError: node: expected an object, got null$/);
  for (const node of [{}, { interfaces: [] }, { interfaces: {}, nodes: [] }] as unknown[]) {
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => formatIntrospection(node), /^TypeError: node: expected lists/);
  }
});
