// Operation × daemon × state: what comes of each operation, and how often it goes back and forth.
// Printed as one table a state. Every operation runs on a service of its own behind a recording proxy;
// flights are counted from the open service on, so connecting is not among them.
// Foreign peers: gnome-keyring with a prompter that accepts, refuses, dismisses or never answers;
// kwalletd5 and KeePassXC, whose dialogs nobody sees here: theirs are unanswered, or complete by
// themselves. What was stored is seeded by secret-tool.

import assert from 'node:assert/strict';
import type { KeyringKind, PrompterMode } from '../../../test-fixtures/src/index.ts';
import {
  type Collection,
  type ConnectOptions,
  type Item,
  isSecretServiceError,
  type SecretService,
} from '../src/index.ts';
import { type Bench, type BootOptions, onEach, onGnomeKeyring } from './support/keyrings.ts';

const seed = [{ label: 'seeded', attributes: { app: 'seed' }, secret: 's3cret' }];

/** What an operation works on. */
interface Stage {
  readonly service: SecretService;
  readonly collection: Collection;
  /** The seeded item; where a locked daemon shows none, a path that it could have. */
  readonly item: Item;
}

type Run = (stage: Stage) => Promise<unknown>;

/**
 * What an operation needs: nothing that a lock keeps back; an unlocked keyring, for which it asks;
 * an unlocked keyring, for which it never asks; or what some daemons show while locked.
 */
type Need = 'nothing' | 'asks' | 'refuses' | 'shown';

const OPERATIONS: readonly (readonly [name: string, need: Need, run: Run])[] = [
  ['readAlias', 'nothing', ({ service }) => service.readAlias('default')],
  ['collection', 'nothing', ({ service }) => service.collection('default')],
  ['collections', 'nothing', ({ service }) => service.collections()],
  ['defaultCollection', 'nothing', ({ service }) => service.defaultCollection()],
  ['anyCollection', 'nothing', ({ service }) => service.anyCollection()],
  ['collection.isLocked', 'nothing', ({ collection }) => collection.isLocked()],
  ['collection.label', 'nothing', ({ collection }) => collection.label()],
  ['collection.exists', 'nothing', ({ collection }) => collection.exists()],
  ['collection.properties', 'nothing', ({ collection }) => collection.properties()],
  ['collection.items', 'shown', ({ collection }) => collection.items()],
  ['collection.created', 'shown', ({ collection }) => collection.created()],
  ['collection.ensureNotLocked', 'refuses', ({ collection }) => collection.ensureNotLocked()],
  ['item.isLocked', 'shown', ({ item }) => item.isLocked()],
  ['item.label', 'shown', ({ item }) => item.label()],
  ['item.attributes', 'shown', ({ item }) => item.attributes()],
  ['item.created', 'shown', ({ item }) => item.created()],
  ['item.modified', 'shown', ({ item }) => item.modified()],
  ['item.properties', 'shown', ({ item }) => item.properties()],
  ['item.getSecret', 'refuses', ({ item }) => item.getSecret()],
  ['item.setSecret', 'refuses', ({ item }) => item.setSecret('s3cret')],
  ['item.setLabel', 'refuses', ({ item }) => item.setLabel('seeded')],
  ['item.setAttributes', 'refuses', ({ item }) => item.setAttributes({ app: 'seed' })],
  ['item.ensureNotLocked', 'refuses', ({ item }) => item.ensureNotLocked()],
  [
    'getSecrets',
    'refuses',
    async ({ service, item }) => {
      const [result] = (await service.getSecrets([item])).values();
      if (result?.status !== 'ok') throw result?.error;
    },
  ],
  ['searchItems', 'shown', ({ service }) => service.searchItems({ app: 'seed' })],
  [
    'searchItems, unlock and load',
    'asks',
    ({ service }) => service.searchItems({ app: 'seed' }, { unlock: true, loadSecrets: true }),
  ],
  ['lookup', 'asks', ({ service }) => service.lookup({ app: 'seed' })],
  ['lookup, absent', 'asks', ({ service }) => service.lookup({ app: 'absent' })],
  ['store, over', 'asks', ({ service }) => service.store('seeded', { app: 'seed' }, 's3cret')],
  ['store, new', 'asks', ({ service }) => service.store('new', { app: 'new' }, 'secret')],
  ['clear', 'asks', ({ service }) => service.clear({ app: 'new' })],
  ['collection.searchItems', 'shown', ({ collection }) => collection.searchItems({ app: 'seed' })],
  [
    'createItem and delete',
    'refuses',
    async ({ collection }) => (await collection.createItem('l', { app: 'c' }, 's')).delete(),
  ],
  ['unlock', 'asks', ({ service }) => service.unlock()],
  ['lock', 'nothing', ({ service }) => service.lock()],
];

