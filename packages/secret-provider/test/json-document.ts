import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  JsonDocumentError,
  list,
  oneOf,
  optionalWholeNumber,
  plainText,
  record,
  text,
  truth,
} from '../src/json-document.ts';

test('what fits is handed on', () => {
  assert.deepEqual(record({ a: 1 }, 'x', ['a', 'b']), { a: 1 });
  assert.deepEqual(list([1], 'x'), [1]);
  assert.equal(text('t', 'x'), 't');
  assert.equal(plainText('t 🔑', 'x'), 't 🔑');
  assert.equal(truth(false, 'x'), false);
  assert.equal(optionalWholeNumber(0, 'x'), 0);
  assert.equal(optionalWholeNumber(undefined, 'x'), undefined);
  assert.equal(optionalWholeNumber(7, 'x'), 7);
  assert.equal(oneOf('b', ['a', 'b'], 'x'), 'b');
});

test('what does not is refused with its place, and its value is not repeated', () => {
  for (const read of [
    () => record('hunter2', 'x.y'),
    () => record(['hunter2'], 'x.y'),
    () => record({ c: 'hunter2' }, 'x.y', ['a']),
    () => list('hunter2', 'x.y'),
    () => text(7, 'x.y'),
    () => truth('hunter2', 'x.y'),
    () => optionalWholeNumber(1.5, 'x.y'),
    () => optionalWholeNumber(-1, 'x.y'),
    () => plainText('hunter2\0', 'x.y'),
    () => plainText('hunter2\ud800', 'x.y'),
    () => oneOf('hunter2', ['a'], 'x.y'),
  ]) {
    assert.throws(read, (error) => {
      assert.ok(error instanceof JsonDocumentError);
      assert.match(error.message, /^x\.y: expected /u);
      assert.doesNotMatch(error.message, /hunter2/u);
      return true;
    });
  }
});
