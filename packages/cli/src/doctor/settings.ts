/** Files and variables that say how a keyring is set up, read as far as doctor needs them. */
import type { KWalletSettings, PlatformFacts } from '../types/doctor.ts';

/** The value of a key in a group of an INI file, as KDE and Flatpak write them. */
export function iniValue(text: string, group: string, key: string): string | undefined {
  let isInGroup = false;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line.startsWith('[')) isInGroup = line === `[${group}]`;
    else if (isInGroup && line.startsWith(`${key}=`)) return line.slice(key.length + 1);
  }
  return undefined;
}

/** What kwalletrc switches off; both are on where it says nothing. */
export function kwalletSettings(path: string, text: string): KWalletSettings {
  return {
    path,
    isEnabled: iniValue(text, 'Wallet', 'Enabled') !== 'false',
    isSecretServiceEnabled: iniValue(text, 'org.freedesktop.secrets', 'apiEnabled') !== 'false',
  };
}

/** The keyring's name, and the families of names that it is one of; the widest right counts. */
const FLATPAK_NAMES = ['org.freedesktop.secrets', 'org.freedesktop.*', 'org.*'];

/** Whether a Flatpak's bus proxy lets calls to the keyring through, from /.flatpak-info. */
export function flatpakMayTalk(info: string): boolean {
  if (iniValue(info, 'Context', 'sockets')?.split(';').includes('session-bus') === true)
    return true;
  return FLATPAK_NAMES.some((name) => {
    const policy = iniValue(info, 'Session Bus Policy', name);
    return policy === 'talk' || policy === 'own';
  });
}

/** Which version of the Windows Subsystem for Linux a kernel names in /proc/version. */
export function wslVersion(procVersion: string): PlatformFacts['wslVersion'] {
  if (!/microsoft/iu.test(procVersion)) return undefined;
  return /WSL2|microsoft-standard/u.test(procVersion) ? 2 : 1;
}

/** The first number of a version in what a program prints. */
export function versionIn(text: string): string | undefined {
  return /\b\d+\.\d+(?:\.\d+)*\b/u.exec(text)?.[0];
}
