/** Keyring files on disk, for `export` and `import`. Loaded by these two alone. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, lstat, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  createHardened,
  createV1,
  formatJsonKeyring,
  isKeyringFileError,
  KeyringFileError,
  KeyringItem,
  keyDerivation,
  openKeyringFile,
} from '@keywire/keyring-file';
import { CliError } from '../../output/cli-error.ts';
import type { KeyringFiles, PortableItem } from '../../types/keyring-files.ts';
import { errorCode } from '../error-code.ts';

export const keyringFiles: KeyringFiles = {
  async open(path, name, password) {
    const file = await openKeyringFile(path, { password }).catch((error: unknown) => {
      throw named(error, name);
    });
    return {
      form: file.format,
      items: (await file.items()).map((item) => ({
        label: item.label,
        attributes: item.attributes,
        contentType: item.contentType,
        created: item.created,
        modified: item.modified,
        readSecret: () => item.readSecret(),
      })),
      rejected: (await file.rejected()).length,
      close: () => file.close(),
    };
  },

  async seal(items, form, password) {
    const sources = {
      nowSeconds: nowSeconds(),
      randomBytes: (count: number) => new Uint8Array(randomBytes(count)),
    };
    const create = form === 'v1' ? createV1 : createHardened;
    const empty = await create({ ...sources, password, kdf: keyDerivation });
    const secrets: Uint8Array[] = [];
    try {
      const edits = items.map(({ readSecret, created, modified, ...fields }) => {
        const secret = readSecret();
        secrets.push(secret);
        const times = timesOf(created, modified);
        return { kind: 'put', item: { ...fields, ...times, secret }, isReplacing: false } as const;
      });
      return empty.edit(edits, sources).keyring.encode();
    } catch (error) {
      throw tooLarge(error);
    } finally {
      for (const secret of secrets) secret.fill(0);
      empty.close();
    }
  },

  async formatJson(items) {
    try {
      const text = formatJsonKeyring({
        id: 'login',
        label: 'Login',
        // As a seed it is what programs read that ask for no collection.
        aliases: ['default'],
        items: items.map((item, index) => keyringItem(item, String(index + 1))),
      });
      return new TextEncoder().encode(text);
    } catch (error) {
      throw tooLarge(error);
    }
  },

  async requireNew(path) {
    try {
      await access(dirname(path), constants.W_OK);
    } catch (error) {
      throw notWritten(errorCode(error));
    }
    if (await isThere(path)) throw notWritten('EEXIST');
  },

  async writeNew(path, bytes) {
    try {
      await writeExclusive(path, bytes);
    } catch (error) {
      throw notWritten(errorCode(error));
    }
  },
};

/** A command may name several files, and passwords for each. */
// @rule cli/keyring-file-is-named keywire#import
function named(error: unknown, name: string): unknown {
  if (!isKeyringFileError(error)) return error;
  return new KeyringFileError(error.code, `${name}: ${error.message}`, { cause: error });
}

/** A keyring may hold more than its files do: that is no fault of who exports. */
function tooLarge(error: unknown): unknown {
  if (!isKeyringFileError(error) || error.code !== 'too-large') return error;
  const message = `export: what is there is larger than a keyring file holds (${error.message})`;
  return new CliError('output-too-large', message);
}

function notWritten(code: string): CliError {
  const reason = code === 'EEXIST' ? 'one is there already, and is left as it is' : `got ${code}`;
  return new CliError('output-unwritable', `FILE: expected to make a new file; ${reason}`);
}

/** A link that leads nowhere is there too: nothing is written through it. */
async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw notWritten(errorCode(error));
  }
}

/** A file that could not be written whole is not left behind. */
async function writeExclusive(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } catch (error) {
    await unlink(path);
    throw error;
  } finally {
    await file.close();
  }
}

function keyringItem(item: PortableItem, id: string): KeyringItem {
  const { label, attributes, contentType } = item;
  const fields = { label, attributes, contentType, ...timesOf(item.created, item.modified) };
  return new KeyringItem(id, fields, () => {
    const secret = item.readSecret();
    const copy = new Uint8Array(secret);
    secret.fill(0);
    return copy;
  });
}

/** Whole seconds, as all forms hold them; now where the source did not say. */
function timesOf(
  created = nowSeconds(),
  modified = created,
): { readonly created: number; readonly modified: number } {
  return { created: Math.floor(created), modified: Math.floor(modified) };
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
