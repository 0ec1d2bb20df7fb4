import assert from 'node:assert/strict';
import { test } from '../src/harness.ts';
import {
  bootBus,
  bootGnomeKeyring,
  type GnomeKeyring,
  type GnomeKeyringOptions,
  ownerPid,
  type PrompterMode,
  requires,
  secretStorage,
  secretTool,
  secretToolLookup,
  secretToolStore,
} from '../src/index.ts';
import { leftovers } from './support/leftovers.ts';
import { testBooted } from './support/test-booted.ts';

const SEED = [{ label: 'Seeded', attributes: { app: 'demo' }, secret: 'hunter2' }];
const SECRET = new TextEncoder().encode('hunter2');

const missing = requires(
  'dbus-daemon',
  'gnome-keyring',
  'mock-prompter',
  'secret-tool',
  'secretstorage',
);

onKeyring(
  'unlocked: secret-tool and SecretStorage read each other',
  {},
  async ({ peerEnv: env }) => {
    await secretToolStore(env, { label: 'One', attributes: { n: '1' }, secret: 'één' });
    const [item] = await secretStorage.search(env, { n: '1' });
    assert.equal(item?.label, 'One');
    assert.deepEqual(item?.secret, new TextEncoder().encode('één'));

    const bytes = new Uint8Array([0, 1, 0xff]);
    await secretStorage.store(env, { label: 'Two', attributes: { n: '2' }, secret: bytes });
    assert.deepEqual(await secretToolLookup(env, { n: '2' }), bytes);
    assert.equal(await secretToolLookup(env, { n: '3' }), undefined);
  },
);

onKeyring(
  'locked: items keep their attributes',
  { state: 'locked', seed: SEED },
  async (keyring) => {
    const [item] = await secretStorage.search(keyring.peerEnv, { app: 'demo' });
    assert.equal(item?.locked, true);
    assert.equal(item?.label, 'Seeded');
    assert.equal(item?.attributes['app'], 'demo');
  },
);

onKeyring('cold: items show hashes', { state: 'cold', seed: SEED }, async (keyring) => {
  const [item] = await secretStorage.search(keyring.peerEnv, { app: 'demo' });
  assert.equal(item?.locked, true);
  assert.equal(item?.label, '');
  assert.ok('gkr:compat:hashed:app' in (item?.attributes ?? {}));
});

onKeyring(
  'none: nothing can be stored while nobody answers',
  { state: 'none' },
  async (keyring) => {
    const { stderr } = await secretTool(keyring.peerEnv, ['store', '--label=x', 'a', 'b'], {
      input: 'c',
    });
    assert.match(stderr, /does not exist at path/u);
  },
);

/** What a lookup of a locked item comes to, and how the dialog went. */
const PROMPTS: readonly {
  mode: PrompterMode;
  finds: boolean;
  answers: readonly (boolean | 'no')[];
}[] = [
  { mode: 'accept', finds: true, answers: [true] },
  { mode: 'wrong-then-accept', finds: true, answers: [false, true] },
  { mode: 'refuse', finds: false, answers: [false, false, 'no'] },
  { mode: 'dismiss', finds: false, answers: ['no'] },
];

for (const state of ['locked', 'cold'] as const) {
  for (const { mode, finds, answers } of PROMPTS) {
    onKeyring(
      `${state}, prompter ${mode}`,
      { state, prompter: mode, seed: SEED },
      async (keyring) => {
        const found = await secretToolLookup(keyring.peerEnv, { app: 'demo' });
        assert.deepEqual(found, finds ? SECRET : undefined);
        for (const expected of answers) {
          const { reply, correct } = (await keyring.prompter?.until('answer')) ?? {};
          assert.equal(reply === 'no' ? 'no' : correct, expected);
        }
        await keyring.prompter?.until('stop');
      },
    );
  }
}

onKeyring(
  'none, prompter accept: a new keyring',
  { state: 'none', prompter: 'accept' },
  async (keyring) => {
    const { peerEnv: env } = keyring;
    await secretToolStore(env, { label: 'New', attributes: { app: 'demo' }, secret: 'hunter2' });
    assert.deepEqual(await secretToolLookup(env, { app: 'demo' }), SECRET);
    const asked = await keyring.prompter?.until('perform');
    assert.equal(asked?.properties?.['password-new'], true);
  },
);

onKeyring(
  'prompter delay: nothing until released',
  { state: 'locked', prompter: 'delay', seed: SEED },
  async (keyring) => {
    const lookup = secretToolLookup(keyring.peerEnv, { app: 'demo' });
    await keyring.prompter?.until('held');
    keyring.prompter?.release();
    assert.deepEqual(await lookup, SECRET);
  },
);

onKeyring(
  'prompter never: the client waits',
  { state: 'locked', prompter: 'never', seed: SEED },
  async (keyring) => {
    const patience = new AbortController();
    const { signal: stop } = patience;
    const lookup = secretTool(keyring.peerEnv, ['lookup', 'app', 'demo'], { stop });
    await keyring.prompter?.until('perform');
    patience.abort();
    assert.equal((await lookup).signal, 'SIGKILL');
  },
);

onKeyring(
  'prompter vanish: as if dismissed',
  { state: 'locked', prompter: 'vanish', seed: SEED },
  async (keyring) => {
    assert.equal(await secretToolLookup(keyring.peerEnv, { app: 'demo' }), undefined);
  },
);

onKeyring(
  'the prompter changes its mind',
  { state: 'locked', prompter: 'dismiss', seed: SEED },
  async (keyring) => {
    assert.equal(await secretToolLookup(keyring.peerEnv, { app: 'demo' }), undefined);
    keyring.prompter?.setMode('accept');
    assert.deepEqual(await secretToolLookup(keyring.peerEnv, { app: 'demo' }), SECRET);
  },
);

if (missing === undefined) {
  test('gnome-keyring: a second daemon on the same bus takes over files and name', async () => {
    const bus = await bootBus();
    try {
      const first = await bootGnomeKeyring({ bus, seed: SEED });
      await first.kill();
      assert.equal(await ownerPid(bus, 'org.freedesktop.secrets'), undefined);
      const second = await bootGnomeKeyring({ bus });
      assert.equal(await ownerPid(bus, 'org.freedesktop.secrets'), second.pid);
      assert.deepEqual(await secretToolLookup(second.peerEnv, { app: 'demo' }), SECRET);
      await second[Symbol.asyncDispose]();
    } finally {
      await bus[Symbol.asyncDispose]();
    }
    assert.deepEqual(leftovers(bus.workspace.folder), []);
  });
}

function onKeyring(
  name: string,
  options: GnomeKeyringOptions,
  body: (keyring: GnomeKeyring) => Promise<void>,
): void {
  testBooted(`gnome-keyring, ${name}`, missing, () => bootGnomeKeyring(options), body);
}
