/**
 * Against libdbus itself: what it accepts we accept, what it refuses we refuse. 10^5 cases here,
 * 10^7 with SLOW=1.
 */
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import process from 'node:process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  NAME_FAULTS,
  NAME_PIECES,
  PATH_FAULTS,
  SIGNATURE_PIECES,
  TEXT_FAULTS,
  TEXTS,
} from '../../../../test-fixtures/src/libdbus/fragments.ts';
import { MessageMaker } from '../../../../test-fixtures/src/libdbus/message-maker.ts';
import {
  LibdbusOracle,
  libdbusMissing,
  type OracleCase,
  type OracleKind,
} from '../../../../test-fixtures/src/libdbus/oracle.ts';
import { Random } from '../../../../test-fixtures/src/libdbus/random.ts';
import { marshalSlowly } from '../../../../test-fixtures/src/slow-reference/marshal.ts';
import type { Message } from '../../src/codec/message.ts';
import { MessageParser } from '../../src/codec/message-parser.ts';
import {
  isBusName,
  isErrorName,
  isInterfaceName,
  isMemberName,
  isObjectPath,
} from '../../src/codec/names.ts';
import { isSignature, isSingleCompleteType } from '../../src/codec/signature.ts';
import { unmarshal } from '../../src/codec/unmarshal.ts';
import { isWireError } from '../../src/codec/wire-error.ts';
import { Variant } from '../../src/variant.ts';

const CASES = process.env['SLOW'] === '1' ? 10_000_000 : 100_000;
const SEED = Number(process.env['SEED'] ?? 20_261_122);
const BATCH = 2_000;

const missing = libdbusMissing();

if (missing !== undefined) {
  test.skip('messages, names, signatures and texts against libdbus', missing);
} else {
  test('messages: what libdbus accepts, and nothing else, is accepted', async () => {
    const random = new Random(SEED);
    const maker = new MessageMaker(random);
    await compare('messages', Math.floor(CASES * 0.7), () => ({
      kind: 'message',
      bytes: maker.make(),
    }));
  });

  test('names, paths, signatures and texts: what libdbus accepts, and nothing else', async () => {
    const random = new Random(SEED + 1);
    const makers: readonly (() => OracleCase)[] = [
      () => caseOf('object-path', textOf(random, NAME_PIECES, PATH_FAULTS)),
      () => caseOf('interface-name', textOf(random, NAME_PIECES, NAME_FAULTS)),
      () => caseOf('member-name', textOf(random, NAME_PIECES, NAME_FAULTS)),
      () => caseOf('error-name', textOf(random, NAME_PIECES, NAME_FAULTS)),
      () => caseOf('bus-name', textOf(random, NAME_PIECES, NAME_FAULTS)),
      () => caseOf('signature', textOf(random, SIGNATURE_PIECES, SIGNATURE_PIECES)),
      () => caseOf('single-complete-type', textOf(random, SIGNATURE_PIECES, SIGNATURE_PIECES)),
      () => ({ kind: 'utf8', bytes: withoutNul(utf8Of(random)) }),
    ];
    await compare('names', Math.floor(CASES * 0.3), () => random.pick(makers)());
  });
}

async function compare(what: string, count: number, make: () => OracleCase): Promise<void> {
  await using oracle = new LibdbusOracle();
  const differences: string[] = [];
  let accepted = 0;
  for (let done = 0; done < count; done += BATCH) {
    const cases = Array.from({ length: Math.min(BATCH, count - done) }, make);
    const verdicts = await oracle.judge(cases);
    for (const [i, item] of cases.entries()) {
      const verdict = verdicts[i] === true;
      if (verdict) accepted += 1;
      if (isAccepted(item) !== verdict) differences.push(explain(item, verdict));
    }
  }
  console.log(
    `# ${what}: ${count} cases (seed ${SEED}), ${accepted} accepted by libdbus, ` +
      `${differences.length} differences`,
  );
  assert.deepEqual(differences.slice(0, 10), []);
  // A generator that only makes rubbish, or nothing wrong, would prove nothing.
  assert.ok(accepted > count / 20 && accepted < count * 0.9, `${accepted} of ${count} accepted`);
}

