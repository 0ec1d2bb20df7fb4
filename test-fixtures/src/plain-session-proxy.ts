/**
 * A bus address through which other people's clients reach KWallet without its key agreement.
 *
 * One encrypted session in a hundred or so fails between kwalletd5 and libsecret or SecretStorage:
 * the store is refused, the lookup finds nothing, or the secret read is empty or garbage
 * (docs/QUIRKS.md, K18). A test cannot stand on that. Both clients fall back to a plain session when
 * the daemon does not know the algorithm, so its name is changed on the way, in place.
 */
import { Buffer } from 'node:buffer';
import { type Relay, startRelay } from './relay.ts';

const ALGORITHM = Buffer.from('dh-ietf1024-sha256-aes128-cbc-pkcs7');
const UNKNOWN_ALGORITHM = Buffer.from('xx-ietf1024-sha256-aes128-cbc-pkcs7');

export function startPlainSessionProxy(target: string): Promise<Relay> {
  return startRelay(target, () => {
    let held = Buffer.alloc(0);
    return {
      out: (chunk): Uint8Array => {
        const bytes = Buffer.concat([held, chunk]);
        const at = bytes.indexOf(ALGORITHM);
        if (at >= 0) UNKNOWN_ALGORITHM.copy(bytes, at);
        const split = startOfPartialName(bytes);
        held = bytes.subarray(split);
        return bytes.subarray(0, split);
      },
      in: (chunk): Uint8Array => chunk,
    };
  });
}

/**
 * Where a name begins that the next chunk may end; the length of the bytes if there is none. Bytes
 * held back while a client waits for its answer would be a deadlock: a message may well end in a `d`
 * of its public key, but not in eight bytes of the name.
 */
function startOfPartialName(bytes: Buffer): number {
  for (let length = ALGORITHM.length - 1; length >= 8; length -= 1) {
    if (bytes.subarray(-length).equals(ALGORITHM.subarray(0, length))) return bytes.length - length;
  }
  return bytes.length;
}
