import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isSecretServiceError } from '../../src/errors/errors.ts';
import { Secret, toSecret } from '../../src/secrets/secret.ts';

const isMisuse = (error: unknown): boolean => isSecretServiceError(error, 'invalid-argument');
const SHOUT = 'hunter2';

test('a secret shows itself nowhere', () => {
  const secret = toSecret(SHOUT, 'text/plain');
  const shown = [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect(secret, { showHidden: true, depth: 9 }),
    inspect([secret]),
    inspect(new Error('x', { cause: secret })),
    Object.keys(secret).join(),
    JSON.stringify(Object.getOwnPropertyDescriptors(secret)),
  ];
  for (const text of shown) {
    assert.equal(text.includes(SHOUT), false, text);
    assert.equal(text.includes('104'), false, text);
  }
  const deno = Reflect.get(secret, Symbol.for('Deno.customInspect'));
  assert.equal(typeof deno === 'function' && Reflect.apply(deno, secret, []), '[Secret]');
});

test('it has a buffer of its own, and dispose wipes it', () => {
  const given = new TextEncoder().encode(SHOUT);
  const secret = new Secret(given, 'text/plain');
  assert.notEqual(secret.bytes.buffer, given.buffer);
  assert.equal(secret.bytes.buffer.byteLength, SHOUT.length);
  given.fill(0);
  assert.equal(secret.text(), SHOUT);
  const { bytes } = secret;
  secret.dispose();
  secret.dispose();
  assert.deepEqual(bytes, new Uint8Array(SHOUT.length));
  assert.throws(() => secret.bytes, isMisuse);
  assert.throws(() => secret.text(), isMisuse);
});

test('using disposes', () => {
  let bytes = new Uint8Array(0);
  {
    using secret = toSecret(SHOUT, 'text/plain');
    bytes = secret.bytes;
    assert.equal(bytes.length, SHOUT.length);
  }
  assert.deepEqual(bytes, new Uint8Array(SHOUT.length));
});

test('text is strict UTF-8 and keeps a byte order mark', () => {
  assert.equal(toSecret('\ufeffa', '').text(), '\ufeffa');
  const binary = new Secret(Uint8Array.of(0xff), 'application/octet-stream');
  assert.throws(() => binary.text(), isMisuse);
  assert.equal(binary.contentType, 'application/octet-stream');
});

test('what can be stored: text, bytes, another secret; nothing else', () => {
  assert.deepEqual(toSecret('ä', '').bytes, Uint8Array.of(0xc3, 0xa4));
  assert.deepEqual(toSecret(Uint8Array.of(1, 2), '').bytes, Uint8Array.of(1, 2));
  assert.deepEqual(toSecret(toSecret('a', ''), '').bytes, Uint8Array.of(97));
  for (const input of [null, undefined, 1, {}, ['a'], new ArrayBuffer(1), `a\ud800`]) {
    assert.throws(() => Reflect.apply(toSecret, undefined, [input, '']), isMisuse);
  }
  for (const bytes of ['text', [1, 2], undefined, new ArrayBuffer(1)]) {
    assert.throws(() => Reflect.construct(Secret, [bytes, 'text/plain']), isMisuse);
  }
});
