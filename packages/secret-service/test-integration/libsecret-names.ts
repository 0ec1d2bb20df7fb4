// libsecret by its own names, through its introspection: what it says and does beside what ours says
// and does, on one keyring. Every public method of the installed version has to be in the table
// below, with what is ours, or why there is nothing; and in the README's.
// Foreign peer: libsecret (through Python's GObject introspection), on gnome-keyring.

import assert from 'node:assert/strict';
import { startPython } from '../../../test-fixtures/src/index.ts';
import {
  type Collection,
  clearPassword,
  GENERIC_SCHEMA,
  type Item,
  lookupPassword,
  NETWORK_PASSWORD_SCHEMA,
  NOTE_SCHEMA,
  SCHEMA_ATTRIBUTE,
  type SecretService,
  schema,
  searchPasswords,
  storePassword,
} from '../src/index.ts';
import { onGnomeKeyring } from './support/keyrings.ts';

const PRELUDE = `
import gi, re
gi.require_version("Secret", "1")
from gi.repository import Secret
STRING, INTEGER, BOOLEAN = (Secret.SchemaAttributeType.STRING,
  Secret.SchemaAttributeType.INTEGER, Secret.SchemaAttributeType.BOOLEAN)
LOGIN = Secret.Schema.new("org.example.Login", Secret.SchemaFlags.NONE,
  {"host": STRING, "port": INTEGER, "tls": BOOLEAN})
LOOSE = Secret.Schema.new("org.example.Loose", Secret.SchemaFlags.DONT_MATCH_NAME, {"host": STRING})
ANY = Secret.Schema.new("org.freedesktop.Secret.Generic", Secret.SchemaFlags.DONT_MATCH_NAME,
  {"app": STRING})
login = {"host": "theirs", "port": "443", "tls": "true"}
ALL = Secret.SearchFlags.ALL | Secret.SearchFlags.UNLOCK | Secret.SearchFlags.LOAD_SECRETS
def at(alias):
  # A new service: it would show what it read before.
  Secret.Service.disconnect()
  fresh = Secret.Service.get_sync(Secret.ServiceFlags.OPEN_SESSION, None)
  return Secret.Collection.for_alias_sync(fresh, alias, Secret.CollectionFlags.LOAD_ITEMS, None)
def found():
  return at("default").search_sync(None, {"app": "x"}, ALL, None)[0]
def methods():
  found = set()
  for owner in ("Collection", "Item", "Prompt", "Retrievable", "Schema", "Service", "Value"):
    for method in getattr(Secret, owner).__info__.get_methods():
      found.add(owner + "." + re.sub("(_finish|_sync)$", "", method.get_name()))
  for name in dir(Secret):
    if name.startswith("password_") or name == "get_schema":
      found.add(re.sub("(_nonpageable)?(_binary)?(_finish|_sync)?$", "", name))
  return sorted(found)
`;

