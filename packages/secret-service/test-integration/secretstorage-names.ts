// SecretStorage by its own names: for each public name of the installed version, what it says and
// does beside what ours says and does, on one keyring. A name that the module has and this table
// lacks fails the test, and so does one that the README's table lacks.
// Foreign peer: SecretStorage (Python), on gnome-keyring.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type PythonNames, startPython } from '../../../test-fixtures/src/index.ts';
import {
  type Collection,
  type Item,
  isAvailable,
  isSecretServiceError,
  type SecretService,
} from '../src/index.ts';
import { onGnomeKeyring } from './support/keyrings.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

const PRELUDE = `
import secretstorage, inspect
from secretstorage import *
from secretstorage import util
bus = dbus_init()
kept = {"app": "kept"}
def labelled(label):
  return [c for c in get_all_collections(bus) if c.get_label() == label]
`;

/** Every public name: of the module, of its two classes, and of its session. */
const NAMES = `sorted(set(secretstorage.__all__)
  | {"Collection." + n for n in dir(Collection) if n[0] != "_"}
  | {"Item." + n for n in dir(Item) if n[0] != "_"})`;

interface Stage {
  readonly address: string;
  readonly service: SecretService;
  readonly collection: Collection;
  readonly item: Item;
}

/** Names, what to ask theirs, and what ours says to the same. */
type Row = readonly [names: string, theirs: string, ours: (stage: Stage) => Promise<unknown>];

const seconds = (date: Date | undefined): number => Math.round((date?.getTime() ?? 0) / 1000);
const paths = (objects: readonly { readonly path: string }[]) => objects.map(({ path }) => path);
const base64 = (bytes: Uint8Array) => ({ base64: Buffer.from(bytes).toString('base64') });
const class_ = async (operation: Promise<unknown>): Promise<unknown> =>
  operation.then(
    () => 'nothing',
    (error: unknown) => (isSecretServiceError(error) ? error.name : String(error)),
  );

const ASKING: readonly Row[] = [
  [
    'dbus_init check_service_availability',
    'check_service_availability(bus)',
    ({ address }) => isAvailable({ address }),
  ],
  [
    'get_default_collection',
    // Its path is the alias's there, and the collection's own here.
    'get_default_collection(bus).get_label()',
    async ({ service }) => (await service.defaultCollection()).label(),
  ],
  [
    'get_any_collection',
    'get_any_collection(bus).get_label()',
    async ({ service }) => (await service.anyCollection())?.label(),
  ],
  [
    'get_collection_by_alias',
    'get_collection_by_alias(bus, "default").get_label()',
    async ({ service }) => (await service.collection('default'))?.label(),
  ],
  [
    'get_all_collections',
    '[c.collection_path for c in get_all_collections(bus)]',
    async ({ service }) => paths(await service.collections()),
  ],
  [
    'search_items',
    '[i.item_path for i in search_items(bus, kept)]',
    async ({ service }) => paths((await service.searchItems({ app: 'kept' })).unlocked),
  ],
  [
    'Collection Collection.get_label',
    'collection.get_label()',
    ({ collection }) => collection.label(),
  ],
  ['Collection.is_locked', 'collection.is_locked()', ({ collection }) => collection.isLocked()],
  [
    'Collection.ensure_not_locked',
    'collection.ensure_not_locked()',
    async ({ collection }) => (await collection.ensureNotLocked()) ?? null,
  ],
  [
    'Collection.get_all_items',
    '[i.item_path for i in collection.get_all_items()]',
    async ({ collection }) => paths(await collection.items()),
  ],
  [
    'Collection.search_items',
    '[i.item_path for i in collection.search_items(kept)]',
    async ({ collection }) => paths(await collection.searchItems({ app: 'kept' })),
  ],
  ['Item Item.get_label', 'item.get_label()', ({ item }) => item.label()],
  [
    'Item.get_attributes',
    '{k: v for k, v in item.get_attributes().items() if k != "xdg:schema"}',
    async ({ item }) => Object.fromEntries(await item.attributes()),
  ],
  [
    'Item.get_secret',
    'item.get_secret()',
    async ({ item }) => base64((await item.getSecret()).bytes),
  ],
  [
    'Item.get_secret_content_type',
    'item.get_secret_content_type()',
    async ({ item }) => (await item.getSecret()).contentType,
  ],
  ['Item.get_created', 'item.get_created()', async ({ item }) => seconds(await item.created())],
  ['Item.get_modified', 'item.get_modified()', async ({ item }) => seconds(await item.modified())],
  ['Item.is_locked', 'item.is_locked()', ({ item }) => item.isLocked()],
  [
    'Item.ensure_not_locked',
    'item.ensure_not_locked()',
    async ({ item }) => (await item.ensureNotLocked()) ?? null,
  ],
];

