// Quirks of the real daemons, each first seen as it is (through the wire layer alone), then handled.
// The ids are those of docs/QUIRKS.md. Others are in locked.ts, prompts.ts, collections.ts, events.ts
// and oo7.ts; docs/QUIRKS.md says which is where.
// Long, so that a row of that table is found by its id in one place.
// Foreign peers: the daemons, each asked through the wire layer alone before our client is.

import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { type Connection, connect as connectBus, type Message, Variant } from '@keywire/dbus-wire';
import { bootKeePassXC, secretStorage } from '../../../test-fixtures/src/index.ts';
import { DAEMON_PROFILES, MAX_SECRET_BYTES, SecretService } from '../src/index.ts';
import { MAX_ARRAY_BYTES, MAX_SECRETS_A_CALL } from '../src/limits.ts';
import { failsWith } from '../test/support/failing.ts';
import { type Bench, onEach, onGnomeKeyring } from './support/keyrings.ts';

const NAME = 'org.freedesktop.secrets';
const SERVICE = '/org/freedesktop/secrets';

/** A connection that knows nothing of our client. */
async function raw(
  { address }: Pick<Bench, 'address'>,
  body: (bus: Connection, call: typeof callRaw) => Promise<void>,
): Promise<void> {
  const bus = await connectBus({ address });
  try {
    await body(bus, callRaw);
  } finally {
    await bus.close();
  }
}

function callRaw(
  bus: Connection,
  path: string,
  member: string,
  signature = '',
  body: unknown[] = [],
): Promise<Message> {
  const dot = member.lastIndexOf('.');
  return bus.call({
    destination: NAME,
    path,
    interface: `org.freedesktop.${member.slice(0, dot)}`,
    member: member.slice(dot + 1),
    signature,
    body,
  });
}

const errorName = (operation: Promise<unknown>): Promise<string> =>
  operation.then(
    () => 'none',
    (error: unknown) =>
      error instanceof Error && 'errorName' in error ? String(error.errorName) : '',
  );

async function plainSession(bus: Connection): Promise<[string, Variant]> {
  const input = ['plain', new Variant('s', '')];
  const reply = await callRaw(bus, SERVICE, 'Secret.Service.OpenSession', 'sv', input);
  const [output, path] = reply.body;
  assert.ok(output instanceof Variant);
  return [String(path), output];
}

onGnomeKeyring('G1: the content type is always text/plain', {}, async ({ connect }) => {
  const service = await connect();
  const bytes = Uint8Array.of(0xff, 0xfe);
  await service.store('l', { app: 'g1' }, bytes, { contentType: 'image/png' });
  const secret = await service.lookup({ app: 'g1' });
  assert.equal(secret?.contentType, 'text/plain');
  assert.deepEqual(secret?.bytes, bytes);
  assert.throws(() => secret?.text(), { code: 'invalid-argument' });
});

// @rule secret/never-daemon-replace
onGnomeKeyring(
  "G2: the daemon's replace takes a neighbour, ours does not",
  {},
  async ({ keyring, connect }) => {
    const service = await connect();
    const store = (attributes: Record<string, string>, text: string) =>
      secretStorage.store(keyring.peerEnv, {
        label: 'l',
        attributes,
        secret: new TextEncoder().encode(text),
        replace: true,
      });
    await store({ app: 'g2', user: 'u' }, 'neighbour');
    await store({ app: 'g2' }, 'theirs');
    const after = await service.searchItems({ app: 'g2' });
    assert.equal(after.unlocked.length, 1, 'the neighbour was overwritten');
    await service.store('l', { app: 'g2', user: 'u' }, 'neighbour');
    await service.store('l', { app: 'g2' }, 'ours');
    const neighbour = await service.lookup({ app: 'g2', user: 'u' });
    assert.equal(neighbour?.text(), 'neighbour');
  },
  ['secretstorage'],
);