/** What is ours for each method; after a dash, why there is nothing to have. */
const OURS: Readonly<Record<string, string>> = {
  'Collection.create': 'service.createCollection',
  'Collection.delete': 'collection.delete',
  'Collection.for_alias': 'service.collection',
  'Collection.get_created': 'collection.created',
  'Collection.get_flags': '- nothing is loaded ahead',
  'Collection.get_items': 'collection.items',
  'Collection.get_label': 'collection.label',
  'Collection.get_locked': 'collection.isLocked',
  'Collection.get_modified': 'collection.modified',
  'Collection.get_service': '- the caller has it',
  'Collection.load_items': 'collection.items',
  'Collection.refresh': '- nothing is cached',
  'Collection.search': 'collection.searchItems',
  'Collection.set_label': 'collection.setLabel',
  'Item.create': 'collection.createItem',
  'Item.delete': 'item.delete',
  'Item.get_attributes': 'item.attributes',
  'Item.get_created': 'item.created',
  'Item.get_flags': '- nothing is loaded ahead',
  'Item.get_label': 'item.label',
  'Item.get_locked': 'item.isLocked',
  'Item.get_modified': 'item.modified',
  'Item.get_schema_name': 'item.attributes',
  'Item.get_secret': 'item.getSecret',
  'Item.get_service': '- the caller has it',
  'Item.load_secret': 'item.getSecret',
  'Item.load_secrets': 'service.getSecrets',
  'Item.refresh': '- nothing is cached',
  'Item.set_attributes': 'item.setAttributes',
  'Item.set_label': 'item.setLabel',
  'Item.set_secret': 'item.setSecret',
  'Prompt.perform': '- by every operation itself',
  'Prompt.run': '- by every operation itself',
  'Retrievable.get_attributes': 'item.attributes',
  'Retrievable.get_created': 'item.created',
  'Retrievable.get_label': 'item.label',
  'Retrievable.get_modified': 'item.modified',
  'Retrievable.retrieve_secret': 'item.getSecret',
  'Schema.new': 'schema',
  'Schema.ref': '- memory is the runtime’s',
  'Schema.unref': '- memory is the runtime’s',
  'Service.clear': 'service.clear',
  'Service.create_item_dbus_path': 'collection.createItem',
  'Service.decode_dbus_secret': '- sessions are not opened to callers',
  'Service.disconnect': 'service.close',
  'Service.encode_dbus_secret': '- sessions are not opened to callers',
  'Service.ensure_session': 'service.ready',
  'Service.get': 'SecretService.connect',
  'Service.get_collection_gtype': '- for subclasses in GObject',
  'Service.get_collections': 'service.collections',
  'Service.get_flags': '- nothing is loaded ahead',
  'Service.get_item_gtype': '- for subclasses in GObject',
  'Service.get_session_algorithms': 'service.session',
  'Service.get_session_dbus_path': 'service.session',
  'Service.load_collections': 'service.collections',
  'Service.lock': 'service.lock',
  'Service.lookup': 'service.lookup',
  'Service.open': 'SecretService.open',
  'Service.prompt': '- by every operation itself',
  'Service.search': 'service.searchItems',
  'Service.set_alias': 'service.setAlias',
  'Service.store': 'service.store',
  'Service.unlock': 'service.unlock',
  'Value.get': 'secret.bytes',
  'Value.get_content_type': 'secret.contentType',
  'Value.get_text': 'secret.text',
  'Value.new': 'SecretInput',
  'Value.new_full': 'SecretInput',
  'Value.ref': '- memory is the runtime’s',
  'Value.unref': 'secret.dispose',
  'Value.unref_to_password': 'secret.text',
  get_schema: 'NOTE_SCHEMA',
  password_clear: 'clearPassword',
  password_free: 'secret.dispose',
  password_lookup: 'lookupPassword',
  password_search: 'searchPasswords',
  password_store: 'storePassword',
  password_wipe: 'secret.dispose',
};

const LOGIN = schema('org.example.Login', { host: 'string', port: 'integer', tls: 'boolean' });
const LOOSE = schema('org.example.Loose', { host: 'string' }, { matchName: false });

onGnomeKeyring(
  'libsecret, name by name',
  { prompter: 'accept' },
  async ({ keyring, connect }) => {
    const service = await connect({ hasDisplay: true });
    const collection = await service.defaultCollection();
    await using python = await startPython(keyring.bus, PRELUDE);
    const ask = (expression: string): Promise<unknown> => python.evaluate(expression);
    const methods = await ask('methods()');
    assert.ok(Array.isArray(methods) && methods.length > 60);
    assert.deepEqual(
      methods.filter((name) => OURS[name] === undefined),
      [],
      'names without a row',
    );
    await comparePasswords(service, ask);
    await python.execute(
      'service = Secret.Service.get_sync(Secret.ServiceFlags.OPEN_SESSION, None)',
    );
    await compareServices(service, ask);
    await compareObjects(service, collection, ask);
  },
  ['libsecret'],
);

