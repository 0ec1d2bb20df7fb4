/**
 * One script of raw calls, and what a service makes of each: the same for a real daemon and for a
 * profile that imitates it.
 */
import { type Connection, Variant } from '@keywire/dbus-wire';
import { observeCalls } from './call-observations.ts';
import {
  count,
  itemProperties,
  type Note,
  type Observations,
  type Place,
  RawService,
  SERVICE,
  startNotes,
} from './raw-service.ts';
import { observeTexts } from './text-observations.ts';

/** Decrypts under no key; of whole blocks one key in 256 makes something that looks padded. */
const NO_BLOCK = new Uint8Array(15);
const NOWHERE = `${SERVICE}/collection/nowhere`;

const LABEL = { 'org.freedesktop.Secret.Collection.Label': new Variant('s', 'New') };
const DH = 'dh-ietf1024-sha256-aes128-cbc-pkcs7';

/** How the last part of a path is made: clients know a daemon by that of its sessions. */
function formOf(path: string): string {
  const last = path.slice(path.lastIndexOf('/') + 1);
  if (/^[0-9a-f]{32}$/u.test(last)) return '32 digits';
  return last.replace(/\d+$/u, 'N');
}

export interface Watcher {
  readonly connection: Connection;
  /** Another client of the same bus. */
  readonly stranger: Connection;
}

/** Runs the script against the service on the bus; its default collection must be open. */
export async function observe({ connection, stranger }: Watcher): Promise<Observations> {
  const { seen, note } = startNotes();
  const service = new RawService(connection);
  const other = new RawService(stranger);
  await observeSessions(service, note);
  const session = await service.plainSession();
  await note('the form of session paths', Promise.resolve(formOf(session)));
  const [alias] = await service.values(SERVICE, 'Service', 'ReadAlias', 's', ['default']);
  const collection = String(alias);
  await observeItems(service, other, { session, collection }, note);
  await observeSignals(service, other, { session, collection }, note);
  await observeTexts(service, { session, collection }, note);
  await observeCalls(service, other, { session, collection }, note);
  await observeErrors(service, { session, collection }, note);
  await observeAliases(service, collection, note);
  await note("another's prompt", other.dismissOf(service));
  await note("the end of another's prompt", other.hearsOf(service));
  await note('a prompt that has ended', service.endedPrompt());
  await observeLocks(service, other, { session, collection }, note);
  return seen;
}

async function observeSessions(service: RawService, note: Note): Promise<void> {
  const open = (algorithm: string, input: Variant) =>
    service.outcome(SERVICE, 'Service', 'OpenSession', 'sv', [algorithm, input], ([output]) => {
      const { signature, value } = output instanceof Variant ? output : new Variant('s', '?');
      return value instanceof Uint8Array && value.length > 0 ? 'a key' : `${signature} empty`;
    });
  await note('OpenSession plain', open('plain', new Variant('s', '')));
  await note('OpenSession plain with bytes', open('plain', new Variant('ay', new Uint8Array(0))));
  await note('OpenSession unknown', open('rot13', new Variant('s', '')));
  const keyOf = (length: number) => new Variant('ay', new Uint8Array(length).fill(0x41));
  await note('OpenSession, key of 127 bytes', open(DH, keyOf(127)));
  await note('OpenSession, key of 128 bytes', open(DH, keyOf(128)));
  await note('OpenSession, no key', open(DH, keyOf(0)));
  await note('OpenSession, text for a key', open(DH, new Variant('s', '')));
}

