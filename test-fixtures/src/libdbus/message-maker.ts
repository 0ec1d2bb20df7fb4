/**
 * Makes D-Bus messages for the differential test: well-formed ones in both byte orders, and ones
 * that are wrong in one small place. It writes bytes by itself, one at a time, and shares no code
 * with the codec under test: what both got wrong would go unseen.
 */
import { NAME_FAULTS, NAMES, PATH_FAULTS, PATHS, TEXT_FAULTS, TEXTS } from './fragments.ts';
import type { Random } from './random.ts';

const BASIC = 'ybnqiuxtdhsog';

/** Sizes, and so alignments, of the types of fixed size. */
const FIXED: Readonly<Record<string, number>> = {
  y: 1,
  b: 4,
  n: 2,
  q: 2,
  i: 4,
  u: 4,
  h: 4,
  x: 8,
  t: 8,
  d: 8,
};

/** A message, in a few ways wrong more often than not. */
export class MessageMaker {
  readonly #random: Random;
  #out: number[] = [];
  #little = true;
  /** How often something small goes wrong: once in so many chances, 0 for never. */
  #faultIn = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** The bytes of one message. */
  make(): Uint8Array<ArrayBuffer> {
    const random = this.#random;
    this.#out = [];
    this.#little = random.oneIn(2);
    this.#faultIn = random.pick([0, 0, 0, 30, 60, 200]);
    const signature = random.oneIn(5) ? '' : this.signature();
    this.#header(signature);
    const bodyStart = this.#out.length;
    for (const type of splitTypes(signature)) this.#value(type, 0);
    const body = this.#out.length - bodyStart;
    this.#patch(4, this.#isFault() ? body + random.pick([-8, -4, -1, 1, 4, 8]) : body);
    return mutate(Uint8Array.from(this.#out), random);
  }

  /** A signature, well-formed more often than not. */
  signature(): string {
    const random = this.#random;
    let text = '';
    for (let i = random.below(3); i >= 0; i -= 1) text += this.#type(0);
    if (!this.#isFault()) return text;
    // Bytes that mean something else elsewhere: what one place remembers must not serve another.
    if (random.oneIn(3)) return latin1(random.pick([...TEXT_FAULTS, ...PATHS, ...NAME_FAULTS]));
    const at = random.below(text.length + 1);
    const wrong = random.pick(['a', '(', ')', '{', '}', 'v', 'r', 'e', 'm', 'z', '()', 'a{', '\0']);
    return text.slice(0, at) + wrong + text.slice(at + random.below(2));
  }

  #type(depth: number): string {
    const random = this.#random;
    const choice = depth > 4 ? random.below(6) : random.below(12);
    if (choice < 6) return random.pick([...BASIC]);
    if (choice < 7) return 'v';
    if (choice < 9) return `a${this.#type(depth + 1)}`;
    if (choice < 10) return `a{${random.pick([...BASIC])}${this.#type(depth + 1)}}`;
    let fields = '';
    for (let i = random.below(3); i >= 0; i -= 1) fields += this.#type(depth + 1);
    return `(${fields})`;
  }

  #isFault(): boolean {
    return this.#faultIn > 0 && this.#random.oneIn(this.#faultIn);
  }

  #header(signature: string): void {
    const random = this.#random;
    const mark = this.#little ? 0x6c : 0x42;
    const type = random.oneIn(8) ? random.pick([0, 5, 6, 255]) : 1 + random.below(4);
    this.#out.push(this.#isFault() ? random.below(256) : mark, type, random.below(256));
    this.#out.push(this.#isFault() ? random.below(4) : 1);
    this.#uint32(0);
    this.#uint32(this.#isFault() ? 0 : 1 + random.below(0xffffffff));
    this.#uint32(0);
    for (const field of this.#fieldCodes(type, signature)) this.#field(field, signature);
    const length = this.#out.length - 16;
    this.#patch(12, this.#isFault() ? length + random.pick([-8, -1, 1, 8]) : length);
    this.#align(8);
  }

  /** The fields that the type needs, and some more; a fault drops or repeats one. */
  #fieldCodes(type: number, signature: string): number[] {
    const random = this.#random;
    const needed = [[], [1, 3], [5], [4, 5], [1, 2, 3]][type] ?? [];
    const codes = [...needed];
    for (const code of [1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 200]) {
      if (random.oneIn(6) && !codes.includes(code)) codes.push(code);
    }
    if (signature !== '' && !this.#isFault()) codes.push(8);
    else if (random.oneIn(10)) codes.push(8);
    if (this.#isFault()) codes.splice(random.below(codes.length), 1);
    if (this.#isFault() && codes.length > 0) codes.push(random.pick(codes));
    if (this.#isFault()) codes.push(0);
    return codes.sort(() => random.below(3) - 1);
  }

  #field(code: number, signature: string): void {
    const random = this.#random;
    this.#align(8);
    const proper = ['', 'o', 's', 's', 's', 'u', 's', 's', 'g', 'u', 'o'][code];
    this.#out.push(code);
    const type = proper === undefined || this.#isFault() ? this.#type(2) : proper;
    this.#signature(type);
    if (type !== proper) this.#value(type, 3);
    else if (code === 9) this.#uint32(random.oneIn(8) ? 1 : 0);
    else if (code === 5) this.#uint32(random.oneIn(40) ? 0 : 1 + random.below(0xffffffff));
    else if (code === 8) this.#signature(signature);
    else if (type === 'o') this.#text(this.#isFault() ? PATH_FAULTS : PATHS);
    else if (this.#isFault() || random.oneIn(60)) this.#text(NAME_FAULTS);
    else this.#text(NAMES[code] ?? NAME_FAULTS);
  }

  #value(type: string, depth: number): void {
    const random = this.#random;
    const size = FIXED[type];
    if (type === 'b') {
      this.#align(4);
      this.#uint32(this.#isFault() ? 2 + random.below(300) : random.below(2));
    } else if (size !== undefined) {
      this.#align(size);
      // No NaN: its payload need not survive a round trip through a JavaScript number.
      const below = type === 'd' ? 0x70 : 0x100;
      for (let i = 0; i < size; i += 1) this.#out.push(random.oneIn(3) ? 0 : random.below(below));
    } else if (type === 's') {
      this.#text(this.#isFault() ? TEXT_FAULTS : TEXTS);
    } else if (type === 'o') {
      this.#text(this.#isFault() ? PATH_FAULTS : PATHS);
    } else if (type === 'g') {
      this.#signature(random.oneIn(3) ? '' : this.signature());
    } else if (type === 'v') {
      this.#variant(depth);
    } else if (type.startsWith('a')) {
      this.#array(type.slice(1), depth);
    } else {
      this.#align(8);
      for (const field of splitTypes(type.slice(1, -1))) this.#value(field, depth + 1);
    }
  }

  #variant(depth: number): void {
    const random = this.#random;
    // A few long chains of variants, to meet the limit of depth from both sides.
    if (depth < 2 && random.oneIn(20)) {
      const links = 50 + random.below(20);
      for (let i = 0; i < links; i += 1) this.#signature('v');
    }
    const type = this.#isFault() ? this.signature() : this.#type(depth > 4 ? 9 : 3);
    this.#signature(type);
    for (const inner of splitTypes(type)) this.#value(inner, depth + 1);
  }

  #array(element: string, depth: number): void {
    const random = this.#random;
    this.#align(4);
    const at = this.#out.length;
    this.#uint32(0);
    this.#align('({'.includes(element.charAt(0)) ? 8 : (FIXED[element] ?? 1));
    const start = this.#out.length;
    const count = random.below(depth > 3 ? 2 : 4);
    for (let i = 0; i < count; i += 1) this.#value(element, depth + 1);
    const length = this.#out.length - start;
    const wrong = random.pick([-4, -1, 1, 4, 8, 0x4000001, 0xffffffff]);
    this.#patch(at, this.#isFault() ? (length + wrong) >>> 0 : length);
  }

  #text(texts: readonly (string | Uint8Array)[]): void {
    const text = this.#random.pick(texts);
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    this.#align(4);
    this.#uint32(this.#isFault() ? bytes.length + this.#random.pick([-1, 1, 4]) : bytes.length);
    this.#out.push(...bytes, this.#isFault() ? 1 + this.#random.below(255) : 0);
  }

