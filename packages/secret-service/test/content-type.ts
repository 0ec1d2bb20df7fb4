import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { contentTypeFor } from '../src/content-type.ts';
import { isSecretServiceError } from '../src/errors.ts';

const TEXT = new TextEncoder().encode('päss');
const BINARY = Uint8Array.of(0xff, 0xfe);

// @rule secret/text-is-utf8
test('text is declared only for what is UTF-8', () => {
  assert.equal(contentTypeFor(TEXT), 'text/plain');
  assert.equal(contentTypeFor(new Uint8Array(0)), 'text/plain');
  assert.equal(contentTypeFor(BINARY), 'application/octet-stream');
  assert.equal(contentTypeFor(BINARY, 'text/plain'), 'application/octet-stream');
  assert.equal(contentTypeFor(BINARY, 'TEXT/html; charset=x'), 'application/octet-stream');
  assert.equal(contentTypeFor(TEXT, 'text/plain; charset=utf8'), 'text/plain; charset=utf8');
  assert.equal(contentTypeFor(BINARY, 'application/json'), 'application/json');
  // A surrogate encoded as if it were a character is not UTF-8.
  assert.equal(contentTypeFor(Uint8Array.of(0xed, 0xa0, 0x80)), 'application/octet-stream');
});

// @rule secret/closed-content-types
test('a closed list is kept to', () => {
  const accepted = ['text/plain', 'application/octet-stream'];
  assert.equal(contentTypeFor(TEXT, 'application/x-own', accepted), 'application/octet-stream');
  assert.equal(contentTypeFor(TEXT, 'text/plain', accepted), 'text/plain');
  assert.equal(contentTypeFor(TEXT, undefined, accepted), 'text/plain');
});

test('what is no type is refused', () => {
  for (const type of ['', 'text', '/plain', 'text/', 'text/pl\nain', 'text/plän']) {
    assert.throws(
      () => contentTypeFor(TEXT, type),
      (error) => isSecretServiceError(error, 'invalid-argument'),
    );
  }
});
