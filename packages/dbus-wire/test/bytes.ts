import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from '../../../test-fixtures/src/harness.ts';
import { byteAt, createPortableText, type TextPrimitives, text } from '../src/bytes.ts';

const portableText = createPortableText();

const BOTH: readonly (readonly [string, TextPrimitives])[] = [
  ['native', text],
  ['portable', portableText],
];

for (const [name, primitives] of BOTH) {
  const bytesOf = (...values: number[]) => {
    const { buffer } = Uint8Array.from([0xff, 0xff, ...values, 0xff]);
    return primitives.view(buffer, 2, values.length + 1);
  };

  test(`${name}: a view starts where it is told to`, () => {
    const view = bytesOf(0x61, 0x62);
    assert.equal(view.length, 3);
    assert.equal(byteAt(view, 1), 0x62);
  });

  test(`${name}: Latin-1 slices have one character a byte, whatever the bytes`, () => {
    const view = bytesOf(0x61, 0xe9, 0x80, 0x00, 0x7a);
    const sliced = primitives.latin1Slice(view, 0, 5);
    assert.equal(sliced.length, 5);
    assert.equal(sliced.charAt(0), 'a');
    assert.equal(sliced.charAt(4), 'z');
    assert.equal(primitives.latin1Slice(view, 4, 5), 'z');
  });

  test(`${name}: UTF-8 is read, a byte order mark included, and written`, () => {
    for (const value of ['', 'é', '日本', '😀', '\ufeffx', '\ufffe']) {
      const encoded = new TextEncoder().encode(value);
      const view = bytesOf(...encoded);
      assert.equal(primitives.utf8Slice(view, 0, encoded.length), value);
      const target = bytesOf(...new Array<number>(20).fill(0));
      assert.equal(primitives.utf8Length(value), encoded.length);
      assert.equal(primitives.utf8Write(target, value, 3), encoded.length);
      assert.deepEqual([...target.subarray(3, 3 + encoded.length)], [...encoded]);
      assert.equal(byteAt(target, 3 + encoded.length), 0);
    }
  });

  test(`${name}: what is not UTF-8 is told apart`, () => {
    for (const bad of [
      [0x80],
      [0xc0, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xe2, 0x82],
    ]) {
      assert.ok(!primitives.isUtf8(bytesOf(...bad), 0, bad.length));
    }
    assert.ok(primitives.isUtf8(bytesOf(0x80, 0xc3, 0xa9, 0x80), 1, 3));
  });
}

test('native and portable primitives agree', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), fc.string({ unit: 'binary' }), (bytes, value) => {
      const [a, b] = [text, portableText].map((primitives) => {
        const view = primitives.view(bytes.slice().buffer, 0, bytes.length);
        const room = primitives.view(new ArrayBuffer(200), 0, 200);
        const isUtf8 = primitives.isUtf8(view, 0, bytes.length);
        return {
          isUtf8,
          read: isUtf8 ? primitives.utf8Slice(view, 0, bytes.length) : '',
          written: primitives.utf8Write(room, value, 0),
          room: [...room],
        };
      });
      assert.deepEqual(a, b);
    }),
    { numRuns: 300 },
  );
});
