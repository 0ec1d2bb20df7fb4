import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { type ProfileName, profileNamed } from '../../src/api/daemon-profiles.ts';
import {
  ITEM_ATTRIBUTES_PROPERTY,
  ITEM_LABEL_PROPERTY,
  ITEM_TYPE_PROPERTY,
} from '../../src/api/names.ts';
import { Refusal } from '../../src/api/refusal.ts';
import {
  describe,
  freeItemId,
  newItem,
  replaced,
  type WantedItem,
} from '../../src/objects/wanted-item.ts';
import { ItemViews } from '../../src/service/item-view.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import type { StoredCollection } from '../../src/stores/store.ts';
import { NOW, SEED } from '../support/bench.ts';

function login(): StoredCollection {
  const collection = memoryStore(SEED, () => NOW).collection('login');
  assert.ok(collection !== undefined);
  return collection;
}

function wanted(attributes: Readonly<Record<string, string>>, contentType = ''): WantedItem {
  return {
    label: 'new',
    attributes: new Map(Object.entries(attributes)),
    content: { secret: Uint8Array.of(1), contentType },
    replace: true,
  };
}

test('what a client wants is read; what is no property is refused, or skipped', () => {
  const given = new Map<string, Variant>([
    [ITEM_LABEL_PROPERTY, new Variant('s', 'L')],
    [ITEM_ATTRIBUTES_PROPERTY, new Variant('a{ss}', new Map([['a', '1']]))],
    ['org.example.Other', new Variant('s', '')],
  ]);
  assert.throws(() => describe(profileNamed(undefined), given), Refusal);
  const { label, attributes } = describe(profileNamed('kwallet'), given);
  assert.deepEqual([label, [...attributes]], ['L', [['a', '1']]]);
  assert.deepEqual(describe(profileNamed(undefined), new Map()), {
    label: '',
    attributes: new Map(),
  });
});

test('what a daemon makes of a type, of a title, and of a byte order mark', () => {
  const given = new Map<string, Variant>([
    [ITEM_LABEL_PROPERTY, new Variant('s', '\ufeffL')],
    [ITEM_ATTRIBUTES_PROPERTY, new Variant('a{ss}', new Map([['\ufeffTitle', '\ufeffT']]))],
    [ITEM_TYPE_PROPERTY, new Variant('s', 'o.T')],
  ]);
  for (const [name, label, ...attributes] of [
    [undefined, '\ufeffL', ['\ufeffTitle', '\ufeffT']],
    ['gnome-keyring', '\ufeffL', ['\ufeffTitle', '\ufeffT'], ['xdg:schema', 'o.T']],
    ['kwallet', 'L', ['Title', 'T']],
    ['keepassxc', 'T'],
  ] as const) {
    const described = describe(profileNamed(name), given);
    assert.deepEqual([described.label, ...described.attributes], [label, ...attributes], name);
  }
  const attributes = new Variant('a{ss}', new Map([['xdg:schema', 'o.S']]));
  const both = describe(
    profileNamed('gnome-keyring'),
    given.set(ITEM_ATTRIBUTES_PROPERTY, attributes),
  );
  assert.deepEqual([...both.attributes], [['xdg:schema', 'o.S']]);
});

// @rule provider/exact-replace
test('which item gives way: the same attributes, or what a daemon takes for them', () => {
  const at = (name: ProfileName | undefined) => {
    const profile = profileNamed(name);
    return { profile, views: new ItemViews(profile, (text) => text) };
  };
  const old = (name: ProfileName | undefined, ...want: Parameters<typeof wanted>) =>
    replaced(at(name), login(), wanted(...want))?.id;
  assert.equal(old(undefined, { a: '1' }), '1');
  assert.equal(old(undefined, { b: '2' }), undefined);
  assert.equal(old('gnome-keyring', { a: '1' }), '2');
  assert.equal(old('kwallet', { b: '2' }), '2');
  assert.equal(old('oo7', { a: '1' }), undefined);
  assert.equal(old('oo7', { a: '1' }, 'x/y; z=1'), '1');
  const added = { ...wanted({ a: '1' }), replace: false };
  assert.equal(replaced(at(undefined), login(), added), undefined);
});

test('what is made: in the place of the old one, or under the next number', () => {
  const collection = login();
  const [old] = collection.items();
  const make = (name: ProfileName | undefined) =>
    newItem({ profile: profileNamed(name), clock: () => 7 }, collection, wanted({ a: '1' }), old);
  assert.equal(freeItemId(collection), '3');
  const ids = ['999999999999999', '1000000000000000'];
  const { items } = SEED.collections[0] ?? { items: [] };
  const seed = { id: 'x', label: 'x', items: ids.map((id) => ({ ...items[0], id })) };
  const full = memoryStore({ collections: [seed] }).collection('x');
  assert.ok(full !== undefined);
  assert.equal(freeItemId(full), '1000000000000001');
  assert.deepEqual([make(undefined).id, make(undefined).label], ['1', 'new']);
  assert.deepEqual([make(undefined).created, make(undefined).modified], [old?.created, 7]);
  assert.deepEqual([make('kwallet').label, make('kwallet').created], ['one', 7]);
  assert.equal(make('oo7').id, '3');
});
