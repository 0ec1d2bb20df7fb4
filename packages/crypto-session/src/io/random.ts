/**
 * Where the randomness of a key pair comes from.
 *
 * Node on Linux: one read of /dev/urandom, because a fresh Node needs 0.2 ms for it and 2.7 ms to
 * load what is behind `crypto.getRandomValues` or `node:crypto`, before the first byte can go out
 * (README, "Choices"). Elsewhere, and where the device is missing, the runtime's own generator.
 */
import { ownBytes } from '../own-bytes.ts';
import type { RandomSource } from '../random-source.ts';
import { runtimeRandom } from './runtime-crypto.ts';

/** What Linux calls /dev/urandom: character device 1, 9. */
const URANDOM_DEVICE = 0x109;

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
  // Not imported: of node:fs an ES module gets all names, node:fs/promises included, in 1.5 ms.
  const { closeSync, fstatSync, readSync } = process.getBuiltinModule('node:fs');
  try {
    // Planted under this name, in a chroot or a container, a file would hand out the same bytes each
    // time, /dev/zero zeros, and /dev/null nothing for ever.
    // @rule crypto/random-device keywire#key-material
    if (fstatSync(descriptor).rdev !== URANDOM_DEVICE) return runtimeRandom(length);
    const bytes = ownBytes(length);
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
    return process.getBuiltinModule('node:fs').openSync(path, 'r');
  } catch {
    return undefined;
  }
}
