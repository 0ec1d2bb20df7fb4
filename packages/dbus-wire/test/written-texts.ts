import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { WrittenTexts } from '../src/written-texts.ts';

test('it tells where a text was written last', () => {
  const written = new WrittenTexts();
  assert.equal(written.get('text/plain'), 0);
  written.set('text/plain', 24);
  assert.equal(written.get('text/plain'), 24);
  assert.equal(written.get('text/html!'), 0);
});

test('short texts are not kept, and clearing forgets all', () => {
  const written = new WrittenTexts();
  written.set('abcdef', 24);
  assert.equal(written.get('abcdef'), 0);
  for (let i = 0; i < 100; i += 1) written.set(`hunter number ${i}`, 8 * (i + 1));
  written.clear();
  for (let i = 0; i < 100; i += 1) assert.equal(written.get(`hunter number ${i}`), 0);
});
