// The daemon is killed at every point of every operation: before each of its calls, between each
// call and its reply, while its prompt is open, and when it is done. Printed: what was said. Checked
// on the daemon started again: each promise settled with a code that says what happened, nothing
// that was there is lost, nothing is doubled, what was done is there, and what cannot have happened
// has not.
// Foreign peer: gnome-keyring, killed and started again on the same files.

import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { bootBus, bootGnomeKeyring, requires } from '../../../test-fixtures/src/index.ts';
import { isSecretServiceError, SecretService } from '../src/index.ts';
import { InterruptedConnection } from './support/interrupted-connection.ts';
import { onGnomeKeyring } from './support/keyrings.ts';
import {
  count,
  keptSecret,
  OPERATIONS,
  type Operation,
  stopAndKill,
  VANISHED,
  WAYS,
  type Way,
} from './support/killed-operations.ts';

const missing = requires('dbus-daemon', 'gnome-keyring', 'secret-tool');
for (const [name, operation] of Object.entries(OPERATIONS)) {
  const title = `gnome-keyring: killed at every point of "${name}"`;
  if (missing === undefined) test(title, () => killEverywhere(name, operation));
  else test.skip(title, missing);
}

async function killEverywhere(name: string, operation: Operation): Promise<void> {
  await using bus = await bootBus();
  let points = 0;
  for (const way of WAYS) {
    for (let at = 0; ; at += 1) {
      const member = await killOnce(bus, operation, way, at);
      if (member === undefined) break;
      console.log(`# ${name} | ${way} ${member}`);
      points += 1;
      if (way === 'after') break;
    }
  }
  assert.ok(points >= 3, 'every operation makes a call');
}

/** Kills at the call of a number; gives what was said, or undefined if it makes fewer calls. */
async function killOnce(
  bus: Awaited<ReturnType<typeof bootBus>>,
  { run, isDone }: Operation,
  way: Way,
  at: number,
): Promise<string | undefined> {
  const keyring = await bootGnomeKeyring({ bus });
  const connection = new InterruptedConnection(bus.address);
  const options = { connection, hasDisplay: false, timeouts: { replyMs: 20_000 } };
  const service = await SecretService.connect(options);
  await service.clear({ app: 'new' });
  await service.clear({ app: 'kept' });
  const item = await service.store('kept', { app: 'kept' }, 'old');
  let calls = 0;
  let member: string | undefined;
  let dies: Promise<void> | undefined;
  connection.intercept = async (call) => {
    calls += 1;
    if (way === 'after' || calls !== at + 1) return;
    member = call.member;
    if (way === 'before') await keyring.kill();
    else dies = stopAndKill(keyring);
  };
  const outcome = await run({ service, item }).then(
    () => undefined,
    (error: unknown) => error,
  );
  connection.intercept = async () => {};
  await dies;
  await keyring.kill();
  const died = way === 'after' ? 'its reply' : member;
  const said = await check(bus, outcome, died !== undefined && way !== 'after', isDone);
  await service.close();
  await connection.close();
  return died === undefined ? undefined : `${died} | ${said}`;
}

/** Looks at the keyring with new eyes; gives in words what was said of the operation. */
async function check(
  bus: Awaited<ReturnType<typeof bootBus>>,
  outcome: unknown,
  wasKilled: boolean,
  isDone: Operation['isDone'],
): Promise<string> {
  await using _again = await bootGnomeKeyring({ bus });
  await using eyes = await SecretService.connect({ address: bus.address, hasDisplay: false });
  const done = await isDone?.(eyes);
  assert.ok((await count(eyes, 'kept')) <= 1 && (await count(eyes, 'new')) <= 1, 'doubled');
  if (outcome === undefined) {
    assert.notEqual(done, false, 'said to be done, and is not there');
    return 'done';
  }
  assert.ok(isSecretServiceError(outcome), String(outcome));
  assert.ok(wasKilled && VANISHED.includes(outcome.code), outcome.message);
  if (!outcome.mayHaveHappened) assert.notEqual(done, true, 'said not to have happened, and is');
  return `${outcome.code}${outcome.mayHaveHappened ? ', may have happened' : ''}`;
}

const PROMPTED: Readonly<Record<string, (service: SecretService) => Promise<unknown>>> = {
  lookup: (service) => service.lookup({ app: 'kept' }),
  'searchItems, unlock': (service) => service.searchItems({ app: 'kept' }, { unlock: true }),
  store: (service) => service.store('new', { app: 'new' }, 'new'),
  clear: (service) => service.clear({ app: 'kept' }),
  unlock: (service) => service.unlock(),
  createCollection: (service) => service.createCollection('new'),
};

for (const [name, run] of Object.entries(PROMPTED)) {
  const seed = [{ label: 'kept', attributes: { app: 'kept' }, secret: 'old' }];
  onGnomeKeyring(
    `killed during the prompt of "${name}"`,
    { state: 'locked', prompter: 'never', seed },
    async ({ keyring, connect }) => {
      const service = await connect({ hasDisplay: true });
      const outcome = run(service).catch((error: unknown) => error);
      await keyring.prompter?.until('perform');
      await keyring.kill();
      const error = await outcome;
      assert.ok(isSecretServiceError(error, 'owner-changed'), String(error));
      console.log(`# ${name} | during its prompt | ${error.code}`);
      await using again = await bootGnomeKeyring({ bus: keyring.bus });
      assert.notEqual(again.pid, keyring.pid);
      assert.equal(await keptSecret(service), 'old');
      assert.equal(await service.lookup({ app: 'new' }), undefined);
      assert.equal((await service.collections()).length, 2);
    },
  );
}