// @rule secret/added-attributes
onGnomeKeyring('G3: a schema is added late, and is not an attribute of ours', {}, async (bench) => {
  const service = await bench.connect();
  const item = await service.store('l', { app: 'g3' }, 's');
  await item.setAttributes({ app: 'g3', more: 'm' });
  // Locked and unlocked again, the collection is read from its file.
  await item.lock();
  await service.unlockWithPassword(bench.keyring.password);
  const raw = (await item.properties()).attributes;
  assert.equal(raw.get('xdg:schema'), 'org.freedesktop.Secret.Generic');
  assert.deepEqual(
    await item.attributes(),
    new Map([
      ['app', 'g3'],
      ['more', 'm'],
    ]),
  );
  await service.store('l', { app: 'g3', more: 'm' }, 'replaced');
  assert.equal((await service.searchItems({ app: 'g3' })).unlocked.length, 1);
});

// @rule secret/missing-object
// @rule secret/schema-taken-away
onGnomeKeyring('G23: a schema stays when attributes are set without one', {}, async (bench) => {
  const service = await bench.connect();
  const attributes = { app: 'g23', 'xdg:schema': 'org.example.Old' };
  // In a collection that has no file: once a file was read again, no schema is the generic one (G3).
  const item = await service.store('l', attributes, 's', { collection: 'session' });
  const schemaOf = async () => (await item.properties()).attributes.get('xdg:schema');
  await raw(bench, async (bus, call) => {
    const value = new Variant('a{ss}', { app: 'g23' });
    const property = ['org.freedesktop.Secret.Item', 'Attributes', value];
    await call(bus, item.path, 'DBus.Properties.Set', 'ssv', property);
  });
  assert.equal(await schemaOf(), 'org.example.Old');
  await item.setAttributes({ app: 'g23' });
  assert.equal(await schemaOf(), 'org.freedesktop.Secret.Generic');
  assert.deepEqual(await item.attributes(), new Map([['app', 'g23']]));
});

// @rule secret/exact-replace
onGnomeKeyring('G4: only the names that the daemon makes are its own', {}, async (bench) => {
  const service = await bench.connect();
  await service.store('l', { app: 'g4', 'gkr:x': 'y' }, 'neighbour');
  await service.store('l', { app: 'g4' }, 'ours');
  assert.equal((await service.lookup({ app: 'g4', 'gkr:x': 'y' }))?.text(), 'neighbour');
});

onGnomeKeyring('G5: a missing object is an unknown method', {}, async (bench) => {
  await raw(bench, async (bus, call) => {
    const missing = `${SERVICE}/collection/login/999`;
    const name = await errorName(call(bus, missing, 'Secret.Item.Delete'));
    assert.equal(name, 'org.freedesktop.DBus.Error.UnknownMethod');
  });
});

// @rule secret/object-went-meanwhile
onGnomeKeyring(
  'G22: an item that goes while a call waits lacks its interface',
  {},
  async (bench) => {
    const [service, another] = [await bench.connect(), await bench.connect()];
    const codes = new Set<string>();
    await raw(bench, async (bus, call) => {
      for (let round = 0; round < 40; round += 1) {
        const { path } = await service.store('x', { round: String(round) }, 'x');
        const item = another.itemAt(path);
        const calls = [
          call(bus, path, 'Secret.Item.Delete'),
          service.itemAt(path).getSecret(),
          item.getSecret(),
          item.delete(),
          item.properties(),
        ];
        for (const each of await Promise.allSettled(calls)) {
          if (each.status === 'rejected' && 'code' in each.reason) codes.add(each.reason.code);
        }
      }
    });
    assert.deepEqual([...codes], ['not-found']);
  },
);

// @rule secret/settable-aliases
onGnomeKeyring('G6: only the alias default can be set', {}, async (bench) => {
  await raw(bench, async (bus, call) => {
    const path = `${SERVICE}/collection/login`;
    const set = call(bus, SERVICE, 'Secret.Service.SetAlias', 'so', ['work', path]);
    assert.equal(await errorName(set), 'org.freedesktop.DBus.Error.NotSupported');
  });
});

