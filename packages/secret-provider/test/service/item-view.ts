import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { type ProfileName, profileNamed } from '../../src/api/daemon-profiles.ts';
import { GENERIC_SCHEMA, ItemViews } from '../../src/service/item-view.ts';
import { memoryStore } from '../../src/stores/memory.ts';

const SEED = {
  collections: [
    {
      id: 'safe',
      label: 'Safe',
      locked: true,
      items: [
        {
          id: '1',
          label: 'one',
          attributes: { a: '1', 'xdg:schema': 'x.Y' },
          secret: '',
          created: 5,
        },
      ],
    },
  ],
};

function makeViews(profile?: ProfileName) {
  const views = new ItemViews(profileNamed(profile), (text) => `md5 of ${text}`);
  const collection = memoryStore(SEED, () => 9).collection('safe');
  const item = collection?.item('1');
  assert.ok(collection !== undefined && item !== undefined);
  return { views, collection, item };
}

const SCHEMA = new Map([
  ['a', '1'],
  ['xdg:schema', 'x.Y'],
]);

test('by default a locked item is there, and shown as it is', () => {
  const { views, collection, item } = makeViews();
  assert.deepEqual(views.visible(collection), [item]);
  assert.equal(views.show(collection, item), item);
  assert.equal(views.matches(collection, item, SCHEMA), true);
  assert.equal(views.matches(collection, item, new Map()), true);
  assert.equal(views.matches(collection, item, new Map([['a', '2']])), false);
});

test('GNOME Keyring hashes what was never opened, and finds no schema there', () => {
  const { views, collection, item } = makeViews('gnome-keyring');
  assert.deepEqual(views.show(collection, item), {
    label: '',
    attributes: new Map([
      ['gkr:compat:hashed:a', 'md5 of 1'],
      ['gkr:compat:hashed:xdg:schema', 'md5 of x.Y'],
      ['xdg:schema', GENERIC_SCHEMA],
    ]),
    created: 0,
    modified: 0,
  });
  assert.equal(views.matches(collection, item, new Map([['a', '1']])), true);
  assert.equal(views.matches(collection, item, SCHEMA), false);
  views.opened('safe');
  assert.equal(views.show(collection, item), item);
  assert.equal(views.matches(collection, item, SCHEMA), true);
});

test('KeePassXC hides items while locked, finds nothing for {}, and adds fields', async () => {
  const { views, collection, item } = makeViews('keepassxc');
  views.opened('safe');
  assert.equal(views.hides(collection), true);
  assert.deepEqual(views.visible(collection), []);
  await collection.unlock(undefined);
  assert.equal(views.hides(collection), false);
  assert.equal(views.matches(collection, item, new Map()), false);
  const fields = [
    ['Title', 'one'],
    ['UserName', ''],
    ['URL', ''],
    ['Notes', ''],
    ['Uuid', '1'],
    ['Path', '/one'],
  ] as const;
  assert.deepEqual(
    views.show(collection, item).attributes,
    new Map([...fields, ...item.attributes]),
  );
  const binary = { ...item, contentType: 'application/octet-stream' };
  const shown = views.show(collection, binary).attributes;
  assert.equal(shown.get('FDO_SECRETS_CONTENT_TYPE'), 'application/octet-stream');
  assert.equal(views.matches(collection, item, new Map([fields[0]])), true);
  const plain = makeViews('kwallet');
  assert.equal(plain.views.matches(plain.collection, plain.item, new Map([fields[0]])), false);
});
