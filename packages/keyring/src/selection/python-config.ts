// The configuration of Python's keyring, for programs that stand in for it: its variables, and the
// file keyringrc.cfg. Its backends are classes of Python; those that keep passwords where this
// library keeps them too are understood, any other is an error, never as if it were not there.
// https://github.com/jaraco/keyring#configuring

import { keyringError } from '../errors.ts';
import { defineScheme } from '../schemes/scheme.ts';
import { SCHEME_ROWS } from '../schemes/schemes.ts';
import type { KeyringHost } from '../types/host.ts';
import type { Scheme } from '../types/scheme.ts';
import type { FoundConfig } from './config.ts';
import { hasConfigFolder, pythonConfigPath } from './paths.ts';

/** What such a configuration says; it may choose the scheme as well. */
export interface PythonConfig extends FoundConfig {
  readonly scheme: Scheme;
}

/** What stands for a class of Python. */
export interface PythonBackend {
  readonly backend: string | undefined;
  readonly scheme: string;
}

const SECRET_SERVICE = 'python-keyring';
const LIBSECRET = 'python-keyring-libsecret';
const KEEPASSXC = 'python-keyring-keepassxc';

/** By the names that Python's keyring gives them; what has no backend is chosen by priority. */
const PYTHON_BACKENDS: ReadonlyMap<string, PythonBackend> = new Map([
  ['keyring.backends.SecretService.Keyring', { backend: 'secret-service', scheme: SECRET_SERVICE }],
  ['keyring.backends.libsecret.Keyring', { backend: 'secret-service', scheme: LIBSECRET }],
  ['keyring.backends.chainer.ChainerBackend', { backend: undefined, scheme: SECRET_SERVICE }],
  ['keyring.backends.null.Keyring', { backend: 'null', scheme: SECRET_SERVICE }],
  ['keyring.backends.fail.Keyring', { backend: 'fail', scheme: SECRET_SERVICE }],
]);

/**
 * Reads the environment and the file; the environment wins.
 *
 * @throws {@link KeyringError} with code `invalid-config`, or `unknown-backend` for a class of Python
 * that nothing here stands for
 */
export async function readPythonConfig(host: KeyringHost): Promise<PythonConfig> {
  const { env } = host;
  const path = hasConfigFolder(host) ? pythonConfigPath(host) : undefined;
  const variable = env['PYTHON_KEYRING_BACKEND'] ?? '';
  const chosen = variable === '' ? await readDefaultKeyring(host, path) : variable;
  const source = variable === '' ? path : 'PYTHON_KEYRING_BACKEND';
  const found =
    chosen === undefined || source === undefined ? undefined : pythonBackend(chosen, source);
  return {
    backend: found?.backend,
    backendSource: source,
    collection: property(env, 'PREFERRED_COLLECTION'),
    scheme: pythonScheme(env, found?.scheme ?? SECRET_SERVICE),
  };
}

/** Finds what stands for a class of Python, such as `keyring.backends.SecretService.Keyring`. */
export function findPythonBackend(name: string): PythonBackend | undefined {
  return PYTHON_BACKENDS.get(name);
}

/** As {@link findPythonBackend}, where the user's configuration names it. */
export function pythonBackend(name: string, source: string): PythonBackend {
  const found = findPythonBackend(name);
  if (found !== undefined) return found;
  const known = [...PYTHON_BACKENDS.keys()].join(', ');
  throw keyringError('unknown-backend', source, {
    detail: `expected one of ${known}, got another name`,
    advice: 'what another backend of Python keeps can be read with Python only',
  });
}

/** What `default-keyring` of the section `backend` says, by the rules of Python's RawConfigParser. */
export function parseDefaultKeyring(text: string, path: string): string | undefined {
  let section: string | undefined;
  const found = new Map<string, string | undefined>();
  for (const [index, line] of text.split(/\r?\n/u).entries()) {
    const content = line.trim();
    if (content === '' || /^[#;]/u.test(content)) continue;
    const heading = /^\[([^\]]+)\]/u.exec(content)?.[1];
    if (heading !== undefined) {
      section = heading;
      if (!found.has(heading)) found.set(heading, undefined);
      continue;
    }
    const end = content.search(/[=:]/u);
    // A line that is indented goes on with the value above it; no name of a class has two lines.
    if (section === undefined || end < 1) {
      const detail = `expected "[section]" or "name = value" in line ${index + 1}`;
      throw keyringError('invalid-config', path, { detail });
    }
    const name = content.slice(0, end).trimEnd().toLowerCase();
    if (name === 'default-keyring') found.set(section, content.slice(end + 1).trim());
  }
  // What stands under DEFAULT holds for every section that there is.
  return found.has('backend') ? (found.get('backend') ?? found.get('DEFAULT')) : undefined;
}

async function readDefaultKeyring(
  host: KeyringHost,
  path: string | undefined,
): Promise<string | undefined> {
  const text = path === undefined ? undefined : await host.readFile(path);
  return path === undefined || text === undefined ? undefined : parseDefaultKeyring(text, path);
}

function pythonScheme(env: KeyringHost['env'], name: string): Scheme {
  const isKeePassXC = property(env, 'SCHEME') === 'KeePassXC';
  const wanted = isKeePassXC && name === SECRET_SERVICE ? KEEPASSXC : name;
  const row = SCHEME_ROWS.find((candidate) => candidate.name === wanted);
  if (row === undefined) throw new Error(`internal error: no scheme ${wanted}`);
  const application = property(env, 'APPID');
  if (application === undefined) return defineScheme(row);
  const named = row.constants === undefined ? 'written' : 'constants';
  return defineScheme({ ...row, [named]: { ...row[named], application } });
}

/** Python's keyring sets these on whatever backend is in use. */
function property(env: KeyringHost['env'], name: string): string | undefined {
  const value = env[`KEYRING_PROPERTY_${name}`];
  return value === '' ? undefined : value;
}
