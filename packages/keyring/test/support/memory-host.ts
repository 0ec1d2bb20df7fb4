/** A host in memory: environment, small files and a clock that tests set. */
import type { KeyringHost } from '../../src/types/host.ts';
import type { SharedFile } from '../../src/types/shared-file.ts';

export interface MemoryHost extends KeyringHost {
  readonly env: Record<string, string | undefined>;
  readonly files: Map<string, string>;
  /** Moves the clock on. */
  tick(ms: number): void;
}

export function memoryHost(
  init: Partial<Pick<KeyringHost, 'env' | 'home' | 'hasTerminal'>> = {},
): MemoryHost {
  const files = new Map<string, string>();
  let nowMs = 1_700_000_000_000;
  let names = 0;
  const randomName = (): string => {
    names += 1;
    return `random-${names}`;
  };
  return {
    env: { ...init.env },
    home: 'home' in init ? init.home : '/home/user',
    hasTerminal: init.hasTerminal ?? false,
    files,
    tick: (ms) => {
      nowMs += ms;
    },
    now: () => nowMs,
    randomName,
    absolutePath: (path) => (path.startsWith('/') ? path : `/working-folder/${path}`),
    readFile: async (path) => files.get(path),
    writeFile: async (path, text) => {
      files.set(path, text);
    },
    removeFile: async (path) => files.delete(path),
    listFolder: async (folder) =>
      [...files.keys()]
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1)),
    requireOwnFolder: async () => {},
    sharedFile: async (path) => sharedText(path, files, randomName),
  };
}

/** A shared file of the host's. */
function sharedText(
  path: string,
  files: Map<string, string>,
  randomName: () => string,
): SharedFile {
  const read = (): Uint8Array | undefined => {
    const text = files.get(path);
    return text === undefined ? undefined : new TextEncoder().encode(text);
  };
  return {
    path,
    read: async () => read(),
    edit: async (change) => {
      const content = change(read());
      if (content !== undefined) files.set(path, new TextDecoder().decode(content));
    },
    nowSeconds: () => 1_700_000_000,
    randomName,
  };
}