// @rule secret/lock-only-what-exists
onGnomeKeyring(
  'G8: locking an item that is gone locks its collection, and ours does not',
  {},
  async (bench) => {
    const service = await bench.connect({ interactive: false });
    const collection = await service.defaultCollection();
    const item = await service.store('l', { app: 'g8' }, 's');
    await item.delete();
    await failsWith('not-found', item.lock());
    assert.equal(await collection.isLocked(), false);
    await raw(bench, async (bus, call) => {
      const reply = await call(bus, SERVICE, 'Secret.Service.Lock', 'ao', [[item.path]]);
      assert.equal(reply.body[1], '/');
    });
    assert.equal(await collection.isLocked(), true);
  },
);

onGnomeKeyring(
  'G8: locking an item locks its collection, and unlocking the unknown is silent',
  {},
  async (bench) => {
    await raw(bench, async (bus, call) => {
      const unknown = [[`${SERVICE}/collection/nope`]];
      const reply = await call(bus, SERVICE, 'Secret.Service.Unlock', 'ao', unknown);
      assert.deepEqual(reply.body, [[], '/']);
    });
    const service = await bench.connect({ interactive: false });
    const item = await service.store('l', { app: 'g8' }, 's');
    const other = await service.store('l', { app: 'g8 too' }, 's');
    await item.lock();
    assert.equal(await other.isLocked(), true);
    assert.equal(await (await service.defaultCollection()).isLocked(), true);
    const gone = await service.collection('session');
    assert.ok(gone);
  },
);

// @rule secret/dropped-has-status
onGnomeKeyring('G11: missing items are dropped from a bulk read', {}, async (bench) => {
  await raw(bench, async (bus, call) => {
    const [session] = await plainSession(bus);
    const items = [[`${SERVICE}/collection/login/999`], session];
    const reply = await call(bus, SERVICE, 'Secret.Service.GetSecrets', 'aoo', items);
    assert.deepEqual(reply.body, [new Map()]);
  });
});

// @rule secret/zero-time-unknown
onGnomeKeyring("G12: a collection's times may be 0", {}, async ({ connect }) => {
  const service = await connect();
  const session = await service.collection('session');
  const created = await session?.created();
  assert.ok(created === undefined || created.getTime() > 0);
});

onGnomeKeyring('G16: the largest secret that we store is read again', {}, async ({ connect }) => {
  const service = await connect({ timeouts: { replyMs: 120_000 } });
  const bytes = new Uint8Array(MAX_SECRET_BYTES).fill(0x5a);
  await service.store('l', { app: 'g16' }, bytes);
  const secret = await service.lookup({ app: 'g16' });
  assert.equal(Buffer.compare(secret?.bytes ?? new Uint8Array(0), bytes), 0);
});

// @rule secret/bounded-bulk
onGnomeKeyring('G16: many secrets may have more than one answer can hold', {}, async (bench) => {
  const service = await bench.connect({ timeouts: { replyMs: 120_000 } });
  // The session's collection: nothing of it is written to a file.
  const collection = await service.collection('session');
  assert.ok(collection);
  const bytes = new Uint8Array(MAX_ARRAY_BYTES / MAX_SECRETS_A_CALL - 4096).fill(0x5a);
  const names = Array.from({ length: MAX_SECRETS_A_CALL + 1 }, (_, at) => String(at));
  for (const n of names) await service.store('l', { app: 'g16', n }, bytes, { collection });
  const { secrets } = await service.searchItems({ app: 'g16' }, { loadSecrets: true });
  assert.equal(secrets.size, names.length);
  for (const result of secrets.values()) {
    assert.ok(result.status === 'ok');
    assert.equal(Buffer.compare(result.secret.bytes, bytes), 0);
  }
});

onEach(
  'K1: a locked item reads as an empty secret',
  ['secret-tool'],
  async (bench) => {
    await raw(bench, async (bus, call) => {
      const [session] = await plainSession(bus);
      const found = await call(bus, SERVICE, 'Secret.Service.SearchItems', 'a{ss}', [
        { app: 'k1' },
      ]);
      const [, [item]] = [found.body[0], Array.isArray(found.body[1]) ? found.body[1] : []];
      const reply = await call(bus, String(item), 'Secret.Item.GetSecret', 'o', [session]);
      const [struct] = reply.body;
      assert.ok(Array.isArray(struct) && struct[2] instanceof Uint8Array);
      assert.equal(struct[2].length, 0);
    });
    const service = await bench.connect({ interactive: false });
    const [item] = (await service.searchItems({ app: 'k1' })).locked;
    assert.ok(item);
    await failsWith('locked', item.getSecret());
  },
  { kwallet: { state: 'locked', seed: [{ label: 'k1', attributes: { app: 'k1' }, secret: 'x' }] } },
  ['kwallet'],
);