/** The states, with the outcomes that are right for what an operation needs. */
interface State {
  readonly name: string;
  readonly options: ConnectOptions;
  readonly outcomes: Readonly<Record<Need, readonly string[]>>;
  /** Whether the keyring is locked again before each operation. */
  readonly relock: boolean;
}

const DONE = ['done'];

/** How long a search may take that a daemon holds back behind a dialog; others are far quicker. */
const BLOCKED_MS = 3000;

function locked(name: string, options: ConnectOptions, asked: readonly string[]): State {
  return {
    name,
    options,
    relock: false,
    // What prompts for everything answers a creation with a prompt instead of a refusal.
    outcomes: {
      nothing: DONE,
      asks: asked,
      refuses: ['locked', ...asked],
      shown: ['done', 'locked', ...asked],
    },
  };
}

const UNLOCKED: State = {
  name: 'unlocked',
  options: {},
  relock: false,
  outcomes: { nothing: DONE, asks: DONE, refuses: DONE, shown: DONE },
};

// A daemon that would ask for a creation anyway is refused that, whether it is locked or not.
const NO_PROMPTS = locked(
  'locked, no prompts allowed',
  { interactive: false, timeouts: { replyMs: BLOCKED_MS } },
  ['locked', 'prompt-required'],
);
const UNANSWERED = locked(
  'locked, unanswered',
  { hasDisplay: true, timeouts: { replyMs: BLOCKED_MS, promptMs: 300 } },
  ['prompt-deadline', 'locked'],
);

async function runState(bench: Bench, state: State): Promise<void> {
  const control = await bench.connect({ interactive: false });
  const proxy = await bench.proxy();
  let cells = 0;
  for (const [name, need, run] of OPERATIONS) {
    if (state.relock) await control.lock();
    const service = await bench.connect({ ...state.options, address: proxy.address });
    await service.daemon();
    const connection = proxy.connections.at(-1);
    const stage = await stageOf(service, control);
    const before = connection?.flights ?? 0;
    const outcome = await run(stage).then(
      () => 'done',
      (error: unknown) => (isSecretServiceError(error) ? error.code : String(error)),
    );
    const flights = (connection?.flights ?? 0) - before;
    await service.close();
    const line = `${bench.keyring.kind} | ${state.name} | ${name} | ${outcome} | ${flights}`;
    console.log(`# ${line} flights`);
    assert.ok(state.outcomes[need].includes(outcome), line);
    cells += 1;
  }
  assert.equal(cells, OPERATIONS.length);
}

/** The objects, found by a service that is not counted. */
async function stageOf(service: SecretService, control: SecretService): Promise<Stage> {
  const { path } = await control.defaultCollection();
  const properties = await control.collectionAt(path).properties();
  return {
    service,
    collection: service.collectionAt(path),
    item: service.itemAt(properties.itemPaths[0] ?? `${path}/1`),
  };
}

function onState(state: State, boot: BootOptions, kinds: readonly KeyringKind[]): void {
  onEach(`matrix: ${state.name}`, ['secret-tool'], (bench) => runState(bench, state), boot, kinds);
}

onState(UNLOCKED, { 'gnome-keyring': { seed }, kwallet: { seed }, keepassxc: { seed } }, [
  'gnome-keyring',
  'kwallet',
  'keepassxc',
]);
for (const state of [NO_PROMPTS, UNANSWERED]) {
  const boot: BootOptions = {
    kwallet: { state: 'locked', seed },
    keepassxc: { state: 'locked', seed, unlockBeforeSearch: false },
  };
  onState(state, boot, ['kwallet', 'keepassxc']);
  const cold: BootOptions = {
    kwallet: { state: 'cold', seed },
    keepassxc: { state: 'locked', seed, unlockBeforeSearch: true },
  };
  onState({ ...state, name: state.name.replace('locked', 'cold') }, cold, ['kwallet', 'keepassxc']);
}

/** What each way to answer makes of an operation that asks. */
const ANSWERS: readonly (readonly [PrompterMode, State])[] = [
  ['accept', { ...locked('locked, accepted', { hasDisplay: true }, DONE), relock: true }],
  ['refuse', locked('locked, refused', { hasDisplay: true }, ['dismissed'])],
  ['dismiss', locked('locked, dismissed', { hasDisplay: true }, ['dismissed'])],
  ['never', UNANSWERED],
  ['accept', NO_PROMPTS],
];

for (const [prompter, state] of ANSWERS) {
  onGnomeKeyring(`matrix: ${state.name}`, { state: 'locked', prompter, seed }, (bench) =>
    runState(bench, state),
  );
}
for (const [prompter, state] of [
  ['accept', { ...locked('cold, accepted', { hasDisplay: true }, DONE), relock: false }],
  ['accept', { ...NO_PROMPTS, name: 'cold, no prompts allowed' }],
] as const) {
  onGnomeKeyring(`matrix: ${state.name}`, { state: 'cold', prompter, seed }, (bench) =>
    runState(bench, state),
  );
}