function explain({ kind, bytes }: OracleCase, verdict: boolean): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${kind}: libdbus ${verdict ? 'accepts' : 'refuses'} ${hex}`;
}

function isAccepted({ kind, bytes }: OracleCase): boolean {
  if (kind === 'message') return isWholeMessage(bytes);
  if (kind === 'utf8') return isText(bytes);
  const text = new TextDecoder().decode(bytes);
  const judges: Readonly<
    Record<Exclude<OracleKind, 'message' | 'utf8'>, (text: string) => boolean>
  > = {
    'object-path': isObjectPath,
    'interface-name': isInterfaceName,
    'member-name': isMemberName,
    'error-name': isErrorName,
    'bus-name': isBusName,
    signature: isSignature,
    'single-complete-type': isSingleCompleteType,
  };
  return judges[kind](text);
}

/** As libdbus' demarshalling counts: a first message is there, and nothing wrong follows it. */
function isWholeMessage(bytes: Uint8Array): boolean {
  try {
    const [message] = new MessageParser().feed(bytes);
    if (message === undefined) return false;
    assertSameBody(message, bytes);
    return true;
  } catch (error) {
    if (isWireError(error)) return false;
    throw error;
  }
}

/** What was decoded, written again by the slow reference, must be the bytes of the body. */
function assertSameBody({ signature, body, byteOrder }: Message, bytes: Uint8Array): void {
  const little = byteOrder === 'little';
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, little);
  const again = marshalSlowly(signature, body, little);
  const fields = new DataView(bytes.buffer, bytes.byteOffset).getUint32(12, little);
  const start = (16 + fields + 7) & -8;
  const original = bytes.subarray(start, start + length);
  if (Buffer.from(again).equals(original)) return;
  // A key that came twice is there once: still, nothing is there that was not in the bytes.
  assert.ok(hasDictionary(body), `body of ${signature}`);
  for (const text of textsOf(body)) assert.ok(Buffer.from(original).includes(text), signature);
}

function hasDictionary(value: unknown): boolean {
  if (value instanceof Variant) return hasDictionary(value.value);
  return value instanceof Map || (Array.isArray(value) && value.some(hasDictionary));
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Variant) return [value.signature, ...textsOf(value.value)];
  if (value instanceof Map) return textsOf([...value]);
  return Array.isArray(value) ? value.flatMap(textsOf) : [];
}

function isText(bytes: Uint8Array): boolean {
  const marshalled = new Uint8Array(bytes.length + 5);
  new DataView(marshalled.buffer).setUint32(0, bytes.length, true);
  marshalled.set(bytes, 4);
  try {
    unmarshal('s', marshalled);
    return true;
  } catch (error) {
    if (isWireError(error)) return false;
    throw error;
  }
}

function caseOf(kind: OracleKind, text: string | Uint8Array): OracleCase {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return { kind, bytes: withoutNul(bytes) };
}

function textOf(
  random: Random,
  pieces: readonly string[],
  whole: readonly (string | Uint8Array)[],
): string | Uint8Array {
  if (random.oneIn(4)) return random.pick(whole);
  let text = random.pick(['', '', '/', ':', 'a.', 'a{s', '(']);
  for (let i = random.below(7); i > 0; i -= 1) text += random.pick(pieces);
  return text;
}

function utf8Of(random: Random): Uint8Array {
  const parts = Array.from({ length: 1 + random.below(3) }, () => {
    if (random.oneIn(4)) return random.bytes(1 + random.below(4));
    const text = random.pick(random.oneIn(2) ? TEXT_FAULTS : TEXTS);
    return typeof text === 'string' ? new TextEncoder().encode(text) : text;
  });
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** C strings end at the first NUL: the question must be the same on both sides. */
function withoutNul(bytes: Uint8Array): Uint8Array {
  return bytes.filter((byte) => byte !== 0);
}
