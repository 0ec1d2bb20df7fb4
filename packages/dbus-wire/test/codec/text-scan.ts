import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  isPathSlowly,
  isPlainAsciiSlowly,
} from '../../../../test-fixtures/src/slow-reference/text-checks.ts';
import { isNameByte, isPathText, isPlainAscii, sameText } from '../../src/codec/text-scan.ts';

/** Bytes at an odd place, with a terminator and room behind them as in a message. */
function placed(bytes: Uint8Array, at: number): DataView {
  const buffer = new Uint8Array(at + bytes.length + 8).fill(0xee);
  buffer.set(bytes, at);
  buffer[at + bytes.length] = 0;
  return new DataView(buffer.buffer);
}

const nearlyAscii = fc.uint8Array({ min: 0, max: 128, maxLength: 40 });

test('plain ASCII: as the slow check says, at any length and place', () => {
  fc.assert(
    fc.property(nearlyAscii, fc.nat(9), (bytes, at) => {
      assert.equal(isPlainAscii(placed(bytes, at), at, bytes.length), isPlainAsciiSlowly(bytes));
    }),
    { numRuns: 2000 },
  );
});

test('plain ASCII: a single bad byte is seen wherever it is', () => {
  for (let length = 1; length <= 20; length += 1) {
    for (let i = 0; i < length; i += 1) {
      for (const bad of [0, 0x80, 0xff]) {
        const bytes = new Uint8Array(length).fill(0x61);
        bytes[i] = bad;
        assert.ok(!isPlainAscii(placed(bytes, 4), 4, length), `${bad} at ${i} of ${length}`);
      }
    }
  }
});

const pathLike = fc
  .array(fc.constantFrom('/', '/', 'a', 'org', '_', '9', '-', '.', '\0', 'é', '//'), {
    maxLength: 9,
  })
  .map((pieces) => new TextEncoder().encode(pieces.join('')));

test('object paths: as the slow check says', () => {
  fc.assert(
    fc.property(fc.oneof(pathLike, fc.uint8Array({ maxLength: 6 })), (bytes) => {
      assert.equal(isPathText(placed(bytes, 4), 4, bytes.length, 0, 0), isPathSlowly(bytes));
    }),
    { numRuns: 2000 },
  );
});

test('object paths: what is shared with a valid one changes no verdict', () => {
  const known = new TextEncoder().encode('/org/freedesktop/secrets/collection');
  fc.assert(
    fc.property(fc.nat(known.length), pathLike, fc.boolean(), (kept, tail, isWhole) => {
      const head = known.subarray(0, isWhole ? known.length : kept);
      const bytes = Uint8Array.from([...head, ...tail]);
      const both = Uint8Array.from([...known, 0, 0, 0, 0, ...bytes]);
      const start = known.length + 4;
      assert.equal(
        isPathText(placed(both, 0), start, bytes.length, 0, known.length),
        isPathSlowly(bytes),
      );
    }),
    { numRuns: 2000 },
  );
});

test('bytes of a path element: letters, digits and the underscore', () => {
  for (let byte = 0; byte < 256; byte += 1) {
    assert.equal(isNameByte(byte), /^[A-Za-z0-9_]$/.test(String.fromCharCode(byte)), `${byte}`);
  }
});

test('the same text is told from one that differs in any one byte', () => {
  for (let length = 3; length <= 20; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, i) => 0x61 + i);
    assert.ok(sameText(placed(bytes, 4), 4, placed(bytes, 9), 9, length));
    for (let i = 0; i < length; i += 1) {
      const other = bytes.slice();
      other[i] = 0x20;
      assert.ok(!sameText(placed(bytes, 4), 4, placed(other, 9), 9, length), `${i} of ${length}`);
    }
  }
});