// @rule secret/safe-relabel
// @rule secret/relabel-verified
onEach(
  'K2: a label that changes its folder damages the secret, ours does not',
  [],
  async (bench) => {
    const service = await bench.connect();
    const victim = await service.store('one', { app: 'k2', which: 'raw' }, 'one');
    await raw(bench, async (bus, call) => {
      const property = ['org.freedesktop.Secret.Item', 'Label', new Variant('s', 'folder/one')];
      await call(bus, victim.path, 'DBus.Properties.Set', 'ssv', property);
    });
    const damaged = await service.lookup({ which: 'raw' });
    assert.notEqual(new TextDecoder().decode(damaged?.bytes), 'one');

    const item = await service.store('one', { app: 'k2', which: 'ours' }, 'one');
    await item.setLabel('folder/one');
    assert.equal(await item.label(), 'folder/one');
    assert.equal((await item.getSecret()).text(), 'one');
    await service.store('other/one', { app: 'k2', which: 'ours' }, 'two');
    const { unlocked } = await service.searchItems({ which: 'ours' });
    assert.equal(unlocked.length, 1);
    assert.equal(await unlocked[0]?.label(), 'other/one');
    assert.equal((await service.lookup({ which: 'ours' }))?.text(), 'two');
    // A folder without a name is one; a first slash at the end makes none (K12).
    for (const label of ['x', '/x', '/', 'x/', 'x/y', 'y/', '/y', 'y']) {
      await service.store(label, { app: 'k2', which: 'ours' }, `in ${label}`);
      assert.equal((await service.lookup({ which: 'ours' }))?.text(), `in ${label}`);
      const [present] = (await service.searchItems({ which: 'ours' })).unlocked;
      await present?.setLabel('one');
      await present?.setLabel(label);
      assert.equal((await present?.getSecret())?.text(), `in ${label}`);
    }
  },
  {},
  ['kwallet'],
);

// @rule secret/plain-output-ignored
onEach(
  'K5: a plain session puts out an empty ay',
  [],
  async (bench) => {
    await raw(bench, async (bus) => {
      const [, output] = await plainSession(bus);
      assert.deepEqual(output, new Variant('ay', new Uint8Array(0)));
    });
    const service = await bench.connect({ session: 'plain' });
    await service.store('l', { app: 'k5' }, 's');
    assert.equal((await service.lookup({ app: 'k5' }))?.text(), 's');
  },
  {},
  ['kwallet'],
);

// @rule secret/text-is-utf8
onEach(
  'K7, P11: text that is not UTF-8 is damaged, so it is not declared as text',
  [],
  async (bench) => {
    const bytes = Uint8Array.of(0x61, 0xff, 0xfe, 0x62);
    const service = await bench.connect();
    await service.store('l', { app: 'k7' }, bytes, { contentType: 'text/plain' });
    const secret = await service.lookup({ app: 'k7' });
    assert.deepEqual(secret?.bytes, bytes);
  },
  {},
  ['kwallet', 'keepassxc'],
);

// @rule secret/text-survives
// @rule secret/entry-attributes
onEach(
  'K21, P21: what a text would lose is stored as bytes, and replaced like any other',
  [],
  async (bench) => {
    const service = await bench.connect();
    for (const text of ['\ufeffmarked', 'nul\0inside', '\0']) {
      const bytes = new TextEncoder().encode(text);
      await service.store('l', { app: 'k21' }, bytes, { contentType: 'text/plain' });
      const secret = await service.lookup({ app: 'k21' }, { several: 'refuse' });
      assert.deepEqual(secret?.bytes, bytes);
    }
    // @rule secret/marks-dropped
    for (const text of ['old', 'new']) {
      const item = await service.store('l', { app: '\ufeffmarked' }, text);
      assert.equal((await item.attributes()).get('app'), 'marked');
    }
    const secret = await service.lookup({ app: '\ufeffmarked' }, { several: 'refuse' });
    assert.equal(secret?.text(), 'new');
  },
  {},
  ['kwallet', 'keepassxc'],
);

