/**
 * A login through PAM, by its own library and modules: pamtester takes the part of sshd, and
 * libpam_wrapper reads the service from the fixture's folder instead of /etc/pam.d. What the session
 * starts lives on a bus of the fixture, and is cleared away with it.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runOrThrow } from '../run.ts';
import type { Bus } from './bus.ts';
import { nssWrapperEnvironment, nssWrapperUser } from './nss-wrapper.ts';

/** What a user's session bus has: who asks for the keyring starts it, or wakes the one of PAM. */
export const KEYRING_SERVICE = {
  name: 'org.freedesktop.secrets',
  exec: '/usr/bin/gnome-keyring-daemon --start --foreground --components=secrets',
} as const;

export interface PamLoginOptions {
  /** Typed at the prompt; without it sshd asks PAM for none, as with a public key. */
  readonly password?: string;
  /** Whether the service has the lines of pam_gnome_keyring. */
  readonly hasModule: boolean;
}

/** Logs in, once on a bus; the session is then open, and stays so until the bus is disposed of. */
export async function logInThroughPam(
  bus: Bus,
  { password, hasModule }: PamLoginOptions,
): Promise<void> {
  const { workspace, env } = bus;
  const services = path.join(workspace.folder, 'pam.d');
  mkdirSync(services);
  writeFileSync(path.join(services, 'sshd'), serviceLines(hasModule));
  const wrapper = nssWrapperEnvironment(workspace);
  // PAM hands a session's processes no environment but its own.
  const session = Object.entries(workspace.env).flatMap(([name, value]) => [
    '-E',
    `${name}=${value}`,
  ]);
  const steps = ['acct_mgmt', 'open_session'];
  if (password !== undefined) steps.unshift('authenticate');
  await runOrThrow('/usr/bin/pamtester', [...session, 'sshd', nssWrapperUser(), ...steps], {
    env: {
      ...env,
      ...wrapper,
      LD_PRELOAD: `libpam_wrapper.so ${wrapper['LD_PRELOAD']}`,
      PAM_WRAPPER: '1',
      PAM_WRAPPER_SERVICE_DIR: services,
    },
    input: password === undefined ? '' : `${password}\n`,
  });
}

/** Any password is the right one: what is tested is who else is given it. */
function serviceLines(hasModule: boolean): string {
  const auth = ['auth required pam_exec.so quiet expose_authtok /bin/cat'];
  const others = ['account required pam_permit.so', 'session required pam_permit.so'];
  if (hasModule) {
    auth.push('auth optional pam_gnome_keyring.so');
    others.push('session optional pam_gnome_keyring.so auto_start');
  }
  return `${[...auth, ...others].join('\n')}\n`;
}
