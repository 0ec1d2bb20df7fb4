import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { marshalSlowly } from '../../../../test-fixtures/src/slow-reference/marshal.ts';
import { marshal } from '../../src/codec/marshal.ts';
import { writePath, writeSignature, writeString, wrongType } from '../../src/codec/text-writer.ts';
import { Writer } from '../../src/codec/writer.ts';
import { Variant } from '../../src/variant.ts';

function written(write: (w: Writer) => void, little = true): number[] {
  const w = new Writer();
  w.reset(little);
  // What lies in the scratch from before must not come through.
  w.plain.fill(0xee);
  write(w);
  return [...w.take()];
}

test('strings one after the other, some of them again: as the slow reference writes them', () => {
  const text = fc.oneof(
    fc.constantFrom('text/plain', 'org.freedesktop.Secret.Generic', 'Label', '', 'é'.repeat(30)),
    fc.string({ unit: 'grapheme-ascii', maxLength: 50 }),
  );
  fc.assert(
    fc.property(fc.array(text, { maxLength: 12 }), fc.boolean(), (texts, little) => {
      const bytes = written((w) => {
        for (const item of texts) writeString(w, item);
      }, little);
      assert.deepEqual(bytes, [...marshalSlowly('s'.repeat(texts.length), texts, little)]);
    }),
    { numRuns: 500 },
  );
});

test('paths one after the other, siblings among them: as the slow reference writes them', () => {
  const secrets = '/org/freedesktop/secrets/';
  const parents = ['/', secrets, `${secrets}session/`, `${secrets}collection/login/`];
  const path = fc
    .tuple(fc.constantFrom(...parents), fc.constantFrom('a', '1', '12', 'x_9', 'a/b', 'login/5'))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(path, { maxLength: 12 }), fc.boolean(), (paths, little) => {
      const bytes = written((w) => {
        for (const item of paths) writePath(w, item);
      }, little);
      assert.deepEqual(bytes, [...marshalSlowly('o'.repeat(paths.length), paths, little)]);
    }),
    { numRuns: 500 },
  );
});

test('signatures carry one byte of length', () => {
  assert.deepEqual(
    written((w) => writeSignature(w, 'ai')),
    [2, 0x61, 0x69, 0],
  );
  assert.deepEqual(
    written((w) => writeSignature(w, '')),
    [0, 0],
  );
});

test('a wrong type is told by what it is, never by its value', () => {
  const message = (value: unknown): string => wrongType('s', 'a string', value).message;
  assert.equal(message(null), 'marshal "s": expected a string, got null');
  assert.equal(message(5), 'marshal "s": expected a string, got number');
  assert.equal(message('hunter2'), 'marshal "s": expected a string, got string');
  assert.equal(message([1, 2]), 'marshal "s": expected a string, got an array of length 2');
  assert.equal(message(new Date()), 'marshal "s": expected a string, got an object');
});

test('a signature that is refused is told by its offset in the message', () => {
  // The first value makes the next one start behind it in the writer's buffer.
  marshal('s', ['x'.repeat(100)]);
  const refusal = { code: 'signature-array-incomplete', offset: 2 };
  assert.throws(() => marshal('g', ['a']), refusal);
  assert.throws(() => marshal('v', [new Variant('a', [])]), refusal);
});