type Ask = (expression: string) => Promise<unknown>;

/** One-liners on schemas: typed values, the schema's name, flags, and the predefined ones. */
async function comparePasswords(service: SecretService, ask: Ask): Promise<void> {
  const ours = { host: 'ours', port: 443, tls: true };
  await storePassword(LOGIN, ours, 'label', 'päss', { service });
  const attributes = '{"host": "ours", "port": "443", "tls": "true"}';
  assert.equal(await ask(`Secret.password_lookup_sync(LOGIN, ${attributes}, None)`), 'päss');
  const stored = 'Secret.password_store_sync(LOGIN, login, None, "label", "wörd", None)';
  assert.equal(await ask(stored), true);
  const theirs = { host: 'theirs', port: 443, tls: true };
  assert.equal((await lookupPassword(LOGIN, theirs, { service }))?.text(), 'wörd');
  const { items } = await searchPasswords(service, LOGIN, { tls: true });
  const found = 'len(Secret.password_search_sync(LOGIN, {"tls": "true"}, ALL, None))';
  assert.equal(items.length, await ask(found));
  // Which of several hits comes first is not specified.
  const parsed = await Promise.all(items.map(async (item) => LOGIN.parse(await item.attributes())));
  const sorted = parsed.sort((a, b) => String(a.host).localeCompare(String(b.host)));
  assert.deepEqual(
    sorted.map((values) => ({ ...values })),
    [ours, theirs],
  );
  // A schema that does not match on its name finds what another schema stored.
  assert.equal(await ask('Secret.password_lookup_sync(LOOSE, {"host": "ours"}, None)'), 'päss');
  assert.equal((await lookupPassword(LOOSE, { host: 'theirs' }, { service }))?.text(), 'wörd');
  assert.equal(await ask(`Secret.password_clear_sync(LOGIN, ${attributes}, None)`), true);
  assert.equal(await clearPassword(LOGIN, theirs, { service }), 1);
  assert.equal(await ask('Secret.password_lookup_sync(LOGIN, login, None)'), null);
  assert.equal(await ask('Secret.get_schema(Secret.SchemaType.NOTE).name'), NOTE_SCHEMA.name);
  const network = 'Secret.get_schema(Secret.SchemaType.COMPAT_NETWORK)';
  assert.equal(await ask(`${network}.name`), NETWORK_PASSWORD_SCHEMA.name);
}

