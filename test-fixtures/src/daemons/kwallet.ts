/**
 * kwalletd5, headless, on a private bus. It has no dialog that could be answered without a display,
 * so its states come from what PAM and D-Bus can do:
 *
 * - `unlocked`: opened through PAM, then through Unlock, whose prompt completes by itself.
 * - `logged-in`: as after a login. The wallet is open, yet says Locked=true until the first Unlock.
 * - `locked`: unlocked, then locked. Unlock brings a prompt that shows a dialog nobody sees, and
 *   never completes.
 * - `cold`: a wallet on disk, and a daemon that PAM never gave the key. Behaves as `locked` does.
 *
 * Ready: it owns its name (an event of the bus), and a call, which it answers only after it has dealt
 * with PAM's key, has told that the wallet is in the wanted state. It is started twice where there is
 * no wallet yet, because one that PAM makes is not shown to the Secret Service before the next start.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FixtureError } from '../errors.ts';
import { gdbusCall, waitForOwner } from '../gdbus.ts';
import { secretStorage } from '../peers.ts';
import { startPlainSessionProxy } from '../plain-session-proxy.ts';
import { PYTHON } from '../requires.ts';
import { type Supervised, startSupervised } from '../supervised.ts';
import { pythonScript } from '../workspace.ts';
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
import { withBus } from './with-bus.ts';

export type KWalletState = 'unlocked' | 'logged-in' | 'locked' | 'cold' | 'switched-off';

export interface KWalletOptions {
  /** Default: a private bus, which is then disposed of with the wallet. */
  readonly bus?: Bus;
  /** Default `unlocked`. */
  readonly state?: KWalletState;
  /** Default `correct horse`. */
  readonly password?: string;
  /** Items that are there before it is locked or goes cold. */
  readonly seed?: readonly SeedItem[];
}

export interface KWallet extends Keyring {
  readonly kind: 'kwallet';
}

const WALLET = `${SECRETS_PATH}/collection/kdewallet`;

/** No wizard, no question which application may open it, and the Secret Service switched on. */
const KWALLETRC = `[Wallet]
Enabled=true
First Use=false
Prompt on Open=false
Use One Wallet=true
Default Wallet=kdewallet
Close When Idle=false
Leave Open=true

[org.freedesktop.secrets]
apiEnabled=true
`;

export async function bootKWallet(options: KWalletOptions = {}): Promise<KWallet> {
  const { state = 'unlocked', password = 'correct horse', seed = [] } = options;
  const { value, release } = await withBus(options.bus, async (bus) => {
    writeConfig(bus);
    const daemon = await startInState(bus, state, password, seed);
    return { bus, daemon, peerProxy: await startPlainSessionProxy(bus.address) };
  });
  const { bus, daemon, peerProxy } = value;
  return {
    kind: 'kwallet',
    bus,
    pid: daemon.pid,
    env: bus.env,
    peerEnv: { ...bus.env, DBUS_SESSION_BUS_ADDRESS: peerProxy.address },
    password,
    stderrTail: () => daemon.stderrTail(),
    kill: () => daemon.kill(),
    stop: () => daemon.stop(),
    [Symbol.asyncDispose]: async () => {
      await peerProxy[Symbol.asyncDispose]();
      await daemon.kill();
      await release();
    },
  };
}

async function startInState(
  bus: Bus,
  state: KWalletState,
  password: string,
  seed: readonly SeedItem[],
): Promise<Supervised> {
  if (state === 'switched-off') return startSwitchedOff(bus);
  if (!hasWallet(bus)) {
    const first = await startWithPam(bus, password);
    await first.stop();
  }
  const daemon = await startWithPam(bus, password);
  await expectLocked(bus, daemon, WALLET, true);
  if (state === 'logged-in' && seed.length === 0) return daemon;

  await secretStorage.unlock(bus.env);
  await expectLocked(bus, daemon, WALLET, false);
  await seedItems(bus, seed);
  if (state === 'unlocked') return daemon;

  await lockCollection(bus, WALLET); // writes the wallet to disk
  await expectLocked(bus, daemon, WALLET, true);
  if (state === 'locked') return daemon;

  await daemon.stop();
  return state === 'cold' ? startCold(bus) : startWithPam(bus, password);
}

/** Whether an earlier daemon left its wallet on this bus's files. */
function hasWallet({ env }: Bus): boolean {
  return existsSync(path.join(env['XDG_DATA_HOME'] ?? '', 'kwalletd', 'kdewallet.kwl'));
}

async function startWithPam(bus: Bus, password: string): Promise<Supervised> {
  const daemon = await start(bus, PYTHON, ['-I', pythonScript('kwallet_pam'), password]);
  const isOpen = await gdbusCall(bus, {
    destination: 'org.kde.kwalletd5',
    path: '/modules/kwalletd5',
    method: 'org.kde.KWallet.isOpen',
    args: ['kdewallet'],
  });
  if (isOpen === 'true') return daemon;
  const message = 'kwalletd5: expected the wallet to be open after the PAM login';
  throw new FixtureError('not-ready', message, daemon.stderrTail());
}

async function startCold(bus: Bus): Promise<Supervised> {
  const daemon = await start(bus, '/usr/bin/kwalletd5', []);
  await expectLocked(bus, daemon, WALLET, true);
  return daemon;
}

async function start(bus: Bus, command: string, args: readonly string[]): Promise<Supervised> {
  const env = { ...bus.env, QT_QPA_PLATFORM: 'offscreen' };
  const daemon = startSupervised('kwalletd5', command, args, { workspace: bus.workspace, env });
  await daemon.untilReady(waitForOwner(bus, SECRETS_NAME, daemon.pid));
  return daemon;
}

/** It runs, and leaves the Secret Service's name to others. */
async function startSwitchedOff(bus: Bus): Promise<Supervised> {
  writeConfig(bus, KWALLETRC.replace('apiEnabled=true', 'apiEnabled=false'));
  const env = { ...bus.env, QT_QPA_PLATFORM: 'offscreen' };
  const daemon = startSupervised('kwalletd5', '/usr/bin/kwalletd5', [], {
    workspace: bus.workspace,
    env,
  });
  await daemon.untilReady(waitForOwner(bus, 'org.kde.kwalletd5', daemon.pid));
  return daemon;
}

function writeConfig({ env }: Bus, text = KWALLETRC): void {
  const folder = env['XDG_CONFIG_HOME'] ?? '';
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'kwalletrc'), text);
}
