// The daemons that keep changes in memory are killed at every point of every operation, as
// gnome-keyring is in killed-at-every-point.ts. Each promise settles with a code that says what
// happened, and while the daemon lives what was said to be done is there, once. What is left on disk
// is the daemon's own affair, so of the daemon started again is promised only this:
//
// - KeePassXC, whose fixture does not save by itself (P18): the file as it was, nothing half done.
// - KWallet writes which items there are, and their attributes, at once, and secrets when it is locked
//   (K22): an item said to be stored is there once, maybe with an empty secret; a secret that was on
//   disk is there unless the item was deleted, or got another label: KWallet moves the secret to the
//   new label in memory, and its list of items at once, so that the item may be left empty.
//
// Without SLOW=1: the main operations, before their first call only, under way at each, and after.
// Foreign peers: kwalletd5 and KeePassXC, killed and started again on the same files.

import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  type Bus,
  bootBus,
  bootKeePassXC,
  bootKWallet,
  type Keyring,
  requires,
} from '../../../test-fixtures/src/index.ts';
import { isSecretServiceError, SecretService } from '../src/index.ts';
import { InterruptedConnection } from './support/interrupted-connection.ts';
import {
  count,
  keptSecret,
  OPERATIONS,
  type Operation,
  stopAndKill,
  VANISHED,
} from './support/killed-operations.ts';

type Kind = 'kwallet' | 'keepassxc';

const IS_SLOW = process.env['SLOW'] === '1';
const MAIN = [
  'lookup',
  'searchItems, load',
  'store, new',
  'store, over',
  'item.setSecret',
  'item.delete',
  'lock',
  'unlock',
];

/** Operations that take the item `kept` away. */
const DELETING = ['clear', 'item.delete'];
/** Operations of which KWallet writes to disk at once what their `isDone` looks at. */
const WRITTEN_AT_ONCE = ['store, new', ...DELETING];

const SEED = [{ label: 'kept', attributes: { app: 'kept' }, secret: 'old' }];

/** The keyring on the files that are there; the first time, with the item `kept` on disk. */
const START: Readonly<Record<Kind, (bus: Bus) => Promise<Keyring>>> = {
  kwallet: (bus) => bootKWallet({ bus }),
  keepassxc: (bus) => bootKeePassXC({ bus, seed: SEED }),
};

const connectTo = (bus: Bus): Promise<SecretService> =>
  SecretService.connect({ address: bus.address, hasDisplay: false });

/** A daemon of one kind on one bus, and the next one after it is killed. */
class Reborn implements AsyncDisposable {
  readonly kind: Kind;
  readonly bus: Bus;
  daemon: Keyring;

  private constructor(kind: Kind, bus: Bus, daemon: Keyring) {
    this.kind = kind;
    this.bus = bus;
    this.daemon = daemon;
  }

  static async start(kind: Kind, bus: Bus): Promise<Reborn> {
    return new Reborn(kind, bus, await START[kind](bus));
  }

  async again(): Promise<void> {
    await this.daemon[Symbol.asyncDispose]();
    this.daemon = await START[this.kind](this.bus);
  }

  /** Puts the files back to what every point starts from, if they are not. */
  async restore({ isDone }: Operation): Promise<void> {
    const service = await connectTo(this.bus);
    const isDoneYet = (await isDone?.(service)) === true;
    const isOld = (await keptSecret(service)) === 'old' && (await count(service, 'new')) === 0;
    const isKept = isOld && !isDoneYet;
    if (!isKept) {
      await service.clear({ app: 'new' });
      await service.clear({ app: 'kept' });
      await service.store('kept', { app: 'kept' }, 'old');
      await service.lock(); // writes it to disk
    }
    await service.close();
    if (!isKept) await this.again();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.daemon[Symbol.asyncDispose]();
  }
}

for (const kind of ['kwallet', 'keepassxc'] as const) {
  const title = `${kind}: killed at every point of every operation`;
  const missing = requires('dbus-daemon', kind);
  if (missing === undefined) test(title, () => killEverywhere(kind));
  else test.skip(title, missing);
}

async function killEverywhere(kind: Kind): Promise<void> {
  await using bus = await bootBus();
  await using reborn = await Reborn.start(kind, bus);
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    if (!IS_SLOW && !MAIN.includes(name)) continue;
    await killOnce(reborn, name, operation, 'before', 0);
    for (let at = 1; IS_SLOW; at += 1) {
      if (!(await killOnce(reborn, name, operation, 'before', at))) break;
    }
    let calls = 0;
    while (await killOnce(reborn, name, operation, 'under way', calls)) calls += 1;
    assert.ok(calls > 0, 'every operation makes a call');
  }
}