// @rule secret/session-lost
onEach(
  'K9: the errors of a lost session and of a bad item',
  [],
  async (bench) => {
    await raw(bench, async (bus, call) => {
      const service = await bench.connect();
      const item = await service.store('l', { app: 'k9' }, 's');
      const unknownSession = call(bus, item.path, 'Secret.Item.GetSecret', 'o', [
        `${SERVICE}/session/99`,
      ]);
      assert.equal(await errorName(unknownSession), 'org.freedesktop.DBus.Error.UnknownObject');
      const [session] = await plainSession(bus);
      const items = [[item.path, `${item.path}999`], session];
      const bulk = call(bus, SERVICE, 'Secret.Service.GetSecrets', 'aoo', items);
      assert.equal(await errorName(bulk), 'org.freedesktop.DBus.Error.InvalidArgs');
    });
  },
  {},
  ['kwallet'],
);

// @rule secret/retry-no-session
onEach(
  'a session that the daemon forgot is replaced on the way',
  [],
  async ({ address, connect }) => {
    // The session's own connection closes it, behind the client's back.
    const bus = await connectBus({ address });
    const service = await connect({ connection: bus });
    await service.store('l', { app: 'forgotten' }, 's');
    const forget = async (): Promise<void> => {
      await callRaw(bus, service.session?.path ?? '', 'Secret.Session.Close');
    };
    await forget();
    assert.equal((await service.lookup({ app: 'forgotten' }))?.text(), 's');
    await forget();
    await service.store('l', { app: 'forgotten, new' }, 's1');
    assert.equal((await service.searchItems({ app: 'forgotten, new' })).unlocked.length, 1);
    assert.equal((await service.lookup({ app: 'forgotten, new' }))?.text(), 's1');
    await forget();
    await service.store('l', { app: 'forgotten' }, 's2');
    assert.equal((await service.lookup({ app: 'forgotten' }))?.text(), 's2');
    await service.close();
    await bus.close();
  },
);

onEach(
  'K26: setting the label of a locked collection ends the daemon, so it is not tried',
  [],
  async (bench) => {
    const service = await bench.connect({ interactive: false });
    const collection = await service.defaultCollection();
    assert.ok(collection !== undefined);
    await failsWith('locked', collection.setLabel('new'));
    assert.equal(await collection.isLocked(), true);
    await raw(bench, async (bus, call) => {
      const property = ['org.freedesktop.Secret.Collection', 'Label', new Variant('s', 'new')];
      const ended = call(bus, collection.path, 'DBus.Properties.Set', 'ssv', property);
      assert.equal(await errorName(ended), 'org.freedesktop.DBus.Error.NoReply');
    });
  },
  { kwallet: { state: 'locked' } },
  ['kwallet'],
);

// @rule secret/label-follows
onEach(
  'K25: a new item needs a label, a present one does not',
  [],
  async ({ connect }) => {
    const service = await connect();
    const error = await failsWith('failed', service.store('', { app: 'k25' }, 's'));
    assert.equal(error.mayHaveHappened, false);
    assert.equal(await service.lookup({ app: 'k25' }), undefined);
    const item = await service.store('l', { app: 'k25' }, 's');
    await item.setLabel('');
    assert.equal(await item.label(), '');
    assert.equal((await service.lookup({ app: 'k25' }))?.text(), 's');
  },
  {},
  ['kwallet'],
);

onEach('K11: a label follows a store', [], async ({ connect }) => {
  const service = await connect();
  await service.store('old', { app: 'k11' }, 'one');
  const item = await service.store('new', { app: 'k11' }, 'two');
  assert.equal(await item.label(), 'new');
  assert.equal((await item.getSecret()).text(), 'two');
  assert.equal((await service.searchItems({ app: 'k11' })).unlocked.length, 1);
});

