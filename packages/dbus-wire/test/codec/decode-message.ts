import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { decodeMessage, messageLength } from '../../src/codec/decode-message.ts';
import { encodeMessage } from '../../src/codec/encode-message.ts';
import { isWireError, type WireErrorCode } from '../../src/codec/wire-error.ts';
import { chunksOf, feedAll, messageVectors } from '../support/wire-vectors.ts';

const refusal = (code: string, offset?: number) => (error: unknown) =>
  isWireError(error) && error.code === code && (offset === undefined || error.offset === offset);

const invalid = messageVectors('dbus-invalid-messages');

const HELLO = {
  type: 'method_call',
  serial: 1,
  path: '/org/freedesktop/DBus',
  member: 'Hello',
} as const;

// @rule wire/array-length-mismatch
// @rule wire/array-length-not-multiple
// @rule wire/array-padding
// @rule wire/array-too-long
// @rule wire/body-without-signature
// @rule wire/boolean-invalid
// @rule wire/byte-order-unknown
// @rule wire/depth-exceeded
// @rule wire/destination-invalid
// @rule wire/error-name-invalid
// @rule wire/header-field-duplicate
// @rule wire/header-field-missing
// @rule wire/header-field-type
// @rule wire/header-field-zero
// @rule wire/interface-invalid
// @rule wire/local-interface
// @rule wire/local-path
// @rule wire/member-invalid
// @rule wire/message-too-long
// @rule wire/message-type-zero
// @rule wire/object-path-invalid
// @rule wire/padding-not-zero
// @rule wire/reply-serial-zero
// @rule wire/sender-invalid
// @rule wire/serial-zero
// @rule wire/signature-array-incomplete
// @rule wire/signature-array-too-deep
// @rule wire/signature-dict-entry-fields
// @rule wire/signature-dict-entry-key
// @rule wire/signature-dict-entry-outside-array
// @rule wire/signature-dict-entry-too-deep
// @rule wire/signature-not-single
// @rule wire/signature-struct-empty
// @rule wire/signature-struct-too-deep
// @rule wire/signature-struct-unbalanced
// @rule wire/signature-type-unknown
// @rule wire/string-contains-nul
// @rule wire/string-not-terminated
// @rule wire/string-not-utf8
// @rule wire/unix-fds-unsupported
// @rule wire/value-truncated
// @rule wire/values-trailing-bytes
// @rule wire/version-unsupported
for (const code of new Set(invalid.map((vector) => vector.code))) {
  test(`refused with ${code}, however it is fed`, () => {
    for (const { name, bytes } of invalid.filter((vector) => vector.code === code)) {
      const { error, messages } = feedAll([bytes]);
      assert.ok(error !== undefined, name);
      assert.equal(error.code, code, `${name}, whole`);
      assert.deepEqual(messages, []);
      assert.ok(error.offset >= 0 && error.offset <= bytes.length, `${name}: ${error.offset}`);
      assert.equal(feedAll(chunksOf(bytes, 1)).error?.code, code, `${name}, byte by byte`);
      assert.equal(feedAll(chunksOf(bytes, 3, 17, 5)).error?.code, code, `${name}, in chunks`);
      const behind = feedAll([Uint8Array.from([...encodeMessage(HELLO), ...bytes])]);
      assert.equal(behind.error?.code, code, `${name}, behind another message`);
      assert.equal(behind.error?.offset, error.offset, name);
      assert.equal(behind.messages.length, 1);
    }
  });
}

// @rule wire/unknown-type-accepted
// @rule wire/unknown-flags-ignored
// @rule wire/unknown-field-ignored
// @rule wire/header-padding
// @rule wire/noncharacters-accepted
// @rule wire/descriptor-index-unchecked
// @rule wire/dict-duplicate-keys
test('what libdbus accepts is accepted, however it is fed', () => {
  for (const { name, bytes } of messageVectors('dbus-valid-messages')) {
    const whole = decodeMessage(bytes);
    for (const sizes of [[1], [3, 17, 5], [16, 1000], [bytes.length]]) {
      const { messages, error } = feedAll(chunksOf(bytes, ...sizes));
      assert.equal(error, undefined, name);
      assert.deepEqual(
        messages.map((message) => ({ ...message })),
        [{ ...whole }],
        name,
      );
    }
  }
});

test('a prefix of a message is unfinished, never a fault', () => {
  for (const { name, bytes } of messageVectors('dbus-valid-messages')) {
    for (let length = 0; length < bytes.length; length += 1) {
      const { messages, error } = feedAll([bytes.subarray(0, length)]);
      assert.ok(messages.length === 0 && error === undefined, `${name}, ${length} bytes`);
    }
  }
});