/** Kills at the call of a number, or, if there are fewer, when all is done: then it is false. */
async function killOnce(
  reborn: Reborn,
  name: string,
  operation: Operation,
  way: 'before' | 'under way',
  at: number,
): Promise<boolean> {
  await reborn.restore(operation);
  const { bus, daemon, kind } = reborn;
  await using connection = new InterruptedConnection(bus.address);
  const options = { connection, hasDisplay: false, timeouts: { replyMs: 20_000 } };
  await using service = await SecretService.connect(options);
  const { unlocked } = await service.searchItems({ app: 'kept' });
  const [item] = unlocked;
  assert.ok(item !== undefined && unlocked.length === 1, 'the point starts from one item');
  let calls = 0;
  let member: string | undefined;
  let dies: Promise<void> | undefined;
  connection.intercept = async (call) => {
    calls += 1;
    if (calls !== at + 1) return;
    member = call.member;
    if (way === 'before') await daemon.kill();
    else dies = stopAndKill(daemon);
  };
  const outcome = await operation.run({ service, item }).then(
    () => undefined,
    (error: unknown) => error,
  );
  connection.intercept = async () => {};
  await dies;
  const point = member === undefined ? 'after its last reply' : `${way} ${member}`;
  console.log(`# ${kind} | ${name} | ${point} | ${judge(outcome, member !== undefined)}`);
  if (member === undefined && operation.isDone !== undefined) await isThereOnce(bus, operation);
  await reborn.again();
  await lookAgain(reborn, name, operation, outcome);
  return member !== undefined;
}

/** What the living daemon says of what was said to be done. */
async function isThereOnce(bus: Bus, { isDone }: Operation): Promise<void> {
  await using eyes = await connectTo(bus);
  assert.notEqual(await isDone?.(eyes), false, 'said to be done, and is not there');
  assert.ok((await count(eyes, 'kept')) <= 1 && (await count(eyes, 'new')) <= 1, 'doubled');
}

function judge(outcome: unknown, wasKilled: boolean): string {
  if (outcome === undefined) return 'done';
  assert.ok(isSecretServiceError(outcome), String(outcome));
  assert.ok(wasKilled && VANISHED.includes(outcome.code), outcome.message);
  return `${outcome.code}${outcome.mayHaveHappened ? ', may have happened' : ''}`;
}

/** Looks at the daemon that was started again on the same files. */
async function lookAgain(
  { kind, bus }: Reborn,
  name: string,
  { isDone }: Operation,
  outcome: unknown,
): Promise<void> {
  await using eyes = await connectTo(bus);
  const kept = await count(eyes, 'kept');
  const added = await count(eyes, 'new');
  assert.ok(kept <= 1 && added <= 1, 'doubled');
  const cannotHave = isSecretServiceError(outcome) && !outcome.mayHaveHappened;
  if (cannotHave) assert.notEqual(await isDone?.(eyes), true, 'cannot have happened, and is');
  const mayBeGone = kind === 'kwallet' && DELETING.includes(name) && !cannotHave;
  if (!mayBeGone) assert.equal(kept, 1, 'lost');
  const mayBeEmpty = kind === 'kwallet' && name === 'item.setLabel' && !cannotHave;
  const secrets = mayBeEmpty ? ['old', ''] : ['old'];
  if (kept === 1)
    assert.ok(secrets.includes((await keptSecret(eyes)) ?? 'none'), 'what is on disk');
  if (kind === 'keepassxc') assert.equal(added, 0, 'nothing was saved');
  else if (outcome === undefined && WRITTEN_AT_ONCE.includes(name)) {
    assert.notEqual(await isDone?.(eyes), false, 'said to be done, and is not there');
  }
}

/** Nobody sees these dialogs: they stay open until the daemon dies. */
const PROMPTED: Readonly<Record<string, (service: SecretService) => Promise<unknown>>> = {
  unlock: (service) => service.unlock(),
  store: (service) => service.store('new', { app: 'new' }, 'new'),
};

const BOOT_LOCKED: Readonly<Record<Kind, () => Promise<Keyring>>> = {
  kwallet: () => bootKWallet({ state: 'locked', seed: SEED }),
  keepassxc: () => bootKeePassXC({ state: 'locked', seed: SEED, unlockBeforeSearch: false }),
};

for (const kind of ['kwallet', 'keepassxc'] as const) {
  for (const [name, run] of Object.entries(PROMPTED)) {
    const title = `${kind}: killed during the prompt of "${name}"`;
    const missing = requires('dbus-daemon', kind);
    if (missing === undefined) test(title, () => killPrompted(kind, name, run));
    else test.skip(title, missing);
  }
}

async function killPrompted(
  kind: Kind,
  name: string,
  run: (service: SecretService) => Promise<unknown>,
): Promise<void> {
  await using locked = await BOOT_LOCKED[kind]();
  const { bus } = locked;
  await using connection = new InterruptedConnection(bus.address);
  await using service = await SecretService.connect({ connection, hasDisplay: true });
  const asks = new Promise<void>((resolve) => {
    connection.intercept = async ({ member }) => {
      if (member === 'Prompt') resolve();
    };
  });
  const outcome = run(service).catch((error: unknown) => error);
  await asks;
  await service.readAlias('default'); // answered after the call of Prompt that left before it
  await locked.kill();
  const error = await outcome;
  assert.ok(isSecretServiceError(error, 'owner-changed'), String(error));
  console.log(`# ${kind} | ${name} | during its prompt | ${error.code}`);
  await using _again = await START[kind](bus);
  assert.equal(await keptSecret(service), 'old');
  assert.equal(await service.lookup({ app: 'new' }), undefined);
}
