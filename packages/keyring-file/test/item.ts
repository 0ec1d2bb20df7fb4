import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  attributeKey,
  attributesOf,
  checkLabel,
  contentsOf,
  hasAttributes,
  KeyringItem,
  sortedAttributes,
} from '../src/item.ts';
import { MAX_SECRET_BYTES } from '../src/limits.ts';
import { throwsCode } from './support/codes.ts';
import { utf8 } from './support/memory-io.ts';
import { wipedDuring } from './support/wiped.ts';

test('defaults are filled in and the secret is copied', () => {
  const secret = utf8('s');
  const contents = contentsOf({ secret }, 42);
  secret.fill(0);
  assert.deepEqual(contents, {
    label: '',
    attributes: new Map(),
    secret: utf8('s'),
    contentType: 'text/plain',
    created: 42,
    modified: 42,
  });
  assert.deepEqual(contentsOf({ secret: 'ü' }, 1).secret, utf8('ü'));
});

test('attributes come as a Map, entries or an object', () => {
  const wanted = new Map([['a', 'b']]);
  assert.deepEqual(attributesOf({ a: 'b' }), wanted);
  assert.deepEqual(attributesOf([['a', 'b']]), wanted);
  const copy = attributesOf(wanted);
  assert.deepEqual(copy, wanted);
  assert.notEqual(copy, wanted);
});

// @rule file/text-representable
test('what is no text is no attribute, in a search either', () => {
  for (const attributes of [{ a: undefined }, [['a', 1]], [[1, 'a']], ['ab'], 'ab', 5, null]) {
    // @ts-expect-error what a caller without a compiler may pass
    throwsCode('invalid-item', () => attributesOf(attributes));
  }
});

test('a secret that is refused is not left behind', () => {
  const secret = utf8('hunter2');
  const refusing = (): void =>
    throwsCode('invalid-item', () => contentsOf({ label: 'a\0b', secret }, 1));
  assert.deepEqual(wipedDuring(refusing), ['hunter2']);
  assert.deepEqual(secret, utf8('hunter2'));
});

test('a search asks for a subset', () => {
  const attributes = new Map([
    ['a', '1'],
    ['b', '2'],
  ]);
  assert.equal(hasAttributes(attributes, new Map([['a', '1']])), true);
  assert.equal(hasAttributes(attributes, new Map()), true);
  assert.equal(hasAttributes(attributes, new Map([['a', '2']])), false);
  assert.equal(hasAttributes(attributes, new Map([['c', '1']])), false);
});

test('one set has one key whatever its order, and names sort by byte', () => {
  assert.equal(
    attributeKey(
      new Map([
        ['b', '2'],
        ['a', '1'],
      ]),
    ),
    attributeKey(
      new Map([
        ['a', '1'],
        ['b', '2'],
      ]),
    ),
  );
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 6 }), (names) => {
      const unique = [...new Set(names)];
      assert.deepEqual(
        sortedAttributes(new Map(unique.map((name) => [name, '']))).map(([name]) => name),
        unique.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
      );
    }),
  );
  // UTF-16 order would put the emoji (a surrogate pair) before U+FF5E; UTF-8 order does not.
  assert.deepEqual(
    sortedAttributes(
      new Map([
        ['😀', ''],
        ['\uff5e', ''],
        ['ab', ''],
        ['a', ''],
      ]),
    ).map(([name]) => name),
    ['a', 'ab', '\uff5e', '😀'],
  );
});

// @rule file/text-representable
test('what a format cannot hold is refused', () => {
  for (const init of [
    { label: 'a\0b' },
    { label: '\ud800' },
    { contentType: 'x\0' },
    { attributes: { 'n\0': 'v' } },
    { attributes: { n: '\udfff' } },
    { created: -1 },
    { created: 1.5 },
    { modified: 2 ** 53 },
  ]) {
    throwsCode('invalid-item', () => contentsOf({ secret: '', ...init }, 1));
  }
  assert.equal(contentsOf({ secret: '', label: '😀' }, 1).label, '😀');
});

test('values that are no text at run time are refused', () => {
  const attributes = new Map([['n', 'v']]);
  Reflect.apply(Map.prototype.set, attributes, ['m', 5]);
  throwsCode('invalid-item', () => contentsOf({ secret: '', attributes }, 1));
});

test('a secret has a largest size', () => {
  assert.equal(
    contentsOf({ secret: new Uint8Array(MAX_SECRET_BYTES) }, 1).secret.length,
    MAX_SECRET_BYTES,
  );
  throwsCode('too-large', () => contentsOf({ secret: new Uint8Array(MAX_SECRET_BYTES + 1) }, 1));
});

test('an item shows no secret', () => {
  const contents = contentsOf({ secret: 'hunter2', label: 'L' }, 1);
  const item = new KeyringItem('1', contents, () => utf8('hunter2'));
  const { secret: _secret, ...fields } = contents;
  assert.deepEqual({ ...item }, { id: '1', ...fields });
  assert.doesNotMatch(
    `${inspect(item, { depth: 9, showHidden: true })}${JSON.stringify(item)}${item}`,
    /hunter2/u,
  );
  assert.deepEqual(item.readSecret(), utf8('hunter2'));
});

test("a secret is copied, from Node's buffers too, and is nothing but text or bytes", () => {
  const given = Buffer.from('secret');
  contentsOf({ secret: given }, 1).secret.fill(0);
  assert.equal(given.toString(), 'secret');
  for (const secret of ['a\ud800', 5, null, undefined, [1], new ArrayBuffer(1)]) {
    // @ts-expect-error what a caller without a compiler may pass
    throwsCode('invalid-item', () => contentsOf({ secret }, 1));
  }
});

// @rule file/text-representable
test("the keyring's own name is text", () => {
  checkLabel('Ä');
  for (const label of ['a\ud800', 'a\0', 5, undefined]) {
    throwsCode('invalid-item', () => checkLabel(label));
  }
});
