/** A world in memory: files in a map, a clock that counts, cheap key derivation, seeded bytes. */
import { createHash, createHmac } from 'node:crypto';
import { KeyringFileError } from '../../src/errors.ts';
import type { KeyDerivation } from '../../src/keys/kdf.ts';
import type { KeyringFileIo } from '../../src/types/keyring-file-io.ts';

/** Stands in for PBKDF2 and scrypt where a test is not about them. */
export const fakeKdf: KeyDerivation = {
  pbkdf2Sha256: async (password, salt, iterations, keyBytes) =>
    cheapKey([password, salt, `${iterations}`], keyBytes),
  scrypt: async (password, salt, cost, keyBytes) =>
    cheapKey([password, salt, JSON.stringify(cost)], keyBytes),
};

export interface MemoryIo extends KeyringFileIo {
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  readonly counts: { reads: number; writes: number; locks: number; derivations: number };
  isLockLost: boolean;
  replaceFile: KeyringFileIo['replaceFile'];
  /** Runs before each read, with its number from 1: what another process does meanwhile. */
  beforeRead: (read: number) => void;
}

export function memoryIo(): MemoryIo {
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  const counts = { reads: 0, writes: 0, locks: 0, derivations: 0 };
  const randomBytes = seededBytes('memory');
  let seconds = 1_800_000_000;
  let held = Promise.resolve();
  const io: MemoryIo = {
    files,
    counts,
    randomBytes,
    isLockLost: false,
    beforeRead: () => undefined,
    createFolder: async () => undefined,
    kdf: {
      pbkdf2Sha256: async (...args) => {
        counts.derivations += 1;
        return await fakeKdf.pbkdf2Sha256(...args);
      },
      scrypt: async (...args) => {
        counts.derivations += 1;
        return await fakeKdf.scrypt(...args);
      },
    },
    nowSeconds: () => (seconds += 1),
    readFile: async (path) => {
      counts.reads += 1;
      io.beforeRead(counts.reads);
      return files.get(path)?.slice();
    },
    replaceFile: async (path, bytes) => {
      counts.writes += 1;
      files.set(path, bytes.slice());
    },
    underLock: async (_path, _options, body) => {
      counts.locks += 1;
      const before = held;
      const { promise, release } = latch();
      held = promise;
      await before;
      const assertHeld = async (): Promise<void> => {
        if (io.isLockLost) throw new KeyringFileError('lock-failed', 'lock: lost');
      };
      return body({ assertHeld }).finally(release);
    },
  };
  return io;
}

/** Bytes that look random and are the same in every run. */
export function seededBytes(seed: string): (count: number) => Uint8Array<ArrayBuffer> {
  let calls = 0;
  return (count) => {
    calls += 1;
    return cheapKey([seed, String(calls)], count);
  };
}

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text));
}

export function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}

function latch(): { promise: Promise<void>; release: () => void } {
  let release = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { promise, release };
}

function cheapKey(parts: readonly (string | Uint8Array)[], bytes: number): Uint8Array<ArrayBuffer> {
  const hmac = createHmac('sha256', 'cheap');
  for (const part of parts) hmac.update(createHash('sha256').update(part).digest());
  const seed = hmac.digest();
  const out = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 32) {
    const block = createHash('sha256').update(seed).update(String(at)).digest();
    out.set(block.subarray(0, Math.min(32, bytes - at)), at);
  }
  return out;
}
