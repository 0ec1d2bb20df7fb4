/**
 * A message for the shared memory between two threads: a head that is JSON, and secrets beside it
 * as bytes, so that they never become strings on the way and can be wiped. Both ends are of the
 * same build. Layout: length of the JSON (uint32, little-endian), the JSON, the secrets.
 */

export interface Frame<Head> {
  readonly head: Head;
  readonly secrets: readonly Uint8Array[];
}

interface Envelope<Head> {
  readonly head: Head;
  readonly lengths: readonly number[];
}

const PREFIX_BYTES = 4;

/** The whole frame in a buffer of its own, which the caller wipes. */
export function encodeFrame<Head>(frame: Frame<Head>): Uint8Array<ArrayBuffer> {
  const envelope: Envelope<Head> = {
    head: frame.head,
    lengths: frame.secrets.map(({ length }) => length),
  };
  const json = new TextEncoder().encode(JSON.stringify(envelope));
  const secretBytes = frame.secrets.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(PREFIX_BYTES + json.length + secretBytes);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, PREFIX_BYTES);
  let at = PREFIX_BYTES + json.length;
  for (const secret of frame.secrets) {
    bytes.set(secret, at);
    at += secret.length;
  }
  return bytes;
}

/** Takes a frame apart; the secrets are copies, which the caller wipes. */
export function decodeFrame<Head>(bytes: Uint8Array): Frame<Head> {
  const { buffer, byteOffset, byteLength } = bytes;
  const jsonBytes = new DataView(buffer, byteOffset, byteLength).getUint32(0, true);
  let at = PREFIX_BYTES + jsonBytes;
  const { head, lengths }: Envelope<Head> = JSON.parse(
    new TextDecoder().decode(bytes.slice(PREFIX_BYTES, at)),
  );
  const secrets = lengths.map((length) => {
    at += length;
    return bytes.slice(at - length, at);
  });
  return { head, secrets };
}