async function compareServices(service: SecretService, ask: Ask): Promise<void> {
  assert.equal(service.session?.algorithm, await ask('service.get_session_algorithms()'));
  assert.match(String(await ask('service.get_session_dbus_path()')), /\/session\//);
  await service.store('ours', { app: 'x' }, 'secret');
  assert.equal(await ask('service.lookup_sync(ANY, {"app": "x"}, None).get_text()'), 'secret');
  const value = 'Secret.Value.new("theirs", -1, "text/plain")';
  assert.equal(await ask(`service.store_sync(ANY, {"app": "y"}, None, "l", ${value}, None)`), true);
  const theirs = await service.lookup({ app: 'y', [SCHEMA_ATTRIBUTE]: GENERIC_SCHEMA });
  assert.equal(theirs?.text(), 'theirs');
  const counted = 'len(service.search_sync(ANY, {"app": "x"}, ALL, None))';
  assert.equal((await service.searchItems({ app: 'x' })).unlocked.length, await ask(counted));
  const session = 'service.store_sync(ANY, {"app": "z"}, Secret.COLLECTION_SESSION, "l", ';
  assert.equal(await ask(`${session}${value}, None)`), true);
  const inMemory = await service.lookup({ app: 'z' }, { collection: 'session' });
  assert.equal(inMemory?.text(), 'theirs');
  assert.equal(await ask('service.clear_sync(ANY, {"app": "y"}, None)'), true);
  assert.equal(await service.lookup({ app: 'y' }), undefined);
  assert.equal(await ask('service.load_collections_sync(None)'), true);
  const listed = await ask('sorted(c.get_object_path() for c in service.get_collections())');
  assert.deepEqual((await service.collections()).map(({ path }) => path).sort(), listed);
}

async function compareObjects(
  service: SecretService,
  original: Collection,
  ask: Ask,
): Promise<void> {
  const open = (alias: string): string => `at("${alias}")`;
  const made = await service.createCollection('Work');
  await service.setAlias('default', made);
  assert.equal(await ask(`${open('default')}.get_label()`), 'Work');
  const alias = `service.set_alias_sync("default", next(c for c in service.get_collections()
    if c.get_object_path() == "${original.path}"), None)`;
  assert.equal(await ask(alias), true);
  assert.equal((await service.collection('default'))?.path, original.path);
  assert.equal(await ask(`${open('default')}.set_label_sync("renamed", None)`), true);
  assert.equal(await original.label(), 'renamed');
  const items = await ask(`sorted(i.get_object_path() for i in ${open('default')}.get_items())`);
  assert.deepEqual((await original.items()).map(({ path }) => path).sort(), items);
  const [item] = await original.searchItems({ app: 'x' });
  assert.ok(item);
  await compareItems(service, item, 'found()', ask);
  const create = `Secret.Item.create_sync(${open('default')}, ANY, {"app": "new"}, "theirs",
    Secret.Value.new("s", -1, "text/plain"), Secret.ItemCreateFlags.NONE, None).get_object_path()`;
  const path = await ask(create);
  assert.deepEqual(
    (await original.searchItems({ app: 'new' })).map((each) => each.path),
    [path],
  );
  assert.equal(
    await ask(
      `${open('default')}.search_sync(ANY, {"app": "new"}, ALL, None)[0].delete_sync(None)`,
    ),
    true,
  );
  assert.deepEqual(await original.searchItems({ app: 'new' }), []);
  assert.equal(await ask(`service.lock_sync([${open('default')}], None)[0]`), 1);
  assert.equal(await original.isLocked(), true);
  assert.equal(await ask(`${open('default')}.get_locked()`), true);
  await original.unlock();
  assert.equal(await ask(`service.unlock_sync([${open('default')}], None)[0]`), 1);
  await made.delete();
  assert.equal(await made.exists(), false);
}

async function compareItems(
  service: SecretService,
  item: Item,
  theirs: string,
  ask: Ask,
): Promise<void> {
  assert.equal(await item.label(), await ask(`${theirs}.get_label()`));
  const attributes = Object.fromEntries(await item.attributes());
  const shown = await ask(
    `{k: v for k, v in ${theirs}.get_attributes().items() if k != "xdg:schema"}`,
  );
  assert.deepEqual(attributes, shown);
  assert.equal(
    (await item.created())?.getTime(),
    Number(await ask(`${theirs}.get_created()`)) * 1000,
  );
  assert.equal(
    (await item.modified())?.getTime(),
    Number(await ask(`${theirs}.get_modified()`)) * 1000,
  );
  assert.equal(await item.isLocked(), await ask(`${theirs}.get_locked()`));
  const secret = await item.getSecret();
  assert.equal(secret.text(), await ask(`${theirs}.get_secret().get_text()`));
  assert.equal(secret.contentType, await ask(`${theirs}.get_secret().get_content_type()`));
  await item.setLabel('by us');
  await item.setSecret('by us');
  assert.equal(await ask(`${theirs}.get_label()`), 'by us');
  assert.equal(await ask(`${theirs}.retrieve_secret_sync(None).get_text()`), 'by us');
  assert.equal(await ask(`${theirs}.set_label_sync("by them", None)`), true);
  const value = 'Secret.Value.new("by them", -1, "text/plain")';
  assert.equal(await ask(`${theirs}.set_secret_sync(${value}, None)`), true);
  assert.equal(await item.label(), 'by them');
  const [result] = (await service.getSecrets([item])).values();
  assert.equal(result?.status === 'ok' && result.secret.text(), 'by them');
}
