// What a program is told when something is missing, locked or refused, beside what others say in the
// same situation: nothing hangs, every outcome is told from every other, and each comes with the
// cause and a way out. Ours is asserted; theirs is run beside it, for what they tell "absent" as.
// Foreign peers: secret-tool, keytar, the daemons.

import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootBus,
  bootGnomeKeyring,
  bootKeePassXC,
  bootKWallet,
  type Requirement,
  requires,
  requiresPeers,
  secretTool,
  transcript,
} from '../../../test-fixtures/src/index.ts';
import type { Outcome } from '../src/index.ts';
import type { Environment } from './support/programs.ts';
import { programPrints } from './support/run-program.ts';

interface Situation extends AsyncDisposable {
  readonly env: Environment;
}

/** What one verb ended with: an outcome that was told, or the value. */
interface Expected {
  readonly get: Outcome | 'undefined';
  readonly set: Outcome | 'done';
  /** What the error must name, when one is expected. */
  readonly names: RegExp;
}

interface Row {
  readonly name: string;
  readonly needs: readonly Requirement[];
  readonly interactive?: boolean;
  readonly expected: Expected;
  /** Whether libsecret's clients come to an end here; where they do not they are left out. */
  readonly peersEnd: boolean;
  boot(): Promise<Situation>;
}

const SEED = [
  {
    label: 'x',
    attributes: { service: 'service', username: 'user', account: 'user' },
    secret: 'secret',
  },
];

const nothing = async (): Promise<void> => {};