async function observeItems(
  service: RawService,
  other: RawService,
  { session, collection }: Place,
  note: Note,
): Promise<void> {
  const store = (attributes: Record<string, string>, text: Uint8Array | string, replace = false) =>
    service.store(collection, session, attributes, text, replace);
  const item = await store({ n: '1' }, 'secret');
  await note('CreateItem', service.lastShape);
  await note('Attributes of a new item', service.names(item, 'Attributes'));
  await note('content type', service.read(item, session));
  await note('set Attributes', service.set(item, 'Attributes', new Variant('a{ss}', { n: '2' })));
  await note('Attributes then', service.names(item, 'Attributes'));
  await service.set(item, 'Attributes', new Variant('a{ss}', { m: '1' }));
  await note('Attributes without one that was', service.names(item, 'Attributes'));
  await note(
    'Type',
    service.property(item, 'Item', 'Type', (value) => typeof value),
  );
  const broken = await store({ broken: '1' }, new Uint8Array([0x61, 0xff]));
  await note('text that is no UTF-8', service.read(broken, session));
  const marked = await store({ marked: '1' }, new Uint8Array([0xef, 0xbb, 0xbf, 0x61, 0, 0x62]));
  await note('text with a mark and a zero byte', service.read(marked, session));
  const neighbour = await store({ r: '1', s: '1' }, 'neighbour');
  await store({ r: '1' }, 'replacing', true);
  await note('neighbour of a replaced item', service.read(neighbour, session));
  const once = [session, new Uint8Array(), new Uint8Array([1]), 'text/plain'];
  const relabelled = await service.storeWith(
    collection,
    itemProperties('first', { once: '1' }),
    once,
    true,
  );
  await service.storeWith(collection, itemProperties('second', { once: '1' }), once, true);
  await note('Label of a replaced item', service.property(relabelled, 'Item', 'Label', String));
  await note(
    'SearchItems {}',
    service.outcome(SERVICE, 'Service', 'SearchItems', 'a{ss}', [{}], ([open]) =>
      Array.isArray(open) && open.length > 0 ? 'items' : 'nothing',
    ),
  );
  await note("another's session", other.read(item, session));
  const count = ([secrets]: readonly unknown[]): string =>
    `${secrets instanceof Map ? secrets.size : '?'} secrets`;
  for (const label of ['folder/entry', 'label__3_', 'a__b', '__3_', 'x__3_y', '/x', 'x/']) {
    const properties = itemProperties(label, { label: '1' });
    const secret = [session, new Uint8Array(), new Uint8Array([1]), 'text/plain'];
    const named = await service.storeWith(collection, properties, secret, false);
    await note(`Label of ${label}`, service.property(named, 'Item', 'Label', String));
    await service.deletion(named);
  }
  await note('GetAll of no interface', service.allProperties(item, ''));
  await note('GetAll of an item', service.allProperties(item, 'org.freedesktop.Secret.Item'));
  await note(
    'GetAll of a collection',
    service.allProperties(collection, 'org.freedesktop.Secret.Collection'),
  );
  const items = [item, `${collection}/999999`];
  await note(
    'GetSecrets with an unknown item',
    service.outcome(SERVICE, 'Service', 'GetSecrets', 'aoo', [items, session], count),
  );
  await note('Delete', service.deletion(broken));
}

/** Which signals a change brings. */
async function observeSignals(
  service: RawService,
  other: RawService,
  { session, collection }: Place,
  note: Note,
): Promise<void> {
  const item = await service.store(collection, session, { told: '1' }, 'x', false);
  const secret = [session, new Uint8Array(), new Uint8Array([1]), 'text/plain'];
  const changes: readonly [string, () => Promise<unknown>][] = [
    ['CreateItem', () => service.store(collection, session, { told: '2' }, 'x', false)],
    ['replacing', () => service.store(collection, session, { told: '2' }, 'y', true)],
    ['SetSecret', () => service.values(item, 'Item', 'SetSecret', '(oayays)', [secret])],
    ['set Label', () => service.set(item, 'Label', new Variant('s', 'new'))],
    [
      'set Attributes',
      () =>
        service.set(item, 'Attributes', new Variant('a{ss}', { told: '3', 'xdg:schema': 'o.S' })),
    ],
    ['Delete', () => service.deletion(item)],
  ];
  for (const [name, change] of changes) {
    await note(`signals of ${name}`, other.signalsDuring(change, service));
  }
}

