import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isSeedError, parseSeed, SeedError } from '../../src/stores/seed.ts';

const ITEM = { id: 'a', label: 'A', attributes: { k: 'v' }, secret: 'ä' };
const COLLECTION = { id: 'c', label: 'C', items: [ITEM] };

test('a seed is read whole', () => {
  const seed = parseSeed({
    collections: [
      {
        ...COLLECTION,
        aliases: ['default'],
        locked: true,
        prompt: { answer: 'dismiss', delayMs: 20 },
        items: [
          ITEM,
          {
            id: 'b',
            label: '',
            secretBase64: 'AP8=',
            contentType: 'x/y',
            created: 1,
            modified: 2,
          },
        ],
      },
      { id: 'd', label: 'D', prompt: 'never', items: [] },
    ],
  });
  const [first, second] = seed.collections;
  assert.deepEqual(first?.aliases, ['default']);
  assert.deepEqual([first?.locked, first?.prompt], [true, { answer: 'dismiss', delayMs: 20 }]);
  assert.deepEqual(first?.items[0]?.secret, new TextEncoder().encode('ä'));
  assert.deepEqual(first?.items[1], {
    id: 'b',
    label: '',
    attributes: new Map(),
    secret: new Uint8Array([0, 255]),
    contentType: 'x/y',
    created: 1,
    modified: 2,
  });
  assert.equal(second?.prompt?.answer, 'never');
});

const INVALID: readonly [name: string, seed: unknown, place: RegExp][] = [
  ['no object', [], /^seed: expected an object/u],
  ['null', null, /^seed:/u],
  ['no collections', {}, /^collections: expected an array/u],
  ['a stranger', { collections: [], x: 1 }, /"x"/u],
  ['an id that is no path element', { collections: [{ ...COLLECTION, id: 'a/b' }] }, /\[0\]\.id/u],
  ['no label', { collections: [{ id: 'c', items: [] }] }, /\[0\]\.label/u],
  ['two of an id', { collections: [COLLECTION, COLLECTION] }, /each id once, got "c"/u],
  [
    'two of an item id',
    { collections: [{ ...COLLECTION, items: [ITEM, ITEM] }] },
    /items: expected each id once/u,
  ],
  [
    'two of an alias',
    {
      collections: [
        { ...COLLECTION, aliases: ['x'] },
        { ...COLLECTION, id: 'd', aliases: ['x'] },
      ],
    },
    /each alias once/u,
  ],
  ['a lock that is no boolean', { collections: [{ ...COLLECTION, locked: 1 }] }, /\.locked/u],
  ['an unknown prompt', { collections: [{ ...COLLECTION, prompt: 'maybe' }] }, /\.prompt/u],
  [
    'a negative delay',
    { collections: [{ ...COLLECTION, prompt: { answer: 'accept', delayMs: -1 } }] },
    /delayMs/u,
  ],
  [
    'two secrets',
    { collections: [{ ...COLLECTION, items: [{ ...ITEM, secretBase64: '' }] }] },
    /either "secret" or "secretBase64"/u,
  ],
  [
    'base64 without padding',
    { collections: [{ ...COLLECTION, items: [{ id: 'a', label: '', secretBase64: 'AP8' }] }] },
    /secretBase64/u,
  ],
  [
    'an attribute that is no text',
    { collections: [{ ...COLLECTION, items: [{ ...ITEM, attributes: { k: 1 } }] }] },
    /attributes\.k/u,
  ],
];
for (const [name, seed, place] of INVALID) {
  test(`refuses ${name}, and says where`, () => {
    assert.throws(
      () => parseSeed(seed),
      (error) => {
        assert.ok(error instanceof SeedError);
        assert.equal(error.code, 'seed-invalid');
        assert.match(error.message, place);
        return true;
      },
    );
  });
}

test('what no message could carry, and no timer count, is refused', () => {
  const seed = (collection: object, item: object = {}) => ({
    collections: [{ ...COLLECTION, items: [{ ...ITEM, ...item }], ...collection }],
  });
  for (const [document, place] of [
    [seed({ label: 'x\ud800' }), 'collections[0].label'],
    [seed({}, { label: 'x\0' }), 'collections[0].items[0].label'],
    [seed({}, { contentType: 'a/\0' }), 'collections[0].items[0].contentType'],
    [seed({}, { attributes: { k: '\udfff' } }), 'collections[0].items[0].attributes.k'],
    [seed({}, { attributes: { 'k\0': 'v' } }), 'collections[0].items[0].attributes'],
    [seed({ prompt: { answer: 'accept', delayMs: 2 ** 31 } }), 'collections[0].prompt.delayMs'],
  ] as const) {
    assert.throws(
      () => parseSeed(document),
      (error: unknown) => error instanceof SeedError && error.message.startsWith(`${place}: `),
    );
  }
});

test('a SeedError is told by its name and code, also one of another copy', () => {
  const foreign = Object.assign(new Error('x'), { name: 'SeedError', code: 'x' });
  const values = [new SeedError('x'), foreign, new Error('x'), 'x'];
  assert.deepEqual(values.map(isSeedError), [true, true, false, false]);
});
