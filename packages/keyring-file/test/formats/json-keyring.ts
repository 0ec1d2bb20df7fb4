import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { formatJsonKeyring, parseJsonKeyring } from '../../src/formats/json-keyring.ts';
import { KeyringItem } from '../../src/item.ts';
import { throwsCode } from '../support/codes.ts';
import { surviveDamage } from '../support/fuzz.ts';
import { text, utf8 } from '../support/memory-io.ts';

const parse = (value: unknown) => parseJsonKeyring(utf8(JSON.stringify(value)), 77);
const withItem = (item: unknown) => parse({ collections: [{ id: 'c', items: [item] }] });

const example = {
  collections: [
    {
      id: 'keyring',
      label: 'L',
      items: [
        {
          id: 'one',
          label: 'Läbel',
          attributes: { a: '1' },
          secret: 'ü\n',
          contentType: 'text/plain',
          created: 1,
          modified: 2,
        },
        {
          id: 'two',
          label: '',
          attributes: {},
          secretBase64: '/wAB',
          contentType: 'application/octet-stream',
          created: 3,
          modified: 4,
        },
      ],
    },
  ],
};

test('what is exported is imported, and the other way round', () => {
  const keyring = parse(example);
  assert.equal(keyring.format, 'json');
  assert.equal(keyring.label, 'L');
  assert.deepEqual(
    keyring.items.map((item) => Buffer.from(item.readSecret()).toString('hex')),
    ['c3bc0a', 'ff0001'],
  );
  const formatted = formatJsonKeyring({ label: keyring.label, items: keyring.items });
  assert.deepEqual(JSON.parse(formatted), example);
  assert.ok(formatted.endsWith('}\n'));
  const aliased = formatJsonKeyring({ aliases: ['default'], items: [] });
  assert.deepEqual(JSON.parse(aliased).collections[0].aliases, ['default']);
  assert.deepEqual(parseJsonKeyring(utf8(aliased), 77).items, []);
});

test('text that is not UTF-8 goes as base64, and an id is fit for an object path', () => {
  const keyring = withItem({ id: 'x', secretBase64: '/w==' });
  const { collections } = JSON.parse(
    formatJsonKeyring({ id: 'my keyring/ü', items: keyring.items }),
  );
  assert.equal(collections[0].id, 'my_keyring__');
  assert.equal(collections[0].label, 'my keyring/ü');
  assert.equal(collections[0].items[0].secretBase64, '/w==');
});

test('what is no text by its content type goes as base64, and nothing of it stays in memory', () => {
  const read: Uint8Array[] = [];
  const fields = { label: '', attributes: new Map(), created: 1, modified: 1 };
  const item = new KeyringItem('1', { ...fields, contentType: 'application/json' }, () => {
    const secret = utf8('{}');
    read.push(secret);
    return secret;
  });
  const [written] = JSON.parse(formatJsonKeyring({ items: [item] })).collections[0].items;
  assert.deepEqual([written.secret, written.secretBase64], [undefined, 'e30=']);
  assert.deepEqual(read, [new Uint8Array(2)]);
});

test('only a secret is required; several collections become one list', () => {
  const keyring = parse({
    version: 1,
    collections: [{ items: [{ secret: 'a' }] }, {}, { items: [{ secret: 'b', created: 5 }] }],
  });
  assert.deepEqual(
    keyring.items.map((item) => [
      item.id,
      item.label,
      item.created,
      item.modified,
      text(item.readSecret()),
    ]),
    [
      ['1', '', 77, 77, 'a'],
      ['2', '', 5, 5, 'b'],
    ],
  );
});

// @rule file/json-one-secret
test('an item has exactly one secret, of a sound form', () => {
  for (const item of [
    {},
    { secret: 'a', secretBase64: 'YQ==' },
    { secret: 5 },
    { secret: null },
    { secretBase64: 'YQ' },
    { secretBase64: 'Y Q=' },
    { secretBase64: '====' },
    { secretBase64: 7 },
  ]) {
    throwsCode('malformed', () => withItem(item));
  }
});

test('values of other types are refused', () => {
  for (const value of [
    null,
    [],
    5,
    {},
    { collections: {} },
    { collections: [5] },
    { collections: [{ items: {} }] },
    { collections: [{ label: 5 }] },
  ]) {
    throwsCode('malformed', () => parse(value));
  }
  for (const item of [
    null,
    { secret: '', attributes: [] },
    { secret: '', attributes: { a: 1 } },
    { secret: '', label: 1 },
    { secret: '', id: 1 },
    { secret: '', created: '1' },
    { secret: '', contentType: 1 },
  ]) {
    throwsCode('malformed', () => withItem(item));
  }
  throwsCode('invalid-item', () => withItem({ secret: '', modified: -1 }));
});

test('an attribute called __proto__ is an attribute', () => {
  const json = '{"collections":[{"items":[{"secret":"","attributes":{"__proto__":"x"}}]}]}';
  const keyring = parseJsonKeyring(utf8(json), 1);
  assert.deepEqual([...(keyring.items[0]?.attributes ?? [])], [['__proto__', 'x']]);
  assert.match(formatJsonKeyring({ items: keyring.items }), /"__proto__": "x"/u);
});

// @rule file/json-readable
test('what could not be read again is not written', () => {
  const fields = { attributes: new Map([['a', '1']]), contentType: 'text/plain' };
  const times = { created: 1, modified: 1 };
  for (const label of ['a\0', '\ud800']) {
    const item = new KeyringItem('1', { ...fields, ...times, label }, () => new Uint8Array(1));
    throwsCode('invalid-item', () => formatJsonKeyring({ items: [item] }));
  }
});