async function observeErrors(
  service: RawService,
  { session, collection }: Place,
  note: Note,
): Promise<void> {
  const item = await service.store(collection, session, { errors: '1' }, 'x', false);
  const plain = (): string => 'done';
  await note('unknown session', service.read(item, `${SERVICE}/session/none`));
  const lost = [`${SERVICE}/session/none`, new Uint8Array(), new Uint8Array([1]), 'text/plain'];
  const body = [itemProperties('lost', { lost: '1' }), lost, false];
  await note('CreateItem, unknown session', service.creation(collection, body));
  const foundLost = service.outcome(
    SERVICE,
    'Service',
    'SearchItems',
    'a{ss}',
    [{ lost: '1' }],
    count,
  );
  await note('what an unknown session leaves', foundLost);
  const encrypted = await service.encryptedSession();
  const broken = [encrypted, new Uint8Array(16), NO_BLOCK, 'text/plain'];
  await note(
    'CreateItem, not decrypted',
    service.creation(collection, [itemProperties('b', { b: '1' }), broken, false]),
  );
  await note(
    'what does not decrypt',
    service.outcome(SERVICE, 'Service', 'SearchItems', 'a{ss}', [{ b: '1' }], count),
  );
  await note(
    'SetSecret, not decrypted',
    service.outcome(item, 'Item', 'SetSecret', '(oayays)', [broken], plain),
  );
  await note(
    'SetSecret, no iv',
    service.outcome(
      item,
      'Item',
      'SetSecret',
      '(oayays)',
      [[encrypted, new Uint8Array(), new Uint8Array(16), 'text/plain']],
      plain,
    ),
  );
  await note('unknown path', service.outcome(NOWHERE, 'Collection', 'Delete', '', [], plain));
  await note('unknown method', service.outcome(SERVICE, 'Service', 'Nothing', '', [], plain));
  await note('wrong signature', service.outcome(SERVICE, 'Service', 'Lock', 's', ['x'], plain));
  await note('unknown property', service.property(item, 'Item', 'Nothing', String));
  await note('read-only property', service.set(item, 'Locked', new Variant('b', true)));
  const unknown = (member: string) =>
    service.outcome(SERVICE, 'Service', member, 'ao', [[NOWHERE]], ([done, prompt]) =>
      JSON.stringify([done, prompt]),
    );
  await note('Unlock unknown', unknown('Unlock'));
  await note('Lock unknown', unknown('Lock'));
  const create = (properties: Record<string, Variant>) =>
    service.outcome(
      collection,
      'Collection',
      'CreateItem',
      'a{sv}(oayays)b',
      [properties, [session, new Uint8Array(), new Uint8Array(), 'text/plain'], false],
      ([, prompt]) => (prompt === '/' ? 'an item' : 'a prompt'),
    );
  await note('CreateItem without properties', create({}));
  await note(
    'CreateItem, unknown property',
    create({
      'org.freedesktop.Secret.Item.Label': new Variant('s', 'x'),
      'a.b.C': new Variant('s', 'x'),
    }),
  );
}

async function observeAliases(service: RawService, collection: string, note: Note): Promise<void> {
  const setAlias = (alias: string, path: string) =>
    service.outcome(SERVICE, 'Service', 'SetAlias', 'so', [alias, path], () => 'done');
  await note('SetAlias other', setAlias('work', collection));
  await note('SetAlias default, unknown path', setAlias('default', NOWHERE));
  await note(
    'ReadAlias default then',
    service.outcome(SERVICE, 'Service', 'ReadAlias', 's', ['default'], ([path]) =>
      path === collection ? 'the same' : 'another',
    ),
  );
  await note(
    'CreateCollection, alias in use',
    service.outcome(SERVICE, 'Service', 'CreateCollection', 'a{sv}s', [LABEL, 'default'], (made) =>
      made[0] === '/' ? 'a prompt' : 'the existing one',
    ),
  );
  await note('CreateCollection dismissed', service.dismissedCreation());
}

async function observeLocks(
  service: RawService,
  other: RawService,
  { session, collection }: Place,
  note: Note,
): Promise<void> {
  const item = await service.store(collection, session, { locks: '1' }, 'x', false);
  const alias = `${SERVICE}/aliases/default`;
  await note(
    'Unlock of an open alias',
    service.outcome(SERVICE, 'Service', 'Unlock', 'ao', [[alias]], ([open]) =>
      String(open) === alias ? 'the alias' : 'the collection',
    ),
  );
  const lock = (path: string) =>
    service.outcome(SERVICE, 'Service', 'Lock', 'ao', [[path]], ([done, prompt]) =>
      prompt === '/' ? `${Array.isArray(done) ? done.length : '?'} locked` : 'a prompt',
    );
  await note(
    'signals of Lock',
    other.signalsDuring(async () => await note('Lock', lock(collection)), service),
  );
  // A service that asks first is open still: nothing more can be seen of its lock.
  if ((await service.property(collection, 'Collection', 'Locked', String)) !== 'true') return;
  await note('GetSecret locked', service.read(item, session));
  const secret = [session, new Uint8Array(), new Uint8Array([1]), 'text/plain'];
  await note(
    'SetSecret locked',
    service.outcome(item, 'Item', 'SetSecret', '(oayays)', [secret], () => 'done'),
  );
  await note('Lock locked', lock(collection));
  await note('Unlock dismissed', service.dismissed('Unlock', 'ao', [[collection]]));
  await note('SetLabel locked', service.set(item, 'Label', new Variant('s', 'y')));
  await note(
    'SearchItems locked',
    service.outcome(SERVICE, 'Service', 'SearchItems', 'a{ss}', [{ locks: '1' }], (found) =>
      JSON.stringify(found.map((paths) => (Array.isArray(paths) ? paths.length : '?'))),
    ),
  );
}
