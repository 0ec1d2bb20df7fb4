// Prompts that are accepted, refused, dismissed, never answered, aborted, and whose daemon goes away.
// Foreign peers: gnome-keyring with a prompter that speaks its protocol; kwalletd5 and KeePassXC,
// whose dialogs nobody sees here.

import assert from 'node:assert/strict';
import { secretToolLookup } from '../../../test-fixtures/src/index.ts';
import { isSecretServiceError } from '../src/index.ts';
import { failsWith } from '../test/support/failing.ts';
import { AT_ONCE, onEach, onGnomeKeyring } from './support/keyrings.ts';

const seed = [{ label: 'seeded', attributes: { app: 'seed' }, secret: 's3cret' }];

// @rule secret/subscribe-first
onGnomeKeyring(
  'accepted: locked is unlocked on the way',
  { state: 'locked', prompter: 'accept', seed },
  async ({ connect, proxy }) => {
    const recorded = await proxy();
    const service = await connect({ hasDisplay: true, address: recorded.address });
    assert.equal((await service.lookup({ app: 'seed' }))?.text(), 's3cret');
    await service.lock();
    await service.store('label', { app: 'new' }, 'stored after a prompt');
    assert.equal((await service.lookup({ app: 'new' }))?.text(), 'stored after a prompt');
    await service.lock();
    assert.equal(await service.clear({ app: 'new' }), 1);
    const members = recorded
      .messages()
      .filter((message) => message.direction === 'out')
      .map((message) => message.member);
    const subscribed = members.indexOf('AddMatch', members.indexOf('Hello') + 2);
    assert.ok(subscribed > 0 && subscribed < members.indexOf('Unlock'), members.join(' '));
  },
);

onGnomeKeyring(
  'cold: what is hidden behind hashed attributes is found after the unlock',
  { state: 'cold', prompter: 'accept', seed },
  async ({ connect }) => {
    const service = await connect({ hasDisplay: true });
    const attributes = { app: 'seed', 'xdg:schema': 'org.freedesktop.Secret.Generic' };
    assert.equal((await service.lookup(attributes))?.text(), 's3cret');
  },
);

onGnomeKeyring(
  'a wrong password first',
  { state: 'locked', prompter: 'wrong-then-accept', seed },
  async ({ connect }) => {
    const service = await connect({ hasDisplay: true });
    assert.equal((await service.lookup({ app: 'seed' }))?.text(), 's3cret');
  },
);

for (const prompter of ['dismiss', 'refuse'] as const) {
  // @rule secret/dismissed-result-ignored
  onGnomeKeyring(
    `${prompter}: dismissed, and nothing else`,
    { state: 'locked', prompter, seed },
    async ({ keyring, connect }) => {
      const service = await connect({ hasDisplay: true });
      await failsWith('dismissed', service.lookup({ app: 'seed' }));
      await failsWith('dismissed', service.store('label', { app: 'new' }, 'secret'));
      await failsWith('dismissed', service.unlock());
      const found = await service.searchItems({ app: 'seed' });
      assert.equal(found.locked.length, 1);
      await failsWith('dismissed', service.searchItems({ app: 'seed' }, { unlock: true }));
      await service.unlockWithPassword(keyring.password);
      assert.equal((await service.lookup({ app: 'seed' }))?.text(), 's3cret');
      assert.equal(await secretToolLookup(keyring.peerEnv, { app: 'new' }), undefined);
    },
  );
}

onGnomeKeyring(
  'dismissed at once with no display: there was no one to ask',
  { state: 'locked', prompter: 'dismiss', seed },
  async ({ connect }) => {
    const service = await connect({ hasDisplay: false, clock: AT_ONCE });
    const error = await failsWith('no-prompter', service.lookup({ app: 'seed' }));
    assert.match(error.advice, /password/);
  },
);