// @rule secret/locked-write-refused
onEach(
  'K14: writing to a locked item says that it worked',
  ['secret-tool'],
  async (bench) => {
    await raw(bench, async (bus, call) => {
      const found = await call(bus, SERVICE, 'Secret.Service.SearchItems', 'a{ss}', [
        { app: 'k14' },
      ]);
      const [item] = Array.isArray(found.body[1]) ? found.body[1] : [];
      const property = ['org.freedesktop.Secret.Item', 'Label', new Variant('s', 'x')];
      await call(bus, String(item), 'DBus.Properties.Set', 'ssv', property);
    });
    const service = await bench.connect({ interactive: false });
    const [item] = (await service.searchItems({ app: 'k14' })).locked;
    assert.ok(item);
    await failsWith('locked', item.setLabel('x'));
    await failsWith('locked', item.delete());
  },
  {
    kwallet: { state: 'locked', seed: [{ label: 'k14', attributes: { app: 'k14' }, secret: 'x' }] },
  },
  ['kwallet'],
);

// @rule secret/object-or-prompt
onEach(
  'P1: every creation and deletion is a prompt',
  [],
  async (bench) => {
    await raw(bench, async (bus, call) => {
      const [session] = await plainSession(bus);
      const properties = new Map<string, Variant>([
        ['org.freedesktop.Secret.Item.Label', new Variant('s', 'p1')],
        ['org.freedesktop.Secret.Item.Attributes', new Variant('a{ss}', { app: 'p1' })],
      ]);
      const secret = [session, new Uint8Array(0), new Uint8Array(1), 'text/plain'];
      const reply = await call(
        bus,
        `${SERVICE}/aliases/default`,
        'Secret.Collection.CreateItem',
        'a{sv}(oayays)b',
        [properties, secret, false],
      );
      assert.equal(reply.body[0], '/');
      assert.notEqual(reply.body[1], '/');
    });
  },
  {},
  ['keepassxc'],
);

// @rule secret/entry-attributes
// @rule secret/attributes-verified
// @rule secret/reserved-attributes
onEach(
  'P4, P13: attributes of the entry come along, and none can be taken away',
  [],
  async ({ connect }) => {
    const service = await connect();
    const item = await service.store('l', { app: 'p4', more: 'm' }, 's');
    const raw = (await item.properties()).attributes;
    for (const name of ['Title', 'UserName', 'URL', 'Notes', 'Uuid', 'Path'])
      assert.ok(raw.has(name));
    assert.deepEqual(
      await item.attributes(),
      new Map([
        ['app', 'p4'],
        ['more', 'm'],
      ]),
    );
    await item.setAttributes({ app: 'p4', more: 'changed' });
    await item.setAttributes(await item.attributes());
    await failsWith('not-supported', item.setAttributes({ app: 'p4' }));
    await failsWith('invalid-attributes', item.setAttributes({ app: 'p4', Uuid: 'x' }));
    await failsWith('invalid-attributes', service.store('l', { app: 'p4', Path: '/x' }, 's'));
    // @rule secret/label-attribute
    const titled = { app: 'p4', Title: 'T' };
    for (const text of ['old', 'new']) {
      assert.equal(await (await service.store('l', titled, text)).label(), 'T');
      assert.equal((await service.lookup(titled, { several: 'refuse' }))?.text(), text);
    }
  },
  {},
  ['keepassxc'],
);

