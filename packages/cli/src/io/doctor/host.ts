/** Collects the facts for doctor: the platform, the bus, the keyring on it, files and processes. */
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { isKeyringError, openKeyring, rememberedBackends } from '@keywire/keyring';
import { DAEMON_PROGRAMS } from '../../doctor/daemons.ts';
import { pamFacts } from '../../doctor/pam.ts';
import { flatpakMayTalk, kwalletSettings, wslVersion } from '../../doctor/settings.ts';
import type {
  DoctorHost,
  Facts,
  FactsOptions,
  KWalletSettings,
  PamFacts,
  PlatformFacts,
} from '../../types/doctor.ts';
import { collectBus } from './bus.ts';
import { inspectFile } from './file.ts';
import { keyringDaemons } from './processes.ts';

/** In this order a service's file is looked for (Linux-PAM since 1.5 reads both). */
const PAM_FOLDERS = ['/etc/pam.d', '/usr/lib/pam.d'];
const LOGIN_SERVICES = ['login', 'sshd'];

export function createDoctorHost(signal: AbortSignal): DoctorHost {
  return {
    uid: process.geteuid?.(),
    collect: (options) => collect(options, signal),
    inspectFile,
  };
}

async function collect(options: FactsOptions, signal: AbortSignal): Promise<Facts> {
  const { bus, service } = await collectBus(options, signal);
  return {
    platform: platformFacts(),
    bus,
    service,
    daemons: keyringDaemons(process.geteuid?.(), service?.owner?.pid),
    pam: allPamFacts(PAM_FOLDERS),
    kwallet: readKWalletSettings(),
    ...(await readOwnSettings()),
  };
}

/** What was remembered, and whether all that Keywire itself is set up with can be used. */
async function readOwnSettings(): Promise<Pick<Facts, 'remembered' | 'configFailure'>> {
  try {
    const remembered = await rememberedBackends();
    // A keyring in memory needs nothing but the configuration.
    const keyring = await openKeyring({ backend: 'memory' });
    await keyring.close();
    return { remembered };
  } catch (error) {
    if (!isKeyringError(error)) throw error;
    return { remembered: [], configFailure: { code: error.code, message: error.message } };
  }
}

function platformFacts(): PlatformFacts {
  const { env } = process;
  const flatpak = readText('/.flatpak-info');
  return {
    uid: process.geteuid?.(),
    displays: { DISPLAY: env['DISPLAY'], WAYLAND_DISPLAY: env['WAYLAND_DISPLAY'] },
    isOverSsh: (env['SSH_CONNECTION'] ?? '') !== '',
    sudoUid: /^\d+$/u.test(env['SUDO_UID'] ?? '') ? Number(env['SUDO_UID']) : undefined,
    hasSystemd: readText('/proc/1/comm')?.trim() === 'systemd',
    wslVersion: wslVersion(readText('/proc/version') ?? ''),
    flatpak: flatpak === undefined ? undefined : { mayTalk: flatpakMayTalk(flatpak) },
    snap: (env['SNAP'] ?? '') === '' ? undefined : env['SNAP_NAME'],
  };
}

/** @param folders - where the files of services lie, the first that has one counts */
export function allPamFacts(folders: readonly string[]): readonly PamFacts[] {
  const modules = DAEMON_PROGRAMS.flatMap(({ pamModule }) => pamModule ?? []);
  const read = (name: string): string | undefined => {
    if (name.includes('/')) return readText(name);
    for (const folder of folders) {
      const text = readText(`${folder}/${name}`);
      if (text !== undefined) return text;
    }
    return undefined;
  };
  return LOGIN_SERVICES.flatMap((service) => pamFacts(service, modules, read) ?? []);
}

function readKWalletSettings(): KWalletSettings | undefined {
  const { XDG_CONFIG_HOME: config = '', HOME: home = '' } = process.env;
  const path = `${config === '' ? `${home}/.config` : config}/kwalletrc`;
  const text = readText(path);
  return text === undefined ? undefined : kwalletSettings(path, text);
}

/** What cannot be read is, for doctor, not there. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
