/** Text and bytes: strict both ways. */
import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { decodeText, encodeText } from '../../src/persistences/text.ts';

test('text comes back as it was', () => {
  for (const text of ['', 'plain', 'Grüße, 世界 🌍', '\u0000\n']) {
    assert.equal(decodeText(encodeText(text), '/x'), text);
  }
});

test('a byte order mark is dropped, as another program may write one', () => {
  assert.equal(decodeText(new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d]), '/x'), '{}');
});

test('what is no text is refused', () => {
  assert.throws(() => decodeText(new Uint8Array([0xff, 0xfe]), '/x'), {
    code: 'malformed',
    location: '/x',
  });
  assert.throws(() => encodeText('\ud800'), TypeError);
  const notText: unknown = 5;
  // @ts-expect-error a caller without types
  assert.throws(() => encodeText(notText), TypeError);
});
