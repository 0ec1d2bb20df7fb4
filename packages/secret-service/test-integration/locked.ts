// Locked is never absent: on every keyring, in every state that hides or keeps items back, with and
// without leave to prompt; and what is not there at all is said as clearly.
// Foreign peer: the daemons themselves, seeded by secret-tool (libsecret) before they are locked.

import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { bootBus, requires, secretToolLookup } from '../../../test-fixtures/src/index.ts';
import { isAvailable, SecretService } from '../src/index.ts';
import { failsWith } from '../test/support/failing.ts';
import { AT_ONCE, type BootOptions, onEach, onGnomeKeyring } from './support/keyrings.ts';

const seed = [{ label: 'seeded', attributes: { app: 'seed', user: 'u' }, secret: 's3cret' }];

const LOCKED: BootOptions = {
  'gnome-keyring': { state: 'locked', seed },
  kwallet: { state: 'locked', seed },
  keepassxc: { state: 'locked', seed, unlockBeforeSearch: false },
};

const COLD: BootOptions = {
  'gnome-keyring': { state: 'cold', seed },
  kwallet: { state: 'cold', seed },
  keepassxc: { state: 'locked', seed, unlockBeforeSearch: true },
};

for (const [state, boot] of [
  ['locked', LOCKED],
  ['cold', COLD],
] as const) {
  // @rule secret/locked-is-not-absent
  // @rule secret/non-interactive
  // @rule secret/unlock-rereads
  onEach(
    `${state}, no prompts: everything says locked`,
    ['secret-tool'],
    async ({ connect, proxy }) => {
      const recorded = await proxy();
      const service = await connect({
        address: recorded.address,
        interactive: false,
        timeouts: { replyMs: 1500 },
      });
      await failsWith('locked', service.lookup({ app: 'seed' }));
      await failsWith('locked', service.lookup({ app: 'not there' }));
      await failsWith('locked', service.searchItems({ app: 'not there' }));
      await failsWith('locked', service.clear({ app: 'seed' }));
      await failsWith('locked', service.store('label', { app: 'new' }, 'secret'));
      const error = await failsWith('locked', service.unlock());
      assert.notEqual(error.advice, '');
      const shown = recorded.messages().filter((message) => message.member === 'Prompt');
      assert.deepEqual(shown, [], 'Prompt() was called');
    },
    boot,
  );

  // @rule secret/blind-prompt-deadline
  // @rule secret/no-prompter
  // @rule secret/search-deadline-locked
  onEach(
    `${state}, nobody to ask: it says so within the deadlines`,
    ['secret-tool'],
    async ({ connect }) => {
      const timeouts = { replyMs: 1500, promptMs: 500 };
      const service = await connect({ timeouts, clock: AT_ONCE });
      for (const attempt of [
        () => service.lookup({ app: 'seed' }),
        () => service.store('label', { app: 'new' }, 'secret'),
        () => service.unlock(),
      ]) {
        const error = await failsWith('no-prompter', attempt()).catch(() =>
          // A daemon that holds the search itself back never comes to a prompt.
          failsWith('locked', attempt()),
        );
        assert.notEqual(error.advice, '');
      }
    },
    boot,
  );
}

// @rule secret/password-encrypted-only
onGnomeKeyring('unlocks with a password and no prompt', { state: 'cold', seed }, async (bench) => {
  const service = await bench.connect({ interactive: false });
  await failsWith('denied', service.unlockWithPassword('wrong'));
  await service.unlockWithPassword(bench.keyring.password);
  assert.equal((await service.lookup({ app: 'seed' }))?.text(), 's3cret');
  const made = await service.createCollectionWithPassword('made', 'another password');
  assert.equal(await made.label(), 'made');
  await made.lock();
  await service.unlockWithPassword('another password', { collection: made });
  const plain = await bench.connect({ session: 'plain' });
  await failsWith('not-supported', plain.unlockWithPassword(bench.keyring.password));
});

onEach(
  'a password is of no use where the daemon has no way to take one',
  [],
  async ({ connect }) => {
    const service = await connect();
    await failsWith('not-supported', service.unlockWithPassword('x'));
    await failsWith('not-supported', service.createCollectionWithPassword('l', 'x'));
  },
  {},
  ['kwallet', 'keepassxc'],
);

onEach(
  'after a login the wallet opens without anyone being asked',
  ['secret-tool', 'secretstorage'],
  async ({ connect }) => {
    const service = await connect();
    assert.equal((await service.lookup({ app: 'seed' }))?.text(), 's3cret');
  },
  { kwallet: { state: 'logged-in', seed } },
  ['kwallet'],
);

