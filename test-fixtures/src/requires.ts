/**
 * Which real daemons and clients this machine has. A test asks before it boots one:
 *
 *     const missing = requires('gnome-keyring', 'secret-tool');
 *     if (missing === undefined) test('…', …); else test.skip('…', missing);
 *
 * With KEYWIRE_REQUIRE_DAEMONS=1 (CI) a missing one throws instead of being skipped.
 */
import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { FixtureError } from './errors.ts';

/** Debian's own interpreter: the modules that its packages bring exist for no other. */
export const PYTHON = '/usr/bin/python3';

const PYTHON_MODULES = '/usr/lib/python3/dist-packages';

const SECRET_TYPELIB = '/usr/lib/x86_64-linux-gnu/girepository-1.0/Secret-1.typelib';

/** Debian's git brings the source of its helper, and not the program. */
export const GIT_LIBSECRET_SOURCE =
  '/usr/share/doc/git/contrib/credential/libsecret/git-credential-libsecret.c';

/** Every file named must exist. */
const REQUIREMENTS = {
  'dbus-daemon': [PYTHON, '/usr/bin/dbus-daemon', '/usr/bin/gdbus'],
  'dbus-broker': [PYTHON, '/usr/bin/dbus-broker', '/usr/bin/gdbus', `${PYTHON_MODULES}/jeepney`],
  'gnome-keyring': ['/usr/bin/gnome-keyring-daemon'],
  'pam-login': [
    '/usr/bin/pamtester',
    '/usr/lib/x86_64-linux-gnu/libpam_wrapper.so',
    '/usr/lib/x86_64-linux-gnu/libnss_wrapper.so',
    '/usr/lib/x86_64-linux-gnu/security/pam_gnome_keyring.so',
  ],
  kwallet: [PYTHON, '/usr/bin/kwalletd5', `${PYTHON_MODULES}/secretstorage`],
  keepassxc: ['/usr/bin/keepassxc', '/usr/bin/keepassxc-cli'],
  'mock-prompter': [`${PYTHON_MODULES}/jeepney`, `${PYTHON_MODULES}/cryptography`],
  'secret-tool': ['/usr/bin/secret-tool'],
  secretstorage: [PYTHON, `${PYTHON_MODULES}/secretstorage`],
  'python-keyring': [PYTHON, `${PYTHON_MODULES}/keyring`, `${PYTHON_MODULES}/secretstorage`],
  libsecret: [PYTHON, `${PYTHON_MODULES}/gi`, SECRET_TYPELIB],
  'msal-extensions': [
    PYTHON,
    `${PYTHON_MODULES}/msal_extensions`,
    `${PYTHON_MODULES}/gi`,
    SECRET_TYPELIB,
  ],
  'dbus-python': [PYTHON, `${PYTHON_MODULES}/dbus`],
  'docker-credential-secretservice': ['/usr/bin/docker-credential-secretservice'],
  pip: [PYTHON, '/usr/share/python-wheels'],
  git: ['/usr/bin/git', '/usr/lib/git-core/git-http-backend'],
  'git-credential-libsecret': [
    '/usr/bin/g++',
    '/usr/bin/pkg-config',
    '/usr/include/libsecret-1/libsecret/secret.h',
    GIT_LIBSECRET_SOURCE,
  ],
  pygobject: [PYTHON, `${PYTHON_MODULES}/gi`],
  jeepney: [PYTHON, `${PYTHON_MODULES}/jeepney`],
  gdbus: ['/usr/bin/gdbus'],
  busctl: ['/usr/bin/busctl'],
  'systemd-analyze': ['/usr/bin/systemd-analyze'],
  zsh: ['/usr/bin/zsh'],
  fish: ['/usr/bin/fish'],
  tmux: ['/usr/bin/tmux'],
  mandoc: ['/usr/bin/mandoc'],
} as const satisfies Record<string, readonly string[]>;

export type Requirement = keyof typeof REQUIREMENTS;

/** Other projects' libraries, which install-peers brings. */
const PEERS = {
  keytar: inPeers('keytar/build/Release/keytar.node'),
  '@napi-rs/keyring': inPeers('@napi-rs/keyring/index.js'),
} as const satisfies Record<string, string>;

export type Peer = keyof typeof PEERS;

/** The reason why a test that needs these libraries cannot run here, or undefined when it can. */
export function requiresPeers(...peers: readonly Peer[]): string | undefined {
  return missingHere(
    peers.filter((name) => !existsSync(PEERS[name])),
    'install-peers',
  );
}

/** The reason why a test that needs all of these cannot run here, or undefined when it can. */
export function requires(...requirements: readonly Requirement[]): string | undefined {
  const files = (name: Requirement): readonly string[] => REQUIREMENTS[name];
  const missing = requirements.filter((name) => !files(name).every((file) => existsSync(file)));
  return missingHere(missing, 'install-daemons as root');
}

/**
 * Turns what is missing into a reason to skip, or into an error where everything is required; the
 * installer is named for who wants to run the test.
 */
export function missingHere(missing: readonly string[], installer: string): string | undefined {
  if (missing.length === 0) return undefined;
  const reason = `not installed: ${missing.join(', ')} (run test-fixtures/${installer})`;
  if (process.env['KEYWIRE_REQUIRE_DAEMONS'] === '1')
    throw new FixtureError('not-installed', reason);
  return reason;
}

function inPeers(file: string): string {
  return fileURLToPath(new URL(`../peers/node_modules/${file}`, import.meta.url));
}
