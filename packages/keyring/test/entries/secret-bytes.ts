import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { MAX_SECRET_BYTES } from '../../src/entries/limits.ts';
import {
  bytesToPassword,
  checkSecret,
  isSameSecret,
  passwordToBytes,
  textIn,
} from '../../src/entries/secret-bytes.ts';
import { failsWith } from '../support/failing.ts';

test('passwords are UTF-8, whole', () => {
  for (const password of ['', 'pässword', '\ufeffx', 'a\0b', '\u{1f511}']) {
    assert.equal(bytesToPassword(passwordToBytes(password)), password);
  }
});

test('what is no text is refused, without showing it', async () => {
  await failsWith('invalid-argument', () => passwordToBytes('\ud800'));
  await failsWith('invalid-argument', () => passwordToBytes(undefined as unknown as string));
  await failsWith('invalid-argument', () => passwordToBytes(null as unknown as string));
  const error = await failsWith('not-text', () => bytesToPassword(Uint8Array.of(0x73, 0xff)));
  assert.match(error.message, /2 bytes/);
  assert.equal(error.cause, undefined);
  assert.equal(textIn(Uint8Array.of(0x73, 0xff)), undefined);
  assert.equal(textIn(Uint8Array.of(0x73)), 's');
});

test('secrets are the same byte by byte, over their whole length', () => {
  const of = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
  assert.equal(isSameSecret(of(), of()), true);
  assert.equal(isSameSecret(of(1, 2), of(1, 2)), true);
  for (const [a, b] of [
    [of(1, 2), of(1, 3)],
    [of(1, 2), of(2, 2)],
    [of(1, 2), of(1)],
    [of(1), of(1, 2)],
    [of(), of(0)],
  ] as const) {
    assert.equal(isSameSecret(a, b), false);
  }
});

test('a secret is bytes, and not too many', async () => {
  checkSecret(new Uint8Array(0));
  checkSecret(new Uint8Array(MAX_SECRET_BYTES));
  await failsWith('too-large', () => checkSecret(new Uint8Array(MAX_SECRET_BYTES + 1)));
  await failsWith('invalid-argument', () => checkSecret('text' as unknown as Uint8Array));
  await failsWith('invalid-argument', () => checkSecret(null as unknown as Uint8Array));
});
