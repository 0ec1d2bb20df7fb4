// What oo7-daemon does otherwise (O rows of docs/QUIRKS.md). It cannot be run here, so each row is
// imitated: by the embedded provider on a real bus where it has a profile for it, else by a script.
// No claim about the protocol rests on these. Foreign peers that cover it: secret-tool (libsecret)
// beside us on the same provider; for scripted rows the same calls on the real daemons, in quirks.ts,
// collections.ts and prompts.ts.

import assert from 'node:assert/strict';
import { type CallOptions, Variant } from '@keywire/dbus-wire';
import {
  acceptingPrompter,
  memoryStore,
  type Prompter,
  startSecretProvider,
} from '@keywire/secret-provider';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootBus,
  requires,
  secretToolLookup,
  secretToolStore,
} from '../../../test-fixtures/src/index.ts';
import { type ConnectOptions, DAEMON_PROFILES, SecretService } from '../src/index.ts';
import { failsWith } from '../test/support/failing.ts';
import {
  COLLECTION,
  errorReply,
  ITEM,
  PROMPT,
  plainSecret,
  SERVICE,
  turn,
} from '../test/support/scripted-daemon.ts';
import { scripted } from '../test/support/scripted-service.ts';

const profile = DAEMON_PROFILES.find((each) => each.family === 'oo7');
const SEED = { id: '1', label: 'seeded', attributes: { app: 'seed' }, secret: 's3cret' };

type Env = Readonly<Record<string, string>>;
type Open = (options?: ConnectOptions) => SecretService;

function onProvider(
  name: string,
  locked: boolean,
  body: (open: Open, env: Env) => Promise<void>,
  prompter: Prompter = acceptingPrompter,
): void {
  const missing = requires('dbus-daemon', 'secret-tool');
  if (missing !== undefined) {
    test.skip(name, missing);
    return;
  }
  test(name, async () => {
    await using bus = await bootBus();
    const { address } = bus;
    const collections = [
      { id: 'main', label: 'Main', aliases: ['default'], locked, items: [SEED] },
    ];
    const store = memoryStore({ collections });
    await using _provider = await startSecretProvider({ address, store, prompter, profile: 'oo7' });
    const opened: SecretService[] = [];
    try {
      await body((options = {}) => {
        const service = SecretService.open({ address, profile, hasDisplay: true, ...options });
        opened.push(service);
        return service;
      }, bus.env);
    } finally {
      for (const service of opened) await service.close();
    }
  });
}

onProvider('O1: the output of a plain session is an empty ay', false, async (open, env) => {
  const service = open({ session: 'plain' });
  await service.store('l', { app: 'x' }, 'secret');
  assert.equal(service.session?.encrypted, false);
  assert.deepEqual(await secretToolLookup(env, { app: 'x' }), new TextEncoder().encode('secret'));
});

onProvider('O2: a search in a locked collection finds nothing', true, async (open, env) => {
  const strict = open({ interactive: false });
  await failsWith('locked', strict.lookup({ app: 'seed' }));
  await failsWith('locked', strict.searchItems({ app: 'seed' }));
  assert.equal((await open().lookup({ app: 'seed' }))?.text(), 's3cret');
  const theirs = await secretToolLookup(env, { app: 'seed' });
  assert.deepEqual(theirs, new TextEncoder().encode('s3cret'));
});

onProvider(
  'O5: Dismiss emits no Completed',
  true,
  async (open) => {
    const service = open({ timeouts: { promptMs: 100 } });
    await failsWith('prompt-deadline', service.unlock());
    const controller = new AbortController();
    const pending = failsWith('aborted', service.unlock(undefined, { signal: controller.signal }));
    await turn();
    controller.abort();
    await pending;
  },
  { ask: () => new Promise(() => {}) },
);

onProvider('O6: only the alias default is there', false, async (open) => {
  const service = open();
  const collection = await service.defaultCollection();
  await failsWith('not-supported', service.setAlias('work', collection));
  await service.setAlias('default', collection);
  await failsWith('not-supported', service.setAlias('default', undefined));
  assert.equal(await service.collection('work'), undefined);
});

