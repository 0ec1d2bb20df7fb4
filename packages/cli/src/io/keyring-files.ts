/** Keyring files on disk, for `export` and `import`. Loaded by these two alone. */
import { randomBytes } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import {
  createHardened,
  createV1,
  formatJsonKeyring,
  KeyringItem,
  keyDerivation,
  openKeyringFile,
} from '@keywire/keyring-file';
import { CliError } from '../cli-error.ts';
import type { KeyringFiles, PortableItem } from '../types/keyring-files.ts';
import { errorCode } from './error-code.ts';

export const keyringFiles: KeyringFiles = {
  async open(path, password) {
    const file = await openKeyringFile(path, { password });
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
    } finally {
      for (const secret of secrets) secret.fill(0);
      empty.close();
    }
  },

  async formatJson(items) {
    const text = formatJsonKeyring({
      id: 'login',
      label: 'Login',
      items: items.map((item, index) => keyringItem(item, String(index + 1))),
    });
    return new TextEncoder().encode(text);
  },

  async writeNew(path, bytes) {
    try {
      await writeExclusive(path, bytes);
    } catch (error) {
      const code = errorCode(error);
      const reason = code === 'EEXIST' ? 'is there already, and is left as it is' : `got ${code}`;
      throw new CliError('output-unwritable', `the file: expected to make a new one, ${reason}`);
    }
  },
};

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
  return new KeyringItem(id, fields, () => new Uint8Array(item.readSecret()));
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
