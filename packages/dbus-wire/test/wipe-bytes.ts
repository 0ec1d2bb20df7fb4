import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { Variant } from '../src/variant.ts';
import { wipeBytes } from '../src/wipe-bytes.ts';

test('bytes are wiped however deep they lie', () => {
  const parts = Array.from({ length: 4 }, (_, index) => Uint8Array.of(index + 1));
  const [one, two, three, four] = parts;
  wipeBytes([one, ['/', two], new Map([['k', new Variant('v', new Variant('ay', three))]])]);
  wipeBytes([[[four]], 'text', 7, 8n, true]);
  assert.deepEqual(
    parts,
    [0, 0, 0, 0].map((byte) => Uint8Array.of(byte)),
  );
});
