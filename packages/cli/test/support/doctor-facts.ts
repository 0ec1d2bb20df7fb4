/** Facts for doctor: a machine where all is well, and ways to break it. */
import type { Facts, ServiceFacts } from '../../src/types/doctor.ts';

export const LOGIN = '/org/freedesktop/secrets/collection/login';
export const SESSION = '/org/freedesktop/secrets/collection/session';

const SERVICE: ServiceFacts = {
  isActivatable: true,
  owner: {
    uniqueName: ':1.7',
    pid: 42,
    uid: 1000,
    program: '/usr/bin/gnome-keyring-daemon',
    version: '42.1',
    displays: { DISPLAY: ':0' },
  },
  family: 'gnome-keyring',
  quirks: ['G1', 'G2'],
  isEncrypted: true,
  collections: [
    { path: LOGIN, label: 'Login', isLocked: false },
    { path: SESSION, label: '', isLocked: false },
  ],
  aliases: { default: LOGIN, login: LOGIN, session: SESSION },
  prompter: 'activatable',
};

export const HEALTHY: Facts = {
  platform: {
    uid: 1000,
    displays: { DISPLAY: ':0' },
    isOverSsh: false,
    hasSystemd: true,
  },
  bus: {
    address: 'unix:path=/run/user/1000/bus',
    source: 'XDG_RUNTIME_DIR/bus',
    sockets: [{ path: '/run/user/1000/bus', kind: 'socket', ownerUid: 1000, mode: 0o600 }],
  },
  service: SERVICE,
  daemons: [
    {
      pid: 42,
      program: '/usr/bin/gnome-keyring-daemon',
      arguments: ['--foreground'],
      ownsName: true,
    },
  ],
  pam: [],
  remembered: [],
};

export function withService(parts: Partial<ServiceFacts>, rest: Partial<Facts> = {}): Facts {
  return { ...HEALTHY, ...rest, service: { ...SERVICE, ...parts } };
}

export const LOCKED = withService({
  collections: [{ path: LOGIN, label: 'Login', isLocked: true }],
});

export function withoutBus(code: string, bus: Partial<Facts['bus']> = {}): Facts {
  const failure = { code, message: `socket: got ${code}` };
  return { ...HEALTHY, bus: { ...HEALTHY.bus, failure, ...bus }, service: undefined };
}

export function withPlatform(facts: Facts, parts: Partial<Facts['platform']>): Facts {
  return { ...facts, platform: { ...facts.platform, ...parts } };
}