test('each rule that a message can break has a vector', () => {
  const elsewhere: readonly WireErrorCode[] = [
    'signature-too-long',
    'string-lone-surrogate',
    'message-truncated',
    'message-trailing-bytes',
  ];
  const codes = new Set(invalid.map(({ code }) => code));
  assert.equal(codes.size, 42);
  assert.deepEqual(
    elsewhere.filter((code) => codes.has(code)),
    [],
  );
});

test('what a header says is in the message', () => {
  const vector = messageVectors('dbus-valid-messages').find(({ name }) =>
    name.startsWith('every kind of known field'),
  );
  assert.ok(vector !== undefined);
  const { body, ...header } = decodeMessage(vector.bytes);
  assert.deepEqual(body, []);
  assert.deepEqual(header, {
    type: 'method_call',
    typeCode: 1,
    flags: 0,
    serial: 1,
    path: '/a',
    interface: 'a.b',
    member: 'M',
    errorName: 'a.E',
    replySerial: 7,
    destination: ':1.1',
    sender: ':1.2',
    signature: '',
    byteOrder: 'little',
  });
});

test('an unknown type is a message with a code', () => {
  for (const typeCode of [5, 200, 255]) {
    const message = decodeMessage(encodeMessage({ type: 'unknown', typeCode, serial: 1 }));
    assert.equal(message.type, 'unknown');
    assert.equal(message.typeCode, typeCode);
  }
});

// @rule wire/message-truncated
// @rule wire/message-trailing-bytes
test('it takes exactly one message', () => {
  const bytes = encodeMessage(HELLO);
  for (const length of [0, 1, 15, 16, bytes.length - 1]) {
    assert.throws(
      () => decodeMessage(bytes.subarray(0, length)),
      refusal('message-truncated', length),
    );
  }
  const longer = Uint8Array.from([...bytes, 0]);
  assert.throws(() => decodeMessage(longer), refusal('message-trailing-bytes', bytes.length));
  const twice = Uint8Array.from([...bytes, ...bytes]);
  assert.throws(() => decodeMessage(twice), refusal('message-trailing-bytes', bytes.length));
});

test('sixteen bytes tell the length of a message, wherever they lie', () => {
  const bytes = encodeMessage(HELLO);
  const shifted = Uint8Array.from([1, 2, 3, ...bytes.subarray(0, 16)]);
  assert.equal(messageLength(shifted, 3, 1000), bytes.length);
  assert.throws(() => messageLength(shifted, 3, bytes.length - 1), refusal('message-too-long', 4));
});

test('every bit of the two lengths counts, in both byte orders', () => {
  for (const little of [true, false]) {
    for (let bit = 0; bit < 32; bit += 1) {
      const lengthWith = (at: number): number => {
        const bytes = Uint8Array.of(
          little ? 0x6c : 0x42,
          1,
          0,
          1,
          ...new Array<number>(12).fill(0),
        );
        new DataView(bytes.buffer).setUint32(at, 2 ** bit, little);
        return messageLength(bytes, 0, 2 ** 32);
      };
      assert.equal(lengthWith(4), 16 + 2 ** bit);
      if (bit <= 26) assert.equal(lengthWith(12), 16 + Math.max(8, 2 ** bit));
      else assert.throws(() => lengthWith(12), refusal('array-too-long', 12));
    }
  }
});

test('a fault of the first sixteen bytes says where it lies', () => {
  const bytes = encodeMessage(HELLO);
  for (const { at, byte, code } of [
    { at: 0, byte: 0x4c, code: 'byte-order-unknown' },
    { at: 1, byte: 0, code: 'message-type-zero' },
    { at: 3, byte: 2, code: 'version-unsupported' },
  ]) {
    const broken = bytes.slice();
    broken[at] = byte;
    assert.throws(() => decodeMessage(broken), refusal(code, at));
  }
});

test('numbers come as typed arrays when asked for', () => {
  const bytes = encodeMessage({ ...HELLO, signature: 'ai', body: [[1, 2]] });
  assert.deepEqual(decodeMessage(bytes, { bulk: 'typed' }).body, [Int32Array.of(1, 2)]);
  assert.deepEqual(decodeMessage(bytes).body, [[1, 2]]);
});

test('the body of one message is not held by the next fault', () => {
  const bytes = encodeMessage({ ...HELLO, signature: 'ay', body: [[1, 2, 3]] });
  const { body } = decodeMessage(bytes);
  const broken = bytes.slice();
  broken[8] = 0;
  assert.throws(() => decodeMessage(broken), refusal('serial-zero', 8));
  assert.deepEqual(body, [Uint8Array.of(1, 2, 3)]);
});
