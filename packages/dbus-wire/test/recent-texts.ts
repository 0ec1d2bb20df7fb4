import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { RecentTexts } from '../src/recent-texts.ts';

/** Two marshalled texts, one after the other; a view of them and where each starts. */
function marshalled(a: string, b: string): { view: DataView; starts: readonly [number, number] } {
  const bytes = new Uint8Array(256);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, a.length, true);
  bytes.set(new TextEncoder().encode(a), 12);
  view.setUint32(128, b.length, true);
  bytes.set(new TextEncoder().encode(b), 132);
  return { view, starts: [12, 132] };
}

test('a text that comes again is found', () => {
  const recent = new RecentTexts();
  const { view, starts } = marshalled('text/plain', 'text/plain');
  assert.equal(recent.get(view, starts[0], 10), undefined);
  recent.set(starts[0], 10, 'text/plain');
  assert.equal(recent.get(view, starts[1], 10), 'text/plain');
});

test('another text is not: of the same length, or of a length in the same slot', () => {
  const recent = new RecentTexts();
  for (const [a, b] of [
    ['text/plain', 'text/plaim'],
    ['abcdefgh', 'abcdefghabcdefghabcdefgh'],
  ] as const) {
    const { view, starts } = marshalled(a, b);
    recent.set(starts[0], a.length, a);
    assert.equal(recent.get(view, starts[1], b.length), undefined);
  }
});

test('short texts are not kept, and clearing forgets all', () => {
  const recent = new RecentTexts();
  const { view, starts } = marshalled('abc', 'abc');
  recent.set(starts[0], 3, 'abc');
  assert.equal(recent.get(view, starts[1], 3), undefined);
  const long = marshalled('hunter2hunter2', 'hunter2hunter2');
  recent.set(long.starts[0], 14, 'hunter2hunter2');
  recent.clear();
  assert.equal(recent.get(long.view, long.starts[1], 14), undefined);
});