// @rule file/ids-differ
test('items of several collections have ids of their own, with and without one given', () => {
  const items = (...ids: readonly (string | undefined)[]): object => ({
    items: ids.map((id) => ({ id, secret: '' })),
  });
  const { items: read } = parse({
    collections: [items(undefined, 'x'), items(undefined, 'x'), items('3', 'x_2', 'x')],
  });
  assert.deepEqual(
    read.map(({ id }) => id),
    ['1', 'x', '3', 'x_3', '3_2', 'x_2', 'x_4'],
  );
});

// @rule file/item-limit
test('more items than a keyring may have are refused before any is made', () => {
  const json = (list: string): Uint8Array => utf8(`{"collections":[${list}]}`);
  const many = '{},'.repeat(100_000);
  throwsCode('too-large', () => parseJsonKeyring(json(`${many}{}`), 1));
  // Items without a secret are malformed, one by one: the count comes first.
  throwsCode('too-large', () => parseJsonKeyring(json(`{"items":[${many}{}]}`), 1));
  throwsCode('malformed', () => parseJsonKeyring(json(`{"items":[${many.slice(0, -1)}]}`), 1));
});

// @rule file/json-values
test('more values than items and attributes need are refused before any is made', () => {
  const root = (rest: string): Uint8Array => utf8(`{"collections":[],"x":${rest}}`);
  // The opening brace and bracket, and the comma behind them, count too.
  const most = 4_000_000 - 3;
  const zeros = `[${'0,'.repeat(most - 1)}0]`;
  assert.deepEqual(parseJsonKeyring(root(zeros), 1).items, []);
  throwsCode('too-large', () => parseJsonKeyring(root(zeros.replace('0', '0,0')), 1));
  throwsCode('too-large', () => parseJsonKeyring(utf8('['.repeat(4_000_001)), 1));
  throwsCode('too-large', () => parseJsonKeyring(utf8('{'.repeat(4_000_001)), 1));
  // What stands in a string is none, also behind an escaped quote; what stands behind it is.
  const commas = ','.repeat(4_000_001);
  parseJsonKeyring(root(`"${commas}"`), 1);
  parseJsonKeyring(root(String.raw`"\\\"${commas}\\"`), 1);
  throwsCode('too-large', () => parseJsonKeyring(root(String.raw`["\"\\"${commas}]`), 1));
});

// @rule file/base64-size
test('a secret in base64 is of any size up to the limit, and counted before it is decoded', () => {
  for (const size of [0, 1, 2, 3, 3071, 3072, 3073, 10_000]) {
    const secretBase64 = Buffer.from(Array.from({ length: size }, (_, at) => at % 251)).toString(
      'base64',
    );
    const { items } = withItem({ secretBase64, contentType: 'application/octet-stream' });
    assert.equal(items[0]?.readSecret().length, size);
    const [written] = JSON.parse(formatJsonKeyring({ items })).collections[0].items;
    assert.equal(written.secretBase64, secretBase64);
  }
  const most = 'AAAA'.repeat((16 * 1024 * 1024 - 1) / 3);
  const { atob } = globalThis;
  let decoded = 0;
  globalThis.atob = (text) => {
    decoded += 1;
    return atob(text);
  };
  try {
    assert.equal(withItem({ secretBase64: `${most}AA==` }).items.length, 1);
    throwsCode('too-large', () => withItem({ secretBase64: `${most}AAA=` }));
    throwsCode('too-large', () => withItem({ secretBase64: `${most}AAAA` }));
    assert.equal(decoded, 1);
  } finally {
    globalThis.atob = atob;
  }
});

// @rule file/item-limit
// @rule file/attribute-limit
test('what could not be read again for its number is not written', () => {
  const item = (attributes: ReadonlyMap<string, string>): KeyringItem => {
    const fields = { label: '', contentType: 'text/plain', created: 1, modified: 1 };
    return new KeyringItem('1', { ...fields, attributes }, () => new Uint8Array(0));
  };
  const half = item(new Map(Array.from({ length: 500_001 }, (_, at) => [`${at}`, ''])));
  throwsCode('too-large', () => formatJsonKeyring({ items: [half, half] }));
  const empty = item(new Map());
  throwsCode('too-large', () => formatJsonKeyring({ items: Array(100_001).fill(empty) }));
});

// @rule file/json-version
test('a future version is refused', () => {
  throwsCode('unsupported-version', () => parse({ version: 2, collections: [] }));
  throwsCode('unsupported-version', () => parse({ version: 2 }));
});

test("another program's JSON is not taken for a newer form", () => {
  throwsCode('malformed', () => parse({ name: 'my-app', version: '1.0.0' }));
  throwsCode('malformed', () => parse({ version: '1', collections: [] }));
});

test('what is no JSON is refused without quoting it', () => {
  assert.throws(
    () => parseJsonKeyring(utf8('{"secret": "hunter2" oops'), 1),
    (error: Error) => !`${error.stack}${error.cause}`.includes('hunter2'),
  );
  throwsCode('malformed', () => parseJsonKeyring(Uint8Array.of(0x7b, 0xff), 1));
});

test('damaged bytes are refused with a typed error', () => {
  surviveDamage(utf8(JSON.stringify(example)), (bytes) => parseJsonKeyring(bytes, 1));
});
