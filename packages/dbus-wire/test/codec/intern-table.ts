import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { InternTable, TextKind } from '../../src/codec/intern-table.ts';

function viewOf(text: string): DataView {
  return new DataView(new TextEncoder().encode(`${text}\0\0\0\0`).buffer);
}

test('a text that was kept is found, for its kind only', () => {
  const table = new InternTable();
  for (const text of ['Get', 'Label', 'org.freedesktop.DBus', 'x'.repeat(63)]) {
    const view = viewOf(text);
    assert.equal(table.get(view, 0, text.length, 3), undefined);
    table.set(view, 0, text.length, 3, text);
    assert.equal(table.get(view, 0, text.length, 3), text);
    assert.equal(table.get(view, 0, text.length, 2), undefined);
  }
});

test('one name can be known as a bus name and as an interface', () => {
  const table = new InternTable();
  const name = 'org.freedesktop.DBus';
  for (const kind of [2, 6]) {
    table.set(viewOf(name), 0, name.length, kind, name);
  }
  for (const kind of [2, 6]) {
    assert.equal(table.get(viewOf(name), 0, name.length, kind), name);
  }
});

test('very short and long texts are not kept', () => {
  const table = new InternTable();
  for (const text of ['', 'a', 'ab', 'x'.repeat(64)]) {
    table.set(viewOf(text), 0, text.length, TextKind.STRING, text);
    assert.equal(table.get(viewOf(text), 0, text.length, TextKind.STRING), undefined);
  }
});

test('it finds the right text or none, whatever else was kept', () => {
  const table = new InternTable();
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/'), minLength: 3, maxLength: 12 });
  fc.assert(
    fc.property(fc.array(text), text, (kept, wanted) => {
      for (const item of kept) table.set(viewOf(item), 0, item.length, TextKind.STRING, item);
      const found = table.get(viewOf(wanted), 0, wanted.length, TextKind.STRING);
      assert.ok(found === undefined || found === wanted);
    }),
    { numRuns: 500 },
  );
});