// @rule secret/attributes-are-kept
onEach(
  'P30: attributes with control characters are others once they are read again, so they are refused',
  [],
  async ({ keyring, address, connect }) => {
    const refusing = await connect({ hasDisplay: true });
    const profile = DAEMON_PROFILES.find(({ family }) => family === 'keepassxc');
    assert.ok(profile !== undefined);
    const careless = { ...profile, unkeptCharacters: undefined };
    const storing = await connect({ hasDisplay: true, profile: careless });
    const values = ['a\u0001b', 'a\rb', 'a\u007fb', 'a\ufffeb', 'a\tb\nc\u0085'];
    for (const [n, v] of values.entries()) {
      await storing.store(`l${v}`, { app: 'p30', n: String(n), v }, `s${v}`);
      if (v === values.at(-1)) await refusing.store('l', { app: 'kept', v }, 's');
      else await failsWith('invalid-attributes', refusing.store('l', { app: 'p30', v }, 's'));
    }
    // Locking saves.
    await storing.lock();
    await keyring.kill();
    await using _again = await bootKeePassXC({ bus: keyring.bus });
    await using reading = await SecretService.connect({ address, hasDisplay: true });
    const found: (string | undefined)[] = [];
    for (const [n, v] of values.entries()) {
      const [item] = (await reading.searchItems({ app: 'p30', n: String(n) })).unlocked;
      found.push((await item?.attributes())?.get('v'));
      assert.equal((await item?.getSecret())?.text(), `s${v}`);
    }
    assert.deepEqual(found, ['ab', 'a\nb', 'ab', 'ab', 'a\tb\nc\u0085']);
    // That it is not found is no answer.
    await failsWith('invalid-attributes', reading.lookup({ app: 'p30', v: 'a\rb' }));
  },
  {},
  ['keepassxc'],
);

// @rule secret/values-can-be-found
onEach(
  'P24: a long value is kept and not found, so it is refused',
  [],
  async (bench) => {
    const service = await bench.connect();
    const item = await service.store('l', { app: 'p24' }, 's');
    await raw(bench, async (bus, call) => {
      const isFound = async (v: string): Promise<boolean> => {
        const wanted = { app: 'p24', v };
        const value = new Variant('a{ss}', wanted);
        const property = ['org.freedesktop.Secret.Item', 'Attributes', value];
        await call(bus, item.path, 'DBus.Properties.Set', 'ssv', property);
        assert.equal((await item.attributes()).get('v'), v, 'it is kept');
        const reply = await call(bus, SERVICE, 'Secret.Service.SearchItems', 'a{ss}', [wanted]);
        return Array.isArray(reply.body[0]) && reply.body[0].length === 1;
      };
      for (const [longest, more] of [
        ['x'.repeat(32_762), 'x'],
        [`${'é'.repeat(32_761)}\u{1f511}`, 'x'],
        ['\u{1f511}'.repeat(21_841), 'xx'],
      ] as const) {
        assert.equal(await isFound(longest), true);
        assert.equal((await service.searchItems({ v: longest })).unlocked.length, 1);
        assert.equal(await isFound(longest + more), false);
        const long = { app: 'long', v: longest + more };
        await failsWith('invalid-attributes', service.searchItems(long));
        await failsWith('invalid-attributes', service.store('l', long, 's'));
        await failsWith('invalid-attributes', item.setAttributes(long));
      }
    });
    assert.deepEqual((await service.searchItems({ app: 'long' })).unlocked, []);
  },
  {},
  ['keepassxc'],
);

// @rule secret/hits-are-exact
onEach(
  'P25: a search also finds values with a newline more, ours does not',
  [],
  async (bench) => {
    const service = await bench.connect();
    const collection = await service.defaultCollection();
    await service.store('l', { app: 'p25', user: 'u\n' }, 'neighbour');
    await raw(bench, async (bus, call) => {
      const wanted = { app: 'p25', user: 'u' };
      const reply = await call(bus, SERVICE, 'Secret.Service.SearchItems', 'a{ss}', [wanted]);
      assert.ok(Array.isArray(reply.body[0]) && reply.body[0].length === 1);
    });
    const wanted = { app: 'p25', user: 'u' };
    assert.equal(await service.lookup(wanted), undefined);
    assert.equal(await service.clear(wanted), 0);
    await service.store('l', wanted, 'own');
    assert.equal((await service.lookup(wanted, { several: 'refuse' }))?.text(), 'own');
    assert.equal((await collection.searchItems(wanted)).length, 1);
    assert.equal(await service.clear(wanted), 1);
    assert.equal((await service.lookup({ app: 'p25', user: 'u\n' }))?.text(), 'neighbour');
  },
  {},
  ['keepassxc'],
);

