import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { holdsPlaceholder, holdsReference } from '../../src/secrets/placeholders.ts';

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