/** Changes: ours makes it and theirs looks, then the other way round. */
const CHANGING: readonly (readonly [
  names: string,
  ours: (stage: Stage) => Promise<unknown>,
  theirs: string,
  look: string,
])[] = [
  [
    'Collection.set_label',
    ({ collection }) => collection.setLabel('ours'),
    'collection.set_label("theirs")',
    'collection.get_label()',
  ],
  [
    'Item.set_label',
    ({ item }) => item.setLabel('ours'),
    'item.set_label("theirs")',
    'item.get_label()',
  ],
  [
    'Item.set_secret',
    ({ item }) => item.setSecret('ours'),
    'item.set_secret(b"theirs")',
    'item.get_secret().decode()',
  ],
  [
    'Item.set_attributes',
    ({ item }) => item.setAttributes({ app: 'kept', by: 'ours' }),
    'item.set_attributes({"app": "kept", "by": "theirs"})',
    'item.get_attributes()["by"]',
  ],
  [
    'Collection.create_item',
    ({ collection }) => collection.createItem('ours', { app: 'made' }, 's', { replace: true }),
    'collection.create_item("theirs", {"app": "made"}, b"s", replace=True)',
    'next(collection.search_items({"app": "made"})).get_label()',
  ],
  [
    'create_collection',
    ({ service }) => service.createCollection('by ours'),
    'create_collection(bus, "by theirs")',
    '"theirs" if labelled("by theirs") else "ours" if labelled("by ours") else "nobody"',
  ],
];

onGnomeKeyring(
  'SecretStorage, name by name',
  { prompter: 'accept' },
  async ({ keyring, address, connect }) => {
    const service = await connect({ hasDisplay: true });
    const item = await service.store('kept', { app: 'kept' }, 'secret');
    const collection = await service.defaultCollection();
    await using python = await startPython(keyring.bus, PRELUDE);
    await python.execute('collection = get_default_collection(bus)');
    await python.execute('item = next(collection.search_items(kept))');
    const seen = new Set<string>();
    const stage = { address, service, collection, item };
    for (const [names, theirs, ours] of ASKING) {
      assert.deepEqual(await ours(stage), await python.evaluate(theirs), names);
      for (const name of names.split(' ')) seen.add(name);
    }
    for (const [names, ours, theirs, look] of CHANGING) {
      await ours(stage);
      assert.equal(await python.evaluate(look), 'ours', names);
      await python.execute(theirs);
      assert.equal(await python.evaluate(look), 'theirs', names);
      seen.add(names);
    }
    await compareLocks(python, stage, seen);
    await compareDeletions(python, stage, seen);
    await compareErrors(python, stage, seen);
    const names = await python.evaluate(NAMES);
    assert.ok(Array.isArray(names) && names.length > 30);
    assert.deepEqual(
      names.filter((name) => !seen.has(name)),
      [],
      'names that no row covers',
    );
    // The README names classes as a whole, and methods with or without their class.
    const missing = names.filter(
      (name) => !README.includes(name) && !README.includes(name.replace(/^\w+\./, '.')),
    );
    assert.deepEqual(
      missing,
      ['Collection', 'Item'].filter((name) => missing.includes(name)),
    );
  },
  ['secretstorage'],
);

