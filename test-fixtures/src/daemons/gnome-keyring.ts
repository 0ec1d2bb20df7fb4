/**
 * gnome-keyring-daemon, headless, on a private bus.
 *
 * - `unlocked`: its login keyring is made, or opened, with the password on standard input.
 * - `locked`: the same, then locked over D-Bus; the daemon still knows its items' real attributes.
 * - `cold`: a login keyring with the seeded items on disk, and a daemon that was never given the
 *   password; attributes are hashes until it is.
 * - `none`: no keyring at all, and a daemon that was never given a password.
 *
 * Ready: it owns its name (an event of the bus), and a call has told that the collection is in the
 * wanted state.
 */
import { waitForOwner } from '../gdbus.ts';
import { type Supervised, startSupervised } from '../supervised.ts';
import type { Bus } from './bus.ts';
import {
  expectLocked,
  type Keyring,
  lockCollection,
  SECRETS_NAME,
  SECRETS_PATH,
  type SeedItem,
  seedItems,
} from './keyring-fixture.ts';
import { type Prompter, type PrompterMode, startPrompter } from './prompter.ts';
import { withBus } from './with-bus.ts';

export type GnomeKeyringState = 'unlocked' | 'locked' | 'cold' | 'none';

export interface GnomeKeyringOptions {
  /** Default: a private bus, which is then disposed of with the keyring. */
  readonly bus?: Bus;
  /** Default `unlocked`. */
  readonly state?: GnomeKeyringState;
  /** Who answers dialogs; default `none`: nobody, so that a prompt is dismissed at once. */
  readonly prompter?: PrompterMode | 'none';
  /** Default `correct horse`. */
  readonly password?: string;
  /** Items that are there before it is locked or goes cold. */
  readonly seed?: readonly SeedItem[];
}

export interface GnomeKeyring extends Keyring {
  readonly kind: 'gnome-keyring';
  /** Only with option `prompter`. */
  readonly prompter: Prompter | undefined;
}

const LOGIN = `${SECRETS_PATH}/collection/login`;
const COMMAND = '/usr/bin/gnome-keyring-daemon';
const ARGUMENTS = ['--foreground', '--components=secrets'];

export async function bootGnomeKeyring(options: GnomeKeyringOptions = {}): Promise<GnomeKeyring> {
  const { state = 'unlocked', password = 'correct horse', prompter: mode = 'none' } = options;
  const { value, release } = await withBus(options.bus, async (bus) => {
    const prompter = mode === 'none' ? undefined : await startPrompter(bus, mode, password);
    const daemon = await startInState(bus, state, password, options.seed ?? []);
    return { bus, prompter, daemon };
  });
  const { bus, prompter, daemon } = value;
  return {
    kind: 'gnome-keyring',
    bus,
    pid: daemon.pid,
    env: bus.env,
    peerEnv: bus.env,
    password,
    prompter,
    stderrTail: () => daemon.stderrTail(),
    kill: () => daemon.kill(),
    stop: () => daemon.stop(),
    [Symbol.asyncDispose]: async () => {
      await daemon.kill();
      await prompter?.[Symbol.asyncDispose]();
      await release();
    },
  };
}

async function startInState(
  bus: Bus,
  state: GnomeKeyringState,
  password: string,
  seed: readonly SeedItem[],
): Promise<Supervised> {
  if (state === 'none') return startDaemon(bus);
  const daemon = await startDaemon(bus, password);
  await expectLocked(bus, daemon, LOGIN, false);
  await seedItems(bus, seed);
  if (state === 'unlocked') return daemon;
  if (state === 'locked') {
    await lockCollection(bus, LOGIN);
    await expectLocked(bus, daemon, LOGIN, true);
    return daemon;
  }
  await daemon.stop();
  const cold = await startDaemon(bus);
  await expectLocked(bus, cold, LOGIN, true);
  return cold;
}

/** Starts the daemon, with the password on its standard input if there is one. */
async function startDaemon(bus: Bus, password?: string): Promise<Supervised> {
  const daemon = startSupervised(
    'gnome-keyring-daemon',
    COMMAND,
    password === undefined ? ARGUMENTS : [...ARGUMENTS, '--unlock'],
    { workspace: bus.workspace, env: bus.env, input: password ?? '' },
  );
  await daemon.untilReady(waitForOwner(bus, SECRETS_NAME, daemon.pid));
  return daemon;
}
