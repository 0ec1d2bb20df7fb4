import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { LineReader, MAX_AHEAD_BYTES, MAX_LINE_BYTES } from '../../src/sasl/line-reader.ts';
import { throwsCode } from '../support/expect-error.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

test('lines: whole, in pieces, and the rest untouched', () => {
  for (const pieceBytes of [1, 2, 3, 100]) {
    const reader = new LineReader();
    const lines: string[] = [];
    const input = encode('OK 12\r\n\r\nA\rB\nC\r\nl\x01rest\r');
    for (let at = 0; at < input.length; at += pieceBytes) {
      reader.feed(input.subarray(at, at + pieceBytes));
      for (let line = reader.nextLine(); line !== undefined; line = reader.nextLine()) {
        lines.push(line);
      }
    }
    assert.deepEqual(lines, ['OK 12', '', 'A\rB\nC']);
    assert.deepEqual(reader.takeRest(), encode('l\x01rest\r'));
    assert.equal(reader.takeRest().length, 0);
  }
});

test('lines: an empty one comes first too', () => {
  const reader = new LineReader();
  reader.feed(encode('\r\nOK\r\n'));
  assert.deepEqual(
    [reader.nextLine(), reader.nextLine(), reader.nextLine()],
    ['', 'OK', undefined],
  );
});

// @rule sasl/line-length
test('lines: 16 KiB are the longest, with or without their end', () => {
  assert.equal(MAX_LINE_BYTES, 16_384);
  const longest = 'a'.repeat(MAX_LINE_BYTES - 2);
  const whole = new LineReader();
  whole.feed(encode(`${longest}\r\n`));
  assert.equal(whole.nextLine(), longest);

  const tooLong = new LineReader();
  tooLong.feed(encode(`${longest}a\r\n`));
  throwsCode(() => tooLong.nextLine(), 'line-too-long');

  const endless = new LineReader();
  endless.feed(encode(`${longest}`));
  assert.equal(endless.nextLine(), undefined);
  endless.feed(encode('a'));
  throwsCode(() => endless.nextLine(), 'line-too-long');
});

test('lines: what comes while nobody looks for them is bounded', () => {
  const reader = new LineReader();
  reader.feed(encode('OK\r\n'));
  for (let fed = 0; fed + 65_536 < MAX_AHEAD_BYTES; fed += 65_536)
    reader.feed(new Uint8Array(65_536));
  throwsCode(() => reader.feed(new Uint8Array(65_536)), 'line-too-long');
  assert.equal(reader.nextLine(), 'OK');
  reader.takeRest();
  reader.feed(encode('A\r\n'));
  assert.equal(reader.nextLine(), 'A');
});

test('lines: the caller keeps what it fed', () => {
  const chunk = encode('OK\r\n');
  const reader = new LineReader();
  reader.feed(chunk);
  reader.feed(chunk);
  assert.deepEqual([reader.nextLine(), reader.nextLine()], ['OK', 'OK']);
  assert.deepEqual(chunk, encode('OK\r\n'));
});
