/** Vectors of values and messages, and the ways in which a parser can be fed one. */
import { fromHex, readVectors } from '../../../../test-fixtures/src/hex.ts';
import type { Message } from '../../src/codec/message.ts';
import { MessageParser, type MessageParserOptions } from '../../src/codec/message-parser.ts';
import { isWireError, type WireError } from '../../src/codec/wire-error.ts';
import { Variant } from '../../src/variant.ts';

export interface ValueVector {
  readonly name: string;
  readonly signature: string;
  readonly values: readonly unknown[];
  readonly little: Uint8Array<ArrayBuffer>;
  readonly big: Uint8Array<ArrayBuffer>;
}

export interface MessageVector {
  readonly name: string;
  /** The code of the rule that it breaks; only of the invalid ones. */
  readonly code: string | undefined;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

interface HexVector {
  readonly name: string;
  readonly little: string;
  readonly big: string;
}

/** What came out of a parser: messages, then perhaps a fault. */
export interface Outcome {
  readonly messages: readonly Message[];
  readonly error: WireError | undefined;
}

export function valueVectors(): ValueVector[] {
  const { cases } = readVectors<{
    readonly cases: readonly (HexVector & { signature: string; values: readonly unknown[] })[];
  }>('dbus-values');
  return cases.map(({ name, signature, values, little, big }) => ({
    name,
    signature,
    values: values.map(revive),
    little: fromHex(little),
    big: fromHex(big),
  }));
}

/** Each message twice: in either byte order. */
export function messageVectors(
  file: 'dbus-valid-messages' | 'dbus-invalid-messages',
): MessageVector[] {
  const { cases } = readVectors<{ readonly cases: readonly (HexVector & { code?: string })[] }>(
    file,
  );
  return cases.flatMap(({ name, code, little, big }) => [
    { name: `${name} (little)`, code, bytes: fromHex(little) },
    { name: `${name} (big)`, code, bytes: fromHex(big) },
  ]);
}

/** Feeds the chunks one after the other, until one is refused. */
export function feedAll(chunks: Iterable<Uint8Array>, options?: MessageParserOptions): Outcome {
  const parser = new MessageParser(options);
  const messages: Message[] = [];
  for (const chunk of chunks) {
    try {
      messages.push(...parser.feed(chunk));
    } catch (error) {
      if (!isWireError(error)) throw error;
      return { messages: [...messages, ...error.messages], error };
    }
  }
  return { messages, error: undefined };
}

/** Cuts bytes into chunks of the given sizes, over and over. */
export function* chunksOf(bytes: Uint8Array, ...sizes: number[]): Iterable<Uint8Array> {
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const size = sizes[i % sizes.length] ?? 1;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

/** JSON stands in for what it lacks: see the source line of dbus-values.json. */
function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null) return value;
  if ('bigint' in value) return BigInt(String(value.bigint));
  if ('double' in value) return Number(value.double);
  if ('bytes' in value) return fromHex(String(value.bytes));
  if ('map' in value && Array.isArray(value.map)) {
    return new Map(value.map.map(([key, held]) => [revive(key), revive(held)]));
  }
  if ('variant' in value && Array.isArray(value.variant)) {
    return new Variant(String(value.variant[0]), revive(value.variant[1]));
  }
  throw new Error('vectors: a tag that is known');
}