// @rule secret/dismissal-survived
onGnomeKeyring(
  'never answered: the prompt deadline ends it, and the daemon lives on',
  { state: 'locked', prompter: 'never', seed },
  async ({ connect }) => {
    const service = await connect({ hasDisplay: true, timeouts: { promptMs: 300 } });
    await failsWith('prompt-deadline', service.lookup({ app: 'seed' }));
    const owner = service.owner;
    const collection = await service.defaultCollection();
    assert.equal(await collection.isLocked(), true);
    assert.equal(service.owner, owner);
  },
);

onGnomeKeyring(
  'never answered: the caller ends it',
  { state: 'locked', prompter: 'never', seed },
  async ({ keyring, connect }) => {
    const service = await connect({ hasDisplay: true });
    const controller = new AbortController();
    const pending = failsWith('aborted', service.unlock(undefined, { signal: controller.signal }));
    await keyring.prompter?.until('perform');
    controller.abort(new Error('enough'));
    const error = await pending;
    assert.equal(error.cause instanceof Error && error.cause.message, 'enough');
    const { signal } = controller;
    const again = await failsWith('aborted', service.lookup({ app: 'seed' }, { signal }));
    assert.equal(again.cause instanceof Error && again.cause.message, 'enough');
    await failsWith('aborted', service.store('l', { app: 'x' }, 's', { signal }));
    assert.equal((await service.searchItems({ app: 'seed' })).locked.length, 1);
  },
);

onGnomeKeyring(
  'answered late: it is waited for as long as the user needs',
  { state: 'locked', prompter: 'delay', seed },
  async ({ keyring, connect }) => {
    const service = await connect({ hasDisplay: true });
    const pending = service.lookup({ app: 'seed' });
    await keyring.prompter?.until('held');
    keyring.prompter?.release();
    assert.equal((await pending)?.text(), 's3cret');
  },
);

onGnomeKeyring(
  'the daemon dies while its prompt is open',
  { state: 'locked', prompter: 'never', seed },
  async ({ keyring, connect }) => {
    const service = await connect({ hasDisplay: true });
    const pending = failsWith('owner-changed', service.unlock());
    await keyring.prompter?.until('perform');
    await keyring.kill();
    const error = await pending;
    assert.equal(error.name, 'DisconnectedError');
  },
);

onGnomeKeyring(
  'the prompter dies while it is asked',
  { state: 'locked', prompter: 'vanish', seed },
  async ({ connect }) => {
    const service = await connect({ hasDisplay: true });
    await failsWith('dismissed', service.unlock());
  },
);

// @rule secret/object-or-prompt
// @rule secret/exact-prompt-path
// @rule secret/prompt-result-types
onEach(
  'a prompt for everything: it completes by itself, among others',
  [],
  async ({ connect }) => {
    const service = await connect();
    const items = await Promise.all(
      ['a', 'b', 'c'].map((user) => service.store(user, { app: 'many', user }, user)),
    );
    for (const [index, item] of items.entries()) {
      assert.equal((await item.getSecret()).text(), 'abc'[index]);
    }
    await items[0]?.delete();
    assert.equal(await service.clear({ app: 'many' }), 2);
    await failsWith(
      'prompt-required',
      service.store('x', { app: 'x' }, 'x', { interactive: false }),
    );
    assert.equal(await service.lookup({ app: 'x' }), undefined);
  },
  {},
  ['keepassxc'],
);

// @rule secret/dismiss-without-waiting
onEach(
  'a dialog that nobody sees: the deadline ends it, and the next attempt works the same',
  ['secret-tool', 'secretstorage'],
  async ({ connect, proxy }) => {
    const recorded = await proxy();
    const service = await connect({
      address: recorded.address,
      hasDisplay: true,
      timeouts: { promptMs: 300 },
    });
    await failsWith('prompt-deadline', service.unlock());
    await failsWith('prompt-deadline', service.unlock());
    const sent = recorded.messages().filter((message) => message.direction === 'out');
    assert.equal(sent.filter((message) => message.member === 'Dismiss').length, 2);
  },
  { kwallet: { state: 'locked', seed } },
  ['kwallet'],
);