// @rule secret/empty-locked-is-locked
// @rule secret/locked-write-refused
onEach(
  'a locked item is neither read as empty nor written to',
  ['secret-tool'],
  async ({ keyring, connect }) => {
    const service = await connect({ interactive: false });
    const [item] = (await service.searchItems({ app: 'seed' })).locked;
    assert.ok(item);
    assert.equal(await item.isLocked(), true);
    await failsWith('locked', item.getSecret());
    await failsWith('locked', item.setSecret('lost'));
    await failsWith('locked', item.setLabel('lost'));
    await failsWith('locked', item.setAttributes({ app: 'lost' }));
    await failsWith('locked', item.delete());
    await failsWith('locked', item.ensureNotLocked());
    const results = await service.getSecrets([item]);
    assert.deepEqual(
      [...results.values()].map((result) => result.status),
      ['locked'],
    );
    if (keyring.kind === 'gnome-keyring') {
      await service.unlockWithPassword(keyring.password);
      assert.equal((await item.getSecret()).text(), 's3cret');
      assert.equal(await item.label(), 'seeded');
    }
  },
  { 'gnome-keyring': { state: 'locked', seed }, kwallet: { state: 'locked', seed } },
  ['gnome-keyring', 'kwallet'],
);

// @rule secret/locked-list-is-not-empty
onEach(
  'a locked database shows no items, and that is not taken for an empty one',
  ['secret-tool'],
  async ({ connect }) => {
    const service = await connect({ interactive: false });
    const collection = await service.defaultCollection();
    assert.equal(await collection.isLocked(), true);
    await failsWith('locked', collection.items());
    await failsWith('locked', collection.searchItems({ app: 'seed' }));
    await failsWith('locked', collection.ensureNotLocked());
  },
  { keepassxc: { state: 'locked', seed, unlockBeforeSearch: false } },
  ['keepassxc'],
);

// @rule secret/no-blind-default
onEach(
  'no exposed group: the advice names what to do, and no wizard is opened',
  [],
  async ({ connect }) => {
    const service = await connect({ timeouts: { replyMs: 1500 } });
    assert.equal(await service.defaultCollection({ create: false }), undefined);
    const error = await failsWith('no-default-collection', service.defaultCollection());
    assert.match(error.advice, /expose a group/);
    await failsWith('no-default-collection', service.store('l', { app: 'x' }, 's'));
    await failsWith('no-default-collection', service.unlock());
    // The search raises a dialog of the daemon's own, so that it is answered by the deadline.
    await failsWith('no-default-collection', service.lookup({ app: 'x' }));
  },
  { keepassxc: { state: 'not-exposed' } },
  ['keepassxc'],
);

onGnomeKeyring('no keyring at all, no prompts', { state: 'none' }, async ({ connect }) => {
  const service = await connect({ interactive: false });
  assert.equal(await service.lookup({ app: 'x' }), undefined);
  assert.equal(await service.defaultCollection({ create: false }), undefined);
  await failsWith('no-default-collection', service.store('l', { app: 'x' }, 's'));
  await failsWith('no-default-collection', service.defaultCollection());
});

onGnomeKeyring('no keyring at all, nobody to ask', { state: 'none' }, async ({ connect }) => {
  const service = await connect({ clock: AT_ONCE });
  await failsWith('no-prompter', service.store('l', { app: 'x' }, 's'));
});

onGnomeKeyring(
  'no keyring at all: one is created when the user agrees',
  { state: 'none', prompter: 'accept' },
  async ({ keyring, connect }) => {
    const service = await connect({ hasDisplay: true });
    const item = await service.store('first', { app: 'x' }, 'secret');
    assert.equal((await item.getSecret()).text(), 'secret');
    const theirs = await secretToolLookup(keyring.peerEnv, { app: 'x' });
    assert.deepEqual(theirs, new TextEncoder().encode('secret'));
  },
);

const missing = requires('dbus-daemon');
if (missing === undefined) {
  test('a bus without a service: unavailable, with advice', async () => {
    await using bus = await bootBus();
    const address = bus.env['DBUS_SESSION_BUS_ADDRESS'] ?? '';
    const error = await failsWith('unavailable', SecretService.connect({ address }));
    assert.notEqual(error.advice, '');
    const service = SecretService.open({ address });
    await failsWith('unavailable', service.lookup({ app: 'x' }));
    await service.close();
    assert.equal(await isAvailable({ address }), false);
  });
} else {
  test.skip('a bus without a service: unavailable, with advice', missing);
}

test('no bus: unavailable, and the address tried is named', async () => {
  const address = 'unix:path=/nonexistent/keywire/bus';
  const error = await failsWith('unavailable', SecretService.connect({ address }));
  assert.match(error.message, /\/nonexistent\/keywire\/bus/);
  assert.equal(await isAvailable({ address }), false);
});

// @rule secret/owned-or-activatable
onEach('a running service is available', [], async ({ address }) => {
  assert.equal(await isAvailable({ address }), true);
});