  #signature(text: string): void {
    const length = this.#isFault() ? text.length + this.#random.pick([-1, 1]) : text.length;
    this.#out.push(length & 0xff);
    for (const char of text) this.#out.push(char.charCodeAt(0));
    this.#out.push(this.#isFault() ? 1 + this.#random.below(255) : 0);
  }

  #align(to: number): void {
    while (this.#out.length % to !== 0)
      this.#out.push(this.#isFault() ? this.#random.below(256) : 0);
  }

  #uint32(value: number): void {
    for (let i = 0; i < 4; i += 1) this.#out.push(byteOf(value, i, this.#little));
  }

  #patch(at: number, value: number): void {
    for (let i = 0; i < 4; i += 1) this.#out[at + i] = byteOf(value, i, this.#little);
  }
}

/** Bytes as a text of as many characters, cut to what a signature can hold. */
function latin1(text: string | Uint8Array): string {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return String.fromCharCode(...bytes.subarray(0, 255));
}

/** Cuts a signature into complete types; one that is not well-formed gives what it can. */
function splitTypes(signature: string): string[] {
  const types: string[] = [];
  let depth = 0;
  let current = '';
  for (const char of signature) {
    current += char;
    if ('({'.includes(char)) depth += 1;
    if (')}'.includes(char)) depth -= 1;
    if (depth <= 0 && char !== 'a') {
      types.push(current);
      current = '';
    }
  }
  return types;
}

function byteOf(value: number, index: number, little: boolean): number {
  return (value >>> (8 * (little ? index : 3 - index))) & 0xff;
}

/** Changes, removes or adds a byte of a few messages. */
function mutate(bytes: Uint8Array<ArrayBuffer>, random: Random): Uint8Array<ArrayBuffer> {
  const at = random.below(bytes.length);
  switch (random.below(16)) {
    case 0:
      bytes[at] = random.below(256);
      return bytes;
    case 1:
      bytes[at] = random.pick([0, 1, 0x7f, 0x80, 0xff]);
      return bytes;
    case 2:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
      return bytes;
    case 3:
      return bytes.slice(0, at);
    case 4:
      return Uint8Array.of(...bytes.subarray(0, at), random.below(256), ...bytes.subarray(at));
    default:
      return bytes;
  }
}
