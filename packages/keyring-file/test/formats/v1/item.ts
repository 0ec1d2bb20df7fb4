import assert from 'node:assert/strict';
import { createDecipheriv, createHmac } from 'node:crypto';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { concatBytes } from '../../../src/bytes.ts';
import {
  hashAttributes,
  hasValidMac,
  openV1Item,
  sealV1Item,
  withContentTypeProperty,
} from '../../../src/formats/v1/item.ts';
import { contentsOf } from '../../../src/item.ts';
import { throwsCode } from '../../support/codes.ts';
import { seededBytes, utf8 } from '../../support/memory-io.ts';
import { wipedDuring } from '../../support/wiped.ts';

const random = seededBytes('v1-item');
const key = random(16);
const iv = random(16);
const contents = contentsOf(
  { label: 'Label', attributes: { b: '2', a: '1' }, secret: 'hunter2', created: 3, modified: 4 },
  0,
);

test('what is sealed is opened', () => {
  assert.deepEqual(openV1Item(key, sealV1Item(key, contents, iv)), {
    ...contents,
    attributes: new Map([
      ['a', '1'],
      ['b', '2'],
    ]),
  });
});

test('what is in the clear between is wiped', () => {
  const sealed = sealV1Item(key, contents, iv);
  for (const work of [() => sealV1Item(key, contents, iv), () => openV1Item(key, sealed)]) {
    assert.ok(wipedDuring(work).some((content) => content.includes('Label\0')));
  }
});

// @rule file/v1-content-type
test('a content type among the attributes is taken out of them', () => {
  const attributes = { a: '1', 'xdg:content-type': 'text/x' };
  const taken = { attributes: new Map([['a', '1']]), contentType: 'text/x' };
  assert.deepEqual(withContentTypeProperty({ attributes }), taken);
  assert.deepEqual(withContentTypeProperty({ attributes, contentType: 'text/plain' }), taken);
  assert.deepEqual(withContentTypeProperty({ attributes, contentType: 'text/y' }), {
    ...taken,
    contentType: 'text/y',
  });
  for (const init of [{}, { attributes: { a: '1' } }, { contentType: 'text/y' }]) {
    assert.equal(withContentTypeProperty(init), init);
  }
});

test('every size of secret, label and attributes is opened', () => {
  for (let size = 0; size < 40; size += 1) {
    const item = contentsOf(
      { label: 'l'.repeat(size % 11), attributes: { n: 'v'.repeat(size) }, secret: random(size) },
      9,
    );
    assert.deepEqual(openV1Item(key, sealV1Item(key, item, iv)), item);
  }
  // Around the sizes at which framing offsets widen.
  for (const near of [220, 65_500]) {
    for (let size = near - 20; size < near + 20; size += 1) {
      const item = contentsOf({ secret: random(size) }, 9);
      assert.deepEqual(openV1Item(key, sealV1Item(key, item, iv)), item);
    }
  }
  const large = contentsOf({ secret: random(70_000) }, 9);
  assert.deepEqual(openV1Item(key, sealV1Item(key, large, iv)), large);
});

test('the blob is what node:crypto makes of the plaintext', () => {
  const { blob, hashedAttributes } = sealV1Item(key, contents, iv);
  const cipher = createDecipheriv('aes-128-cbc', key, iv);
  const plaintext = Buffer.concat([cipher.update(blob.slice(0, -48)), cipher.final()]);
  // a{ss}: two entries of "name\0value\0" with one framing offset each, then their two ends.
  assert.equal(
    plaintext.toString('hex'),
    '61003100026200320002050a4c6162656c0000000000000003000000000000000400000000000000' +
      '68756e74657232120c',
  );
  const mac = createHmac('sha256', key).update(blob.subarray(0, -32)).digest();
  assert.deepEqual([...blob.subarray(-32)], [...mac]);
  assert.deepEqual(
    [...hashedAttributes].map(([name, hash]) => [name, Buffer.from(hash).toString('hex')]),
    ['a', 'b'].map((name, index) => [
      name,
      createHmac('sha256', key)
        .update(`${index + 1}`)
        .digest('hex'),
    ]),
  );
});

// @rule file/v1-item-mac
test('every single-byte change of the blob is detected', () => {
  const sealed = sealV1Item(key, contents, iv);
  for (let at = 0; at < sealed.blob.length; at += 1) {
    for (const mask of [1, 0x80, 0xff]) {
      const blob = sealed.blob.slice();
      blob[at] = (blob[at] ?? 0) ^ mask;
      throwsCode('tampered-item', () => openV1Item(key, { ...sealed, blob }));
    }
  }
});

// @rule file/v1-item-mac
test('a blob of any other length is refused', () => {
  const sealed = sealV1Item(key, contents, iv);
  for (let length = 0; length < sealed.blob.length; length += 1) {
    throwsCode('tampered-item', () =>
      openV1Item(key, { ...sealed, blob: sealed.blob.slice(0, length) }),
    );
  }
  // With a valid MAC over nothing but an IV there is still no ciphertext.
  const empty = concatBytes(iv, new Uint8Array(createHmac('sha256', key).update(iv).digest()));
  assert.equal(hasValidMac(key, empty), true);
  throwsCode('tampered-item', () => openV1Item(key, { ...sealed, blob: empty }));
});

// @rule file/v1-attribute-binding
test('hashes of other attributes are detected', () => {
  const sealed = sealV1Item(key, contents, iv);
  for (const attributes of [
    new Map<string, string>(),
    new Map([['a', '1']]),
    new Map([
      ['a', '1'],
      ['b', '3'],
    ]),
    new Map([
      ['a', '1'],
      ['c', '2'],
    ]),
    new Map([
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
    ]),
  ]) {
    throwsCode('tampered-item', () =>
      openV1Item(key, { ...sealed, hashedAttributes: hashAttributes(key, attributes) }),
    );
  }
});

test('a content type other than the default is an attribute in the file and none outside', () => {
  const item = { ...contents, contentType: 'application/octet-stream' };
  const sealed = sealV1Item(key, item, iv);
  assert.deepEqual([...sealed.hashedAttributes.keys()], ['a', 'b', 'xdg:content-type']);
  const opened = openV1Item(key, sealed);
  assert.equal(opened.contentType, 'application/octet-stream');
  assert.deepEqual([...opened.attributes.keys()], ['a', 'b']);
});

test('a plaintext that its writer got wrong is malformed, not a crash', () => {
  const item = { ...contents, label: 'embedded\0' };
  throwsCode('malformed', () => openV1Item(key, sealV1Item(key, item, iv)));
  const late = { ...contents, created: 2 ** 53 };
  throwsCode('malformed', () => openV1Item(key, sealV1Item(key, late, iv)));
});

test('the secret that is given back owns its memory', () => {
  const { secret } = openV1Item(key, sealV1Item(key, contents, iv));
  assert.equal(secret.buffer.byteLength, secret.length);
  assert.deepEqual(secret, utf8('hunter2'));
});
