/** Files and variables that say how a keyring is set up, read as far as doctor needs them. */
import type { KWalletSettings, PlatformFacts } from '../types/doctor.ts';

/**
 * The value of a key in a group of an INI file, as KDE and Flatpak read them: the last one counts,
 * and blanks around it do not. KDE marks groups and keys that an administrator has fixed with `[$i]`.
 */
export function iniValue(text: string, group: string, key: string): string | undefined {
  let isInGroup = false;
  let value: string | undefined;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    const [name = '', ...rest] = line.split('=');
    if (line.startsWith('[')) isInGroup = withoutMark(line) === `[${group}]`;
    else if (isInGroup && rest.length > 0 && withoutMark(name.trimEnd()) === key) {
      value = rest.join('=').trimStart();
    }
  }
  return value;
}

function withoutMark(text: string): string {
  return text.endsWith('[$i]') ? text.slice(0, -4) : text;
}

/** What KDE takes for a switch that is off; whatever else is there is on. */
const OFF: ReadonlySet<string | undefined> = new Set(['false', 'no', 'off', '0']);

/** What kwalletrc switches off; both are on where it says nothing. */
export function kwalletSettings(path: string, text: string): KWalletSettings {
  return {
    path,
    isEnabled: isOn(iniValue(text, 'Wallet', 'Enabled')),
    isSecretServiceEnabled: isOn(iniValue(text, 'org.freedesktop.secrets', 'apiEnabled')),
  };
}

function isOn(value: string | undefined): boolean {
  return !OFF.has(value?.toLowerCase());
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