// @rule secret/placeholders-are-bytes
// @rule secret/references-refused
onEach(
  'P26, P27: what a text would have filled in is stored as bytes, and a reference refused',
  [],
  async (bench) => {
    const service = await bench.connect();
    for (const text of ['{TITLE}', '{S:app}', 'a{url}b', '{"a":"{NOTES}"}', '{T-CONV:/a/upper/}']) {
      const item = await service.store('l', { app: 'p26' }, text, { contentType: 'text/plain' });
      assert.equal((await service.lookup({ app: 'p26' }, { several: 'refuse' }))?.text(), text);
      await item.setSecret('plain');
      assert.equal((await item.getSecret()).text(), 'plain');
      await item.setSecret(text);
      assert.equal((await item.getSecret()).text(), text);
      await item.delete();
    }
    const item = await service.store('l', { app: 'p26' }, 's');
    await raw(bench, async (bus, call) => {
      const [session] = await plainSession(bus);
      const set = (text: string, type = 'text/plain'): Promise<Message> => {
        const value = new TextEncoder().encode(text);
        const struct = [session, new Uint8Array(0), value, type];
        return call(bus, item.path, 'Secret.Item.SetSecret', '(oayays)', [struct]);
      };
      await set('{TITLE}');
      assert.equal((await item.getSecret()).text(), 'l');
      const refused = 'org.freedesktop.DBus.Error.InvalidArgs';
      assert.equal(await errorName(set('{REF:P@T:x}')), refused);
    });
    for (const text of ['{REF:P@T:x}', 'a{ref:u@i:00}b']) {
      await failsWith('not-supported', service.store('l', { app: 'p27' }, text));
      await failsWith('invalid-argument', service.store(text, { app: 'p27' }, 's'));
      await failsWith('invalid-attributes', service.store('l', { app: 'p27', text }, 's'));
      await failsWith('not-supported', item.setSecret(text));
      await failsWith('invalid-argument', item.setLabel(text));
      await failsWith('invalid-attributes', item.setAttributes({ app: 'p26', text }));
    }
    assert.deepEqual((await service.searchItems({ app: 'p27' })).unlocked, []);
  },
  {},
  ['keepassxc'],
);

// @rule secret/deletions-in-turn
onEach('P17: of two deletions at once one works, the other finds nothing', [], async (bench) => {
  const service = await bench.connect();
  const item = await service.store('l', { app: 'p17' }, 's');
  const outcomes = await Promise.allSettled([item.delete(), item.delete()]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status),
    ['fulfilled', 'rejected'],
  );
  assert.equal(await service.clear({ app: 'p17' }), 0);
});

// @rule secret/empty-search-enumerates
onEach(
  'P5: a search for nothing finds nothing',
  [],
  async (bench) => {
    const service = await bench.connect();
    await service.store('l', { app: 'p5' }, 's');
    await raw(bench, async (bus, call) => {
      const reply = await call(bus, SERVICE, 'Secret.Service.SearchItems', 'a{ss}', [{}]);
      assert.deepEqual(reply.body, [[], []]);
    });
    assert.equal((await service.searchItems({})).unlocked.length, 1);
  },
  {},
  ['keepassxc'],
);

onEach(
  'P12: errors have no text',
  [],
  async (bench) => {
    await raw(bench, async (bus, call) => {
      const input = ['no such algorithm', new Variant('s', '')];
      const open = call(bus, SERVICE, 'Secret.Service.OpenSession', 'sv', input);
      assert.equal(await errorName(open), 'org.freedesktop.DBus.Error.NotSupported');
    });
  },
  {},
  ['keepassxc'],
);

// @rule secret/owned-or-activatable
onEach(
  'P14: not activatable, although it runs',
  [],
  async ({ address }) => {
    const bus = await connectBus({ address });
    const start = bus.call({
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
      member: 'StartServiceByName',
      signature: 'su',
      body: [NAME, 0],
    });
    assert.equal(await errorName(start), 'org.freedesktop.DBus.Error.ServiceUnknown');
    await bus.close();
  },
  {},
  ['keepassxc'],
);
