import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { canHoldSecret, wipeBytes } from '../../src/messages/secret-bytes.ts';

test('a body can hold a secret where it has bytes, or a value of any type', () => {
  for (const signature of ['ay', '(oayays)', 'a{o(oayays)}', 'a{sv}', 'v']) {
    assert.equal(canHoldSecret(signature), true, signature);
  }
  for (const signature of ['', 's', 'yas', 'a{ss}']) {
    assert.equal(canHoldSecret(signature), false, signature);
  }
});

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
