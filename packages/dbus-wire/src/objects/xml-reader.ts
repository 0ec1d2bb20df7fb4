/**
 * The part of XML that introspection documents need: elements with attributes.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#introspection-format
 *
 * Accepted: one XML declaration, one DOCTYPE that only names its DTD, comments, elements, attributes,
 * the five predefined entities. Text between elements is skipped. Refused: an internal DTD subset
 * (entities declared there can grow a few bytes into gigabytes), other entities and character
 * references, CDATA, processing instructions, a document longer or deeper than the caps.
 */

import { ConnectionError } from '../connection-error.ts';

/** A piece of a document. */
export type XmlEvent =
  | {
      readonly kind: 'start';
      readonly name: string;
      readonly attributes: ReadonlyMap<string, string>;
    }
  | { readonly kind: 'end'; readonly name: string };

/** The longest document, in characters; large services have documents of a few 100,000. */
export const MAX_XML_LENGTH = 4_000_000;

/** Elements inside each other; introspection needs five, and one for each level of nodes. */
export const MAX_XML_DEPTH = 64;

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

const NAME = /[A-Za-z_][A-Za-z0-9_.:-]*/y;
const WHITE_SPACE = /[ \t\r\n]+/y;
const DECLARATION = /<\?xml[ \t\r\n][^<>?]*\?>/y;
const DOCTYPE = /<!DOCTYPE[ \t\r\n][^<>[\]]*>/y;

/** Reads one document from front to back; each character is looked at a bounded number of times. */
export class XmlReader {
  readonly #text: string;
  readonly #open: string[] = [];
  #position = 0;
  #hasRoot = false;
  /** An empty element `<a/>` is a start, and then this end. */
  #pendingEnd: string | undefined;

  /** @throws {@link ConnectionError} with code `protocol` */
  constructor(text: string) {
    // @rule connection/xml-size keywire#resource-limits
    if (text.length > MAX_XML_LENGTH) throw invalid(`at most ${MAX_XML_LENGTH} characters`, 0);
    this.#text = text;
    this.#position = text.startsWith('\ufeff') ? 1 : 0;
    this.#match(WHITE_SPACE);
    this.#match(DECLARATION);
    this.#skipBetween();
    // @rule connection/xml-no-dtd keywire#resource-limits
    this.#match(DOCTYPE);
  }

  /**
   * The next event; undefined at the end of the document.
   *
   * @throws {@link ConnectionError} with code `protocol`
   */
  next(): XmlEvent | undefined {
    if (this.#pendingEnd !== undefined) return this.#end(this.#pendingEnd);
    this.#skipBetween();
    if (this.#position === this.#text.length) {
      if (this.#open.length > 0 || !this.#hasRoot) throw this.#invalid('one whole element');
      return undefined;
    }
    if (this.#text.startsWith('</', this.#position)) return this.#readEnd();
    if (this.#open.length === 0 && this.#hasRoot) throw this.#invalid('nothing after the element');
    return this.#readStart();
  }

  #readStart(): XmlEvent {
    this.#position++;
    const name = this.#match(NAME);
    if (name === undefined) throw this.#invalid('an element name');
    // @rule connection/xml-depth keywire#resource-limits
    if (this.#open.length === MAX_XML_DEPTH) throw this.#invalid(`at most ${MAX_XML_DEPTH} levels`);
    const attributes = this.#readAttributes();
    this.#hasRoot = true;
    this.#open.push(name);
    if (this.#take('/')) this.#pendingEnd = name;
    if (!this.#take('>')) throw this.#invalid('">"');
    return { kind: 'start', name, attributes };
  }

  #readAttributes(): Map<string, string> {
    const attributes = new Map<string, string>();
    for (;;) {
      const isSeparated = this.#match(WHITE_SPACE) !== undefined;
      const name = this.#match(NAME);
      if (name === undefined) return attributes;
      if (!isSeparated) throw this.#invalid('white space before an attribute');
      if (attributes.has(name)) throw this.#invalid('each attribute once');
      this.#match(WHITE_SPACE);
      if (!this.#take('=')) throw this.#invalid('"="');
      this.#match(WHITE_SPACE);
      attributes.set(name, this.#readValue());
    }
  }

  #readValue(): string {
    const quote = this.#text[this.#position];
    if (quote !== '"' && quote !== "'") throw this.#invalid('a quoted value');
    const end = this.#text.indexOf(quote, this.#position + 1);
    if (end < 0) throw this.#invalid('a closing quotation mark');
    const raw = this.#text.slice(this.#position + 1, end);
    if (raw.includes('<')) throw this.#invalid('no "<" in a value');
    const value = this.#decode(raw);
    this.#position = end + 1;
    return value;
  }

  #decode(raw: string): string {
    if (!raw.includes('&')) return raw;
    return raw.replace(/&([^;&]*);?/g, (whole, name: string) => {
      const character = whole.endsWith(';') ? ENTITIES.get(name) : undefined;
      // @rule connection/xml-entities keywire#resource-limits
      if (character === undefined) throw this.#invalid('no entity but the predefined five');
      return character;
    });
  }

  #readEnd(): XmlEvent {
    this.#position += 2;
    const name = this.#match(NAME);
    this.#match(WHITE_SPACE);
    if (name === undefined || name !== this.#open.at(-1) || !this.#take('>')) {
      throw this.#invalid('the end of the innermost element');
    }
    return this.#end(name);
  }

  #end(name: string): XmlEvent {
    this.#pendingEnd = undefined;
    this.#open.pop();
    return { kind: 'end', name };
  }

  /** Skips text and comments up to the next tag; outside the element only white space is text. */
  #skipBetween(): void {
    for (;;) {
      const tag = this.#text.indexOf('<', this.#position);
      const end = tag < 0 ? this.#text.length : tag;
      if (this.#open.length === 0 && this.#text.slice(this.#position, end).trim() !== '') {
        throw this.#invalid('no text outside the element');
      }
      this.#position = end;
      if (!this.#text.startsWith('<!--', end)) return;
      const close = this.#text.indexOf('-->', end + 4);
      if (close < 0) throw this.#invalid('the end of a comment');
      this.#position = close + 3;
    }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found !== undefined) this.#position += found.length;
    return found;
  }

  #take(character: string): boolean {
    const isThere = this.#text[this.#position] === character;
    if (isThere) this.#position++;
    return isThere;
  }

  #invalid(expected: string): ConnectionError {
    return invalid(expected, this.#position);
  }
}

function invalid(expected: string, offset: number): ConnectionError {
  return new ConnectionError('protocol', `introspection: expected ${expected} at offset ${offset}`);
}
