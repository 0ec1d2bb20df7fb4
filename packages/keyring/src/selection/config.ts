// The user's own configuration: which backend and scheme programs use that do not say. A broken file
// is an error, never as if it were not there.

import { keyringError } from '../errors.ts';
import type { KeyringHost } from '../types/host.ts';
import type { Scheme } from '../types/scheme.ts';
import { configPath, hasConfigFolder } from './paths.ts';

/** What a configuration may say. */
export interface KeyringConfig {
  readonly backend?: string | undefined;
  readonly collection?: string | undefined;
  readonly file?: {
    readonly path?: string | undefined;
    readonly passwordFile?: string | undefined;
  };
}

/** A configuration, and where each part was said. */
export interface FoundConfig extends KeyringConfig {
  /** The variable or file that chose the backend. */
  readonly backendSource?: string | undefined;
  /** The scheme to read and write, where the configuration chooses one. */
  readonly scheme?: Scheme | undefined;
}

/**
 * Reads the environment and the configuration file; the environment wins.
 *
 * @throws {@link KeyringError} with code `invalid-config`
 */
export async function readConfig(host: KeyringHost): Promise<FoundConfig> {
  const { env } = host;
  const path = hasConfigFolder(host) ? configPath(host) : undefined;
  const text = path === undefined ? undefined : await host.readFile(path);
  const config = path === undefined || text === undefined ? {} : parseConfig(text, path);
  const backend = nonEmpty(env['KEYWIRE_BACKEND']);
  const filePath = nonEmpty(env['KEYWIRE_FILE']) ?? config.file?.path;
  const passwordFile = nonEmpty(env['KEYWIRE_PASSWORD_FILE']) ?? config.file?.passwordFile;
  return {
    backend: backend ?? config.backend,
    backendSource: backend === undefined ? path : 'KEYWIRE_BACKEND',
    collection: nonEmpty(env['KEYWIRE_COLLECTION']) ?? config.collection,
    file: { path: filePath, passwordFile },
  };
}

/**
 * Reads the text of a configuration file.
 *
 * @throws {@link KeyringError} with code `invalid-config`, naming the file and the member
 */
export function parseConfig(text: string, path: string): KeyringConfig {
  const root = memberTexts(parseJson(text, path), path, ['backend', 'collection'], ['file']);
  const file = memberTexts(
    root.objects['file'] ?? {},
    `${path}, file`,
    ['path', 'passwordFile'],
    [],
  );
  for (const [name, where] of Object.entries(file.texts)) {
    // It would be another file for each working directory, and "~" is the shell's.
    // @rule keyring/configured-paths-absolute keywire#where-there-is-no-keyring
    if (where.startsWith('/')) continue;
    throw keyringError('invalid-config', `${path}, file`, {
      detail: `expected an absolute path as ${name}, got another`,
    });
  }
  return {
    backend: root.texts['backend'],
    collection: root.texts['collection'],
    file: { path: file.texts['path'], passwordFile: file.texts['passwordFile'] },
  };
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw keyringError('invalid-config', path, { detail: 'expected JSON', cause: error });
  }
}

/** The members that are texts, and those that are looked at next; any other is a mistake. */
function memberTexts(
  value: unknown,
  place: string,
  textNames: readonly string[],
  objectNames: readonly string[],
): { texts: Record<string, string>; objects: Record<string, unknown> } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw keyringError('invalid-config', place, { detail: 'expected an object' });
  }
  const texts: Record<string, string> = {};
  const objects: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    if (objectNames.includes(name)) objects[name] = member;
    else if (textNames.includes(name) && typeof member === 'string' && member !== '') {
      texts[name] = member;
    } else {
      const expected = textNames.includes(name)
        ? 'text'
        : [...textNames, ...objectNames].join(', ');
      throw keyringError('invalid-config', place, {
        detail: `expected ${expected}, got ${JSON.stringify(name)}`,
      });
    }
  }
  return { texts, objects };
}

function nonEmpty(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