onProvider('O8: content types outside a short list are refused', false, async (open, env) => {
  const service = open();
  for (const contentType of ['plain/text', 'data/null', 'text/plain; charset=utf8']) {
    await service.store('l', { app: contentType }, 'secret', { contentType });
    assert.equal((await service.lookup({ app: contentType }))?.text(), 'secret');
  }
  const theirs = await secretToolLookup(env, { app: 'data/null' });
  assert.deepEqual(theirs, new TextEncoder().encode('secret'));
});

onProvider(
  'O11: a session serves every connection: ours are still our own',
  false,
  async (open, env) => {
    const [one, two] = [open(), open()];
    await one.store('l', { app: 'x' }, 'secret');
    await secretToolStore(env, { label: 'l', attributes: { app: 'y' }, secret: 'theirs' });
    assert.equal((await two.lookup({ app: 'x' }))?.text(), 'secret');
    assert.equal((await one.lookup({ app: 'y' }))?.text(), 'theirs');
    assert.notEqual(one.session?.path, two.session?.path);
  },
);

// @rule secret/failed-is-locked
test('O3: the label and the attributes of a locked item fail', async () => {
  const { service } = scripted(
    {
      'Get Label': () => errorReply('Failed'),
      'Get Attributes': () => errorReply('Failed'),
      'Get Locked': () => ['v', new Variant('b', true)],
    },
    { profile },
  );
  const item = service.itemAt(ITEM);
  await failsWith('locked', item.label());
  await failsWith('locked', item.attributes());
  await service.close();
});

test('O4: creating and deleting what is locked gives a prompt', async () => {
  const { daemon, service } = scripted(
    { CreateItem: () => ['oo', '/', PROMPT], Delete: () => ['o', PROMPT] },
    { profile },
  );
  const completeNext = async (count: number, result: Variant): Promise<void> => {
    while (daemon.members.filter((member) => member === 'Prompt').length < count) await turn();
    daemon.complete(PROMPT, false, result);
  };
  const storing = service.store('l', { app: 'x' }, 's');
  await completeNext(1, new Variant('o', ITEM));
  const item = await storing;
  assert.equal(item.path, ITEM);
  const deleting = item.delete();
  // O10: what a deletion carries.
  await completeNext(2, new Variant('o', '/'));
  await deleting;
  await service.close();
});

test('O7: replace makes a new item, which is never asked for', async () => {
  const { daemon, service } = scripted(
    {
      SearchItems: (call: CallOptions) =>
        call.path === SERVICE ? ['aoao', [], []] : ['ao', [ITEM]],
      GetAll: () => [
        'a{sv}',
        new Map<string, unknown>([
          ['Label', new Variant('s', 'l')],
          ['Attributes', new Variant('a{ss}', new Map([['app', 'x']]))],
          ['Locked', new Variant('b', false)],
        ]),
      ],
      GetSecret: () => ['(oayays)', plainSecret('new')],
    },
    { profile },
  );
  const item = await service.store('l', { app: 'x' }, 'new');
  assert.equal(item.path, ITEM);
  assert.ok(daemon.members.includes('SetSecret'));
  assert.equal(daemon.members.includes('CreateItem'), false);
  const collection = service.collectionAt(COLLECTION);
  await collection.createItem('l', { app: 'x' }, 's');
  const create = daemon.calls.find((call) => call.member === 'CreateItem');
  assert.equal(create?.body?.[2], false);
  await service.close();
});

test('O9: an item without a label or attributes ends the daemon: both are always given', async () => {
  const { daemon, service } = scripted({}, { profile });
  const collection = service.collectionAt(COLLECTION);
  await collection.createItem('', {}, 's');
  const create = daemon.calls.find((call) => call.member === 'CreateItem');
  const properties = create?.body?.[0];
  assert.ok(properties instanceof Map);
  assert.deepEqual([...properties.keys()].sort(), [
    'org.freedesktop.Secret.Item.Attributes',
    'org.freedesktop.Secret.Item.Label',
  ]);
  await service.close();
});

test('O12: paths are in lower case, whatever the label: they are taken as given', async () => {
  const path = `${SERVICE}/collection/my_work`;
  const { daemon, service } = scripted({ CreateCollection: () => ['oo', path, '/'] }, { profile });
  const collection = await service.createCollection('My Work');
  await collection.label();
  assert.equal(collection.path, path);
  assert.equal(daemon.calls.at(-1)?.path, path);
  await service.close();
});
