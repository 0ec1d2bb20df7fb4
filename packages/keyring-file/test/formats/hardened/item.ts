import assert from 'node:assert/strict';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import {
  encodeItem,
  openBox,
  parseItem,
  sealBox,
  tagOf,
} from '../../../src/formats/hardened/item.ts';
import { contentsOf } from '../../../src/item.ts';
import { throwsCode } from '../../support/codes.ts';
import { surviveDamage } from '../../support/fuzz.ts';
import { seededBytes, utf8 } from '../../support/memory-io.ts';
import { wipedDuring } from '../../support/wiped.ts';

const random = seededBytes('hardened-item');
const key = random(32);
const nonce = random(24);
const contents = contentsOf(
  {
    label: 'Läbel',
    attributes: { b: '2', a: '' },
    secret: 'hunter2',
    contentType: 'text/x',
    created: 1,
    modified: 2 ** 53 - 1,
  },
  0,
);

test('a box may hold nothing', () => {
  assert.deepEqual(openBox(key, sealBox(key, utf8(''), utf8('b'), nonce), utf8('b')), utf8(''));
});

// @rule file/hardened-padding
test('padding is less than a block, whatever the size before it', () => {
  for (let size = 0; size < 64; size += 1) {
    const encoded = encodeItem(contentsOf({ secret: new Uint8Array(size) }, 1));
    assert.equal(parseItem(encoded).secret.length, size);
    const longer = new Uint8Array(encoded.length + 64);
    longer.set(encoded);
    throwsCode('malformed', () => parseItem(longer));
  }
});

test('an item that is not padded yet is wiped', () => {
  assert.ok(wipedDuring(() => encodeItem(contents)).some((content) => content.includes('hunter2')));
});

// @rule file/hardened-item-binding
test('a box opens with its key, its associated data and nothing else', () => {
  const box = sealBox(key, utf8('plain'), utf8('bound'), nonce);
  assert.equal(box.length, 24 + 5 + 16);
  assert.deepEqual(openBox(key, box, utf8('bound')), utf8('plain'));
  assert.equal(openBox(random(32), box, utf8('bound')), undefined);
  assert.equal(openBox(key, box, utf8('other')), undefined);
  for (let at = 0; at < box.length; at += 1) {
    const changed = box.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    assert.equal(openBox(key, changed, utf8('bound')), undefined);
    assert.equal(openBox(key, box.slice(0, at), utf8('bound')), undefined);
  }
  assert.deepEqual(tagOf(box), box.slice(29));
});

test('items of every size are read back, padded to 64 bytes', () => {
  assert.deepEqual(parseItem(encodeItem(contents)), {
    ...contents,
    attributes: new Map([
      ['a', ''],
      ['b', '2'],
    ]),
  });
  for (let size = 0; size < 130; size += 1) {
    const item = contentsOf({ secret: random(size) }, 7);
    const bytes = encodeItem(item);
    assert.equal(bytes.length % 64, 0);
    assert.deepEqual(parseItem(bytes), item);
  }
});

// @rule file/hardened-padding
test('padding is zero and shorter than 64 bytes', () => {
  const bytes = encodeItem(contents);
  bytes[bytes.length - 1] = 1;
  throwsCode('malformed', () => parseItem(bytes));
  const longer = new Uint8Array(bytes.length + 64);
  longer.set(encodeItem(contents));
  throwsCode('malformed', () => parseItem(longer));
});

test('the secret that is given back owns its memory', () => {
  const { secret } = parseItem(encodeItem(contents));
  assert.equal(secret.buffer.byteLength, 7);
});

test('damaged plaintexts are refused with a typed error', () => {
  surviveDamage(encodeItem(contents), parseItem);
});