onEach(
  'access that has to be allowed in a dialog nobody sees: it ends, and is not absence',
  ['secret-tool'],
  async ({ connect }) => {
    const service = await connect({ timeouts: { replyMs: 700, promptMs: 300 } });
    await failsWith('no-prompter', service.lookup({ app: 'seed' }));
    // @rule secret/locked-item-unlocked
    const { attributes = {}, label = '' } = seed[0] ?? {};
    await failsWith('no-prompter', service.store(label, attributes, 'new'));
    const [item] = (await service.searchItems({ app: 'seed' })).locked;
    assert.ok(item);
    const error = await item.getSecret().catch((caught: unknown) => caught);
    assert.ok(
      isSecretServiceError(error, 'deadline') || isSecretServiceError(error, 'locked'),
      String(error),
    );
  },
  { keepassxc: { seed, confirmAccess: true } },
  ['keepassxc'],
);

// @rule secret/one-question-at-a-time
for (const mode of ['accept', 'dismiss'] as const) {
  onGnomeKeyring(
    `several operations at once ask once: ${mode}`,
    { state: 'locked', prompter: mode, seed },
    async ({ keyring, connect }) => {
      const service = await connect({ hasDisplay: true });
      const outcomes = await Promise.all(
        [
          service.lookup({ app: 'seed' }),
          service.lookup({ app: 'seed' }),
          service.store('seeded', { app: 'seed' }, 'new'),
          service.store('label', { app: 'new' }, 'new'),
          service.unlock(),
        ].map(codeOf),
      );
      const outcome = mode === 'accept' ? 'done' : 'dismissed';
      assert.deepEqual(outcomes, Array(5).fill(outcome));
      await keyring.prompter?.until('begin');
      await keyring.prompter?.until('stop');
      if (mode === 'accept') return;
      // The daemon has not been brought to a stop by it: another answer is still possible.
      keyring.prompter?.setMode('accept');
      assert.equal((await service.lookup({ app: 'seed' }))?.text(), 's3cret');
      // That was the second dialog, and there was none between them.
      assert.equal((await keyring.prompter?.nextEvent())?.event, 'begin');
      await keyring.prompter?.until('stop');
    },
  );

  // @rule secret/one-default
  onGnomeKeyring(
    `several first stores at once ask once for a keyring: ${mode}`,
    { state: 'none', prompter: mode },
    async ({ connect }) => {
      const service = await connect({ hasDisplay: true });
      const before = (await service.collections()).length;
      const outcomes = await Promise.all([
        ...['1', '2', '3'].map((n) => codeOf(service.store('l', { n }, 's'))),
        codeOf(service.defaultCollection()),
      ]);
      assert.deepEqual(outcomes, Array(4).fill(mode === 'accept' ? 'done' : 'dismissed'));
      const made = (await service.collections()).length - before;
      assert.equal(made, mode === 'accept' ? 1 : 0);
    },
  );
}

// @rule secret/no-queue-of-dialogs
onGnomeKeyring(
  'who gives up waiting for an unlock leaves one dialog, however often it is tried again',
  { state: 'locked', prompter: 'delay', seed },
  async ({ keyring, connect, proxy }) => {
    const recorded = await proxy();
    const service = await connect({ hasDisplay: true, address: recorded.address });
    const shown = (): number =>
      recorded
        .messages()
        .filter(({ direction, member }) => direction === 'out' && member === 'Prompt').length;
    const controller = new AbortController();
    const first = failsWith(
      'aborted',
      service.lookup({ app: 'seed' }, { signal: controller.signal }),
    );
    await keyring.prompter?.until('held');
    controller.abort();
    await first;
    for (let i = 0; i < 3; i += 1) {
      const signal = AbortSignal.timeout(100);
      await failsWith('aborted', service.lookup({ app: 'seed' }, { signal }));
    }
    assert.equal(shown(), 1);
    const last = service.lookup({ app: 'seed' });
    keyring.prompter?.release();
    assert.equal((await last)?.text(), 's3cret');
  },
);

async function codeOf(operation: Promise<unknown>): Promise<string> {
  try {
    await operation;
    return 'done';
  } catch (error) {
    if (!isSecretServiceError(error)) throw error;
    return error.code;
  }
}