const ROWS: readonly Row[] = [
  {
    name: 'no bus: the variable is not set',
    needs: [],
    expected: { get: 'unavailable', set: 'unavailable', names: /DBUS_SESSION_BUS_ADDRESS|bus/ },
    peersEnd: true,
    boot: async () => ({
      env: { HOME: '/nonexistent', XDG_RUNTIME_DIR: '/nonexistent' },
      [Symbol.asyncDispose]: nothing,
    }),
  },
  {
    name: 'no bus: the socket is not there',
    needs: [],
    expected: { get: 'unavailable', set: 'unavailable', names: /\/nonexistent\/socket/ },
    peersEnd: true,
    boot: async () => ({
      env: { HOME: '/nonexistent', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/socket' },
      [Symbol.asyncDispose]: nothing,
    }),
  },
  {
    name: 'no bus: it was switched off',
    needs: [],
    expected: { get: 'unavailable', set: 'unavailable', names: /disabled/ },
    peersEnd: true,
    boot: async () => ({
      env: { HOME: '/nonexistent', DBUS_SESSION_BUS_ADDRESS: 'disabled:' },
      [Symbol.asyncDispose]: nothing,
    }),
  },
  {
    name: 'a bus, and no keyring on it',
    needs: ['dbus-daemon'],
    expected: { get: 'unavailable', set: 'unavailable', names: /Secret Service|secrets/ },
    peersEnd: true,
    boot: () => bootBus(),
  },
  {
    name: 'a keyring that fails to start',
    needs: ['dbus-daemon'],
    expected: { get: 'unavailable', set: 'unavailable', names: /Secret Service|secrets|exited/ },
    peersEnd: true,
    boot: () => bootBus({ services: [{ name: 'org.freedesktop.secrets', exec: '/bin/false' }] }),
  },
  {
    name: 'a keyring that never comes up',
    needs: ['dbus-daemon'],
    expected: { get: 'unavailable', set: 'unavailable', names: /in time/ },
    peersEnd: false,
    boot: () => bootBus({ services: [{ name: 'org.freedesktop.secrets', exec: '/bin/sleep 60' }] }),
  },
  {
    name: 'cold: no keyring yet, and nobody to ask',
    needs: ['dbus-daemon', 'gnome-keyring'],
    expected: { get: 'undefined', set: 'locked', names: /default|prompt|display/ },
    peersEnd: true,
    boot: () => bootGnomeKeyring({ state: 'none' }),
  },
  {
    name: 'locked, headless',
    needs: ['dbus-daemon', 'gnome-keyring'],
    expected: { get: 'locked', set: 'locked', names: /lock/ },
    peersEnd: true,
    boot: () => bootGnomeKeyring({ state: 'locked', seed: SEED }),
  },
  {
    name: 'never unlocked, headless',
    needs: ['dbus-daemon', 'gnome-keyring'],
    expected: { get: 'locked', set: 'locked', names: /lock/ },
    peersEnd: true,
    boot: () => bootGnomeKeyring({ state: 'cold', seed: SEED }),
  },
  {
    name: 'locked, and the dialog is dismissed',
    needs: ['dbus-daemon', 'gnome-keyring', 'mock-prompter'],
    interactive: true,
    expected: { get: 'dismissed', set: 'dismissed', names: /dismiss|lock/ },
    peersEnd: true,
    boot: async () => {
      const keyring = await bootGnomeKeyring({ state: 'locked', prompter: 'dismiss', seed: SEED });
      return {
        env: { ...keyring.env, DISPLAY: ':99' },
        [Symbol.asyncDispose]: () => keyring[Symbol.asyncDispose](),
      };
    },
  },
  {
    name: 'locked, and the dialog is never answered, where nobody can see it',
    needs: ['dbus-daemon', 'gnome-keyring', 'mock-prompter'],
    interactive: true,
    expected: { get: 'locked', set: 'locked', names: /display|ask/ },
    peersEnd: false,
    boot: () => bootGnomeKeyring({ state: 'locked', prompter: 'never', seed: SEED }),
  },
  {
    name: 'KWallet, locked',
    needs: ['dbus-daemon', 'kwallet'],
    expected: { get: 'locked', set: 'locked', names: /lock|wallet/ },
    peersEnd: false,
    boot: () => bootKWallet({ state: 'locked', seed: SEED }),
  },
  {
    name: 'KeePassXC, locked',
    needs: ['dbus-daemon', 'keepassxc'],
    expected: { get: 'locked', set: 'locked', names: /lock|database/ },
    peersEnd: false,
    boot: () => bootKeePassXC({ state: 'locked', unlockBeforeSearch: false, seed: SEED }),
  },
  {
    name: 'KeePassXC, nothing exposed',
    needs: ['dbus-daemon', 'keepassxc'],
    expected: { get: 'locked', set: 'locked', names: /expose|collection/ },
    peersEnd: false,
    boot: () => bootKeePassXC({ state: 'not-exposed' }),
  },
];

for (const row of ROWS) {
  const missing = row.needs.length === 0 ? undefined : requires(...row.needs);
  if (missing !== undefined) test.skip(row.name, missing);
  else
    test(row.name, async () => {
      await using situation = await row.boot();
      const ours = async (verb: readonly string[]): Promise<unknown> => {
        const options = {
          interactive: row.interactive ?? false,
          scheme: 'keytar',
          connect: { timeouts: { replyMs: 3000 } },
        };
        const [printed] = await programPrints(situation.env, [verb], options);
        return printed;
      };
      const got = await ours(['get', 'service', 'user']);
      check(got, row.expected.get, row.expected.names);
      check(await ours(['set', 'service', 'new', 'x']), row.expected.set, row.expected.names);
      if (!row.peersEnd || requires('secret-tool') !== undefined) return;
      // Theirs says the same in all of these: nothing was found, or that it failed.
      const { code } = await secretTool(situation.env, ['lookup', 'account', 'user']);
      assert.equal(code, 1);
    });
}

// What others say where ours says "locked": the same as for "absent", so that a program that goes by
// them overwrites or forgets what is there.
const TELLERS = [
  ['secret-tool', requires('secret-tool', 'dbus-daemon', 'gnome-keyring')],
  ['keytar', requires('dbus-daemon', 'gnome-keyring') ?? requiresPeers('keytar')],
] as const;

for (const [name, missing] of TELLERS) {
  const title = `beside ${name}: locked and absent are two things`;
  if (missing !== undefined) test.skip(title, missing);
  else
    test(title, async () => {
      await using keyring = await bootGnomeKeyring({ state: 'locked', seed: SEED });
      const locked = await theirs(name, keyring.peerEnv, 'user');
      const absent = await theirs(name, keyring.peerEnv, 'nobody');
      assert.deepEqual(locked, absent, 'theirs tells them apart by now: good');
      const options = { interactive: false, scheme: 'keytar' };
      const [ours] = await programPrints(keyring.env, [['get', 'service', 'user']], options);
      check(ours, 'locked', /lock/);
    });
}

async function theirs(name: string, env: Environment, user: string): Promise<unknown> {
  if (name === 'keytar') {
    const [outcome] = await transcript(env, 'keytar', [
      { call: ['getPassword'], args: ['service', user] },
    ]);
    return outcome;
  }
  const { code, stdout, stderr } = await secretTool(env, ['lookup', 'account', user]);
  return { code, stdout: stdout.length, stderr };
}

function check(printed: unknown, expected: Outcome | 'undefined' | 'done', names: RegExp): void {
  if (expected === 'done') assert.equal(printed, undefined);
  else if (expected === 'undefined') assert.equal(printed, null);
  else {
    assert.ok(typeof printed === 'object' && printed !== null && 'outcome' in printed);
    const { outcome, message, advice } = printed as Record<string, string>;
    assert.equal(outcome, expected, JSON.stringify(printed));
    assert.match(`${message} ${advice}`, names);
    assert.notEqual(advice, '', JSON.stringify(printed));
  }
}
