import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isSecretServiceError } from '../../src/errors/errors.ts';
import {
  checkContentType,
  contentTypeFor,
  holdsPlaceholder,
  holdsReference,
} from '../../src/secrets/content-type.ts';

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

// @rule secret/text-survives
test('text that a daemon would alter is not declared as text', () => {
  for (const text of ['\ufefftext', 'te\0xt', '\0']) {
    const bytes = new TextEncoder().encode(text);
    assert.equal(contentTypeFor(bytes), 'application/octet-stream');
    assert.equal(contentTypeFor(bytes, 'text/plain'), 'application/octet-stream');
    assert.equal(contentTypeFor(bytes, 'application/json'), 'application/json');
  }
  assert.equal(contentTypeFor(new TextEncoder().encode('te\ufeffxt')), 'text/plain');
});

// @rule secret/no-string-of-secret
test('what is UTF-8 is decided as a decoder would', () => {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decodes = (bytes: Uint8Array): boolean => {
    try {
      decoder.decode(bytes);
      return true;
    } catch {
      return false;
    }
  };
  const edges = [
    0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1,
  ].concat([0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff]);
  for (const a of edges) {
    for (const b of edges) {
      for (const rest of [[], [0x80], [0xbf, 0xbf], [0x80, 0x41], [0x41], [0xff]]) {
        const bytes = Uint8Array.of(a, b, ...rest);
        const isPlain = decodes(bytes) && !bytes.includes(0);
        const type = isPlain ? 'text/plain' : 'application/octet-stream';
        assert.equal(contentTypeFor(bytes), type, String(bytes));
      }
    }
  }
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
      () => checkContentType(type),
      (error) => isSecretServiceError(error, 'invalid-argument'),
    );
  }
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

// @rule secret/placeholders-are-bytes
test('a placeholder is a brace, a letter, and a brace after it', () => {
  for (const text of ['{TITLE}', 'a{s:x}b', 'a{x}', '{"a":"{URL}"}', '{ {Z}', '{a{', 'é{N}']) {
    assert.equal(holdsPlaceholder(bytes(text)), text !== '{a{', text);
  }
  for (const text of [
    '',
    '{',
    '{}',
    '}{',
    '{"a":1}',
    '{1}',
    '{ TITLE}',
    'TITLE}',
    '}{A',
    '{@}',
    '{é}',
  ]) {
    assert.equal(holdsPlaceholder(bytes(text)), false, text);
  }
});

// @rule secret/references-refused
test('a reference names a field that is wanted and one that is sought, and a text', () => {
  for (const text of [
    '{REF:P@T:x}',
    'a{ref:u@i:00}b',
    '{Ref:N@O: }',
    '{{REF:A@A:\n}',
    '{REF:T@N:{}',
  ]) {
    assert.equal(holdsReference(bytes(text)), true, text);
  }
  for (const text of [
    '{REF:P@T:}',
    '{REF:P@T:}}',
    '{REF:P@T:x',
    '{REF:O@T:x}',
    '{REF:Z@T:x}',
    '{REF:P@Z:x}',
    '{REF:PT:x}',
    '{REF P@T:x}',
    'REF:P@T:x}',
    '{REF:P@T}',
    '{REF:P@T',
  ]) {
    assert.equal(holdsReference(bytes(text)), false, text);
  }
});