async function compareLocks(python: PythonNames, stage: Stage, seen: Set<string>): Promise<void> {
  const { collection, item, service } = stage;
  await collection.lock();
  assert.equal(await python.evaluate('collection.is_locked()'), true);
  // Theirs is true when the prompt was dismissed.
  assert.equal(await python.evaluate('collection.unlock()'), false);
  assert.equal(await collection.isLocked(), false);
  await python.execute('collection.lock()');
  assert.equal(await item.isLocked(), true);
  await item.unlock();
  assert.equal(await python.evaluate('item.is_locked()'), false);
  await service.lock([item]);
  assert.equal(await python.evaluate('item.unlock()'), false);
  assert.equal(await item.isLocked(), false);
  for (const name of ['Collection.lock', 'Collection.unlock', 'Item.unlock']) seen.add(name);
}

async function compareDeletions(
  python: PythonNames,
  { service, collection }: Stage,
  seen: Set<string>,
): Promise<void> {
  const [made] = await collection.searchItems({ app: 'made' });
  await made?.delete();
  assert.equal(await python.evaluate('len(list(collection.search_items({"app": "made"})))'), 0);
  await service.store('l', { app: 'made' }, 's');
  await python.execute('next(collection.search_items({"app": "made"})).delete()');
  assert.deepEqual(await collection.searchItems({ app: 'made' }), []);
  const labelled = async (label: string): Promise<Collection | undefined> => {
    for (const each of await service.collections()) if ((await each.label()) === label) return each;
    return undefined;
  };
  const before = (await service.collections()).length;
  await (await labelled('by ours'))?.delete();
  assert.equal(await python.evaluate('len(list(get_all_collections(bus)))'), before - 1);
  const theirs = [...(await service.collections())].length;
  await python.execute('labelled("by theirs")[0].delete()');
  assert.equal((await service.collections()).length, theirs - 1);
  for (const name of ['Collection.delete', 'Item.delete']) seen.add(name);
}

/** The error cases, each a class of its own on both sides. */
async function compareErrors(
  python: PythonNames,
  { service, collection, item }: Stage,
  seen: Set<string>,
): Promise<void> {
  const raised = async (expression: string): Promise<unknown> => {
    const answer = await python.evaluate(expression);
    return typeof answer === 'object' && answer !== null && 'error' in answer
      ? answer.error
      : answer;
  };
  const absent = `${item.path}0`;
  assert.equal(await raised(`Item(bus, "${absent}").get_label()`), 'ItemNotFoundException');
  assert.equal(await class_(service.itemAt(absent).label()), 'ItemNotFoundError');
  await collection.lock();
  assert.equal(await raised('collection.ensure_not_locked()'), 'LockedException');
  assert.equal(await class_(collection.ensureNotLocked()), 'LockedError');
  assert.equal(await raised('item.get_secret()'), 'LockedException');
  assert.equal(await class_(item.getSecret()), 'LockedError');
  const strict = 'issubclass(SecretServiceNotAvailableException, SecretStorageException)';
  assert.equal(await python.evaluate(strict), true);
  for (const name of [
    'ItemNotFoundException',
    'LockedException',
    'PromptDismissedException',
    'SecretServiceNotAvailableException',
    'SecretStorageException',
  ]) {
    seen.add(name);
  }
}

onGnomeKeyring(
  'SecretStorage: dismissed, and nobody there',
  { prompter: 'dismiss' },
  async ({ keyring, connect }) => {
    const service = await connect({ hasDisplay: true });
    await using python = await startPython(keyring.bus, PRELUDE);
    const theirs = await python.evaluate('create_collection(bus, "l")');
    assert.equal(Reflect.get(Object(theirs), 'error'), 'PromptDismissedException');
    assert.equal(await class_(service.createCollection('l')), 'PromptDismissedError');
    await keyring.kill();
    // The bus may not have told us yet: by the answer to this it has.
    await class_(service.lookup({ app: 'x' }));
    const gone = await python.evaluate('get_default_collection(bus)');
    assert.equal(Reflect.get(Object(gone), 'error'), 'SecretServiceNotAvailableException');
    assert.equal(await class_(service.defaultCollection()), 'ServiceUnavailableError');
    assert.equal(await python.evaluate('check_service_availability(bus)'), false);
  },
  ['secretstorage'],
);
