// The backend that a program found by priority and keeps to, so that its secrets stay in one place
// when another keyring appears. One small file for each program: they do not overwrite each other.

import { keyringError } from '../errors.ts';
import type { KeyringHost } from '../types/host.ts';
import { hasStateFolder, rememberedFolder } from './paths.ts';

/** What is remembered for one program. */
export interface RememberedBackend {
  readonly app: string;
  readonly backend: string;
  /** The file that says so; forgetting removes it. */
  readonly path: string;
}

/** File systems take 255 bytes; a temporary name is longer by 33. */
const MAX_FILE_NAME = 200;

/** Programs without a name share this one. */
const UNNAMED_APP = '';

/**
 * The file for a program.
 *
 * @throws {@link KeyringError} with code `too-large` for a name that is no file's
 */
export function rememberedPath(host: KeyringHost, app: string | undefined): string {
  const name = app === undefined || app === UNNAMED_APP ? 'default' : `app-${encoded(app)}`;
  if (name.length > MAX_FILE_NAME) {
    throw keyringError('too-large', 'app', {
      detail: `expected a name that is a file's of at most ${MAX_FILE_NAME} bytes, to be remembered`,
      advice: 'choose a shorter one',
    });
  }
  return `${rememberedFolder(host)}/${name}.json`;
}

/**
 * Reads what is remembered for a program.
 *
 * @throws {@link KeyringError} with code `invalid-config` for a broken file
 */
export async function readRemembered(
  host: KeyringHost,
  app: string | undefined,
): Promise<RememberedBackend | undefined> {
  const path = rememberedPath(host, app);
  const text = await host.readFile(path);
  return text === undefined ? undefined : parseRemembered(text, path);
}

/** Remembers a backend for a program. */
export async function rememberBackend(
  host: KeyringHost,
  app: string | undefined,
  backend: string,
): Promise<void> {
  const path = rememberedPath(host, app);
  await host.writeFile(path, `${JSON.stringify({ app: app ?? UNNAMED_APP, backend })}\n`);
}

/** Forgets it; whether there was something to forget. */
export async function forgetBackend(host: KeyringHost, app: string | undefined): Promise<boolean> {
  return await host.removeFile(rememberedPath(host, app));
}

/** Lists what is remembered for any program: nothing where there is no home to remember it in. */
export async function listRemembered(host: KeyringHost): Promise<RememberedBackend[]> {
  if (!hasStateFolder(host)) return [];
  const folder = rememberedFolder(host);
  const found: RememberedBackend[] = [];
  for (const name of [...(await host.listFolder(folder))].sort()) {
    const text = name.endsWith('.json') ? await host.readFile(`${folder}/${name}`) : undefined;
    if (text !== undefined) found.push(parseRemembered(text, `${folder}/${name}`));
  }
  return found;
}

function parseRemembered(text: string, path: string): RememberedBackend {
  const value = parseJson(text);
  if (
    typeof value === 'object' &&
    value !== null &&
    'app' in value &&
    'backend' in value &&
    typeof value.app === 'string' &&
    typeof value.backend === 'string'
  ) {
    return { app: value.app, backend: value.backend, path };
  }
  throw keyringError('invalid-config', path, {
    detail: 'expected JSON with app and backend',
    advice: 'remove the file: the backend is then chosen anew',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is wrong with it is said once, by the caller.
    return undefined;
  }
}

/** Any name as a file's: what is not plain becomes the hexadecimal of its UTF-8 bytes. */
function encoded(name: string): string {
  return name.replace(/[^A-Za-z0-9.-]/gu, (character) =>
    [...new TextEncoder().encode(character)]
      .map((byte) => `_${byte.toString(16).padStart(2, '0')}`)
      .join(''),
  );
}
