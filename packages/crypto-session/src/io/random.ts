/**
 * Where the randomness of a key pair comes from.
 *
 * Node on Linux: one read of /dev/urandom, because a fresh Node needs 0.2 ms for it and 2.7 ms to
 * load what is behind `crypto.getRandomValues` or `node:crypto`, before the first byte can go out
 * (README, "Choices"). Elsewhere, and where the device is missing, the runtime's own generator.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import process from 'node:process';
import type { RandomSource } from '../random-source.ts';
import { runtimeRandom } from './runtime-crypto.ts';

/** The random source that suits this runtime. */
export const systemRandom: RandomSource = chooseRandom(process.platform, process.versions);

/** Chooses between the device and the runtime's generator. */
export function chooseRandom(
  platform: string,
  versions: Readonly<Record<string, string | undefined>>,
): RandomSource {
  // Bun starts without that cost, and Deno could ask its user for leave to read the device.
  const isNode = versions['bun'] === undefined && versions['deno'] === undefined;
  return platform === 'linux' && isNode
    ? (length) => deviceRandom('/dev/urandom', length)
    : runtimeRandom;
}

/** Reads `length` bytes from a random device, or takes them from the runtime where it is missing. */
export function deviceRandom(path: string, length: number): Uint8Array<ArrayBuffer> {
  const descriptor = openIfPresent(path);
  if (descriptor === undefined) return runtimeRandom(length);
  try {
    // A regular file planted in a chroot under this name would hand out the same bytes each time.
    if (!fstatSync(descriptor).isCharacterDevice()) return runtimeRandom(length);
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) filled += readSync(descriptor, bytes, filled, length - filled, null);
    return bytes;
  } finally {
    closeSync(descriptor);
  }
}

/** Opens the device; not being able to is no failure, since the runtime's generator is as good. */
function openIfPresent(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}
