// The daemon is killed at every point of every operation: before the call, between call and reply,
// while a prompt is open, and after. Each promise settles within its deadline, with a code that says
// what happened; nothing is lost that was there, and nothing is doubled.
// Foreign peer: gnome-keyring, started again on the same files.

import assert from 'node:assert/strict';
import process from 'node:process';
import { bootGnomeKeyring } from '../../../test-fixtures/src/index.ts';
import { isSecretServiceError, SecretService } from '../src/index.ts';
import { failsWith } from '../test/support/failing.ts';
import { onEach, onGnomeKeyring } from './support/keyrings.ts';

const seed = [{ label: 'kept', attributes: { app: 'kept' }, secret: 'kept secret' }];

/** Every operation, as something that is under way when the daemon dies. */
const OPERATIONS: Readonly<Record<string, (service: SecretService) => Promise<unknown>>> = {
  lookup: (service) => service.lookup({ app: 'kept' }),
  search: (service) => service.searchItems({ app: 'kept' }, { loadSecrets: true }),
  'store new': (service) => service.store('new', { app: 'new' }, 'new secret'),
  'store over': (service) => service.store('kept', { app: 'kept' }, 'kept secret'),
  clear: (service) => service.clear({ app: 'nothing like this' }),
  collections: (service) => service.collections(),
  default: (service) => service.defaultCollection(),
  lock: (service) => service.lock(),
  unlock: (service) => service.unlock(),
  alias: (service) => service.readAlias('default'),
};

/** What may be said of an operation whose daemon died: nothing else fits. */
const VANISHED = ['owner-changed', 'unavailable', 'disconnected'];

for (const [name, operation] of Object.entries(OPERATIONS)) {
  onGnomeKeyring(`killed around "${name}"`, { seed }, async ({ keyring, connect }) => {
    // Under way: the call is written, the daemon stopped answering.
    const service = await connect({ timeouts: { replyMs: 5000 } });
    process.kill(keyring.pid, 'SIGSTOP');
    const outcome = operation(service).then(
      () => 'done',
      (error: unknown) => (isSecretServiceError(error) ? error.code : 'not our error'),
    );
    await keyring.kill();
    assert.ok(VANISHED.includes(await outcome), `under way: ${await outcome}`);
    // After: nobody is there.
    const after = await failsWith('unavailable', operation(service));
    assert.equal(after.mayHaveHappened, false);
    // Before: a new daemon on the same files; the same service finds it, and what was kept.
    await using again = await bootGnomeKeyring({ bus: keyring.bus });
    assert.notEqual(again.pid, keyring.pid);
    assert.equal((await service.lookup({ app: 'kept' }))?.text(), 'kept secret');
    const { unlocked } = await service.searchItems({ app: 'kept' });
    assert.equal(unlocked.length, 1, 'doubled');
    await operation(service).catch((error: unknown) => {
      // Locking worked: unlocking again would need someone to ask.
      assert.ok(isSecretServiceError(error, 'no-prompter'), String(error));
    });
  });
}

// @rule secret/greeted-first
onGnomeKeyring(
  'a new daemon is greeted before it is asked',
  { seed },
  async ({ keyring, proxy }) => {
    const recorded = await proxy();
    await using service = SecretService.open({ address: recorded.address });
    assert.equal((await service.lookup({ app: 'kept' }))?.text(), 'kept secret');
    process.kill(keyring.pid, 'SIGSTOP');
    const underWay = failsWith('owner-changed', service.lookup({ app: 'kept' }));
    await keyring.kill();
    await underWay;
    await using _again = await bootGnomeKeyring({ bus: keyring.bus });
    const calls = (): unknown[] =>
      recorded
        .messages()
        .filter(({ direction }) => direction === 'out')
        .map(({ member }) => member);
    const before = calls().length;
    assert.equal((await service.lookup({ app: 'kept' }))?.text(), 'kept secret');
    const sent = calls().slice(before);
    assert.equal(sent[0], 'Ping');
    assert.equal(sent.filter((member) => member === 'Ping').length, 1);
    assert.equal(recorded.connections.length, 1);
  },
);

onGnomeKeyring('killed in the middle of many stores', { seed }, async ({ keyring, connect }) => {
  const service = await connect();
  const stores = Array.from({ length: 40 }, (_, n) =>
    service.store('l', { app: 'many', n: String(n) }, `secret ${n}`).then(
      () => ({ n, code: 'done', mayHaveHappened: true }),
      (error: unknown) => {
        assert.ok(isSecretServiceError(error), String(error));
        return { n, code: error.code, mayHaveHappened: error.mayHaveHappened };
      },
    ),
  );
  await Promise.race(stores);
  await keyring.kill();
  const outcomes = await Promise.all(stores);
  await using _again = await bootGnomeKeyring({ bus: keyring.bus });
  for (const { n, code, mayHaveHappened } of outcomes) {
    assert.ok(code === 'done' || VANISHED.includes(code), code);
    const { unlocked } = await service.searchItems({ app: 'many', n: String(n) });
    assert.ok(unlocked.length <= 1, `store ${n} was doubled`);
    if (code === 'done') assert.equal(unlocked.length, 1, `store ${n} was lost`);
    if (!mayHaveHappened) assert.equal(unlocked.length, 0, `store ${n} happened all the same`);
  }
});

onEach('killed under way, on every daemon', [], async ({ keyring, connect }) => {
  const service = await connect({ timeouts: { replyMs: 5000 } });
  await service.store('l', { app: 'x' }, 's');
  process.kill(keyring.pid, 'SIGSTOP');
  const pending = [
    failsWith('owner-changed', service.lookup({ app: 'x' })),
    failsWith('owner-changed', service.collections()),
    failsWith('owner-changed', service.store('l', { app: 'y' }, 's')),
  ];
  await keyring.kill();
  await Promise.all(pending);
});

onEach('a daemon that stops answering: the reply deadline', [], async ({ keyring, connect }) => {
  const service = await connect({ timeouts: { replyMs: 300 } });
  process.kill(keyring.pid, 'SIGSTOP');
  await failsWith('deadline', service.collections());
  const error = await failsWith('deadline', service.store('l', { app: 'y' }, 's'));
  assert.equal(error.mayHaveHappened, false);
  process.kill(keyring.pid, 'SIGCONT');
  assert.equal((await service.collections()).length > 0, true);
});
