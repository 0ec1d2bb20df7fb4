import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { toHex } from '../../../../test-fixtures/src/hex.ts';
import { decodeMessage } from '../../src/codec/decode-message.ts';
import { encodeMessage } from '../../src/codec/encode-message.ts';
import { MessageFlag, type MessageInit } from '../../src/codec/message.ts';
import { isWireError } from '../../src/codec/wire-error.ts';
import { typedValues } from '../support/arbitrary-values.ts';
import { messageVectors } from '../support/wire-vectors.ts';

const refusal = (code: string, offset: number) => (error: unknown) =>
  isWireError(error) && error.code === code && error.offset === offset;

const CALL: MessageInit = { type: 'method_call', serial: 1, path: '/a', member: 'M' };

test('Hello, byte for byte', () => {
  const bytes = encodeMessage({
    type: 'method_call',
    serial: 1,
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'Hello',
    destination: 'org.freedesktop.DBus',
  });
  assert.equal(
    toHex(bytes),
    '6c01000100000000010000006d000000' +
      '01016f00150000002f6f72672f667265656465736b746f702f44427573000000' +
      '02017300140000006f72672e667265656465736b746f702e4442757300000000' +
      '030173000500000048656c6c6f000000' +
      '06017300140000006f72672e667265656465736b746f702e4442757300000000',
  );
});

test('messages that libdbus accepts survive decoding and encoding', () => {
  for (const { name, bytes } of messageVectors('dbus-valid-messages')) {
    const message = decodeMessage(bytes);
    const again = decodeMessage(encodeMessage(message));
    assert.deepEqual({ ...again }, { ...message }, name);
  }
});

test('any body, in both byte orders', () => {
  fc.assert(
    fc.property(typedValues, fc.boolean(), ({ signature, values }, little) => {
      const byteOrder = little ? 'little' : 'big';
      const bytes = encodeMessage({ ...CALL, signature, body: values, byteOrder });
      const message = decodeMessage(bytes);
      assert.deepEqual(message.body, values);
      assert.equal(message.byteOrder, byteOrder);
      assert.deepEqual(encodeMessage(message), bytes);
    }),
    { numRuns: 300 },
  );
});

test('numbers of the header are written into a copy of the template', () => {
  const first = encodeMessage({ ...CALL, serial: 0xffffffff, flags: MessageFlag.NO_AUTO_START });
  const second = encodeMessage({ ...CALL, serial: 2 });
  assert.equal(decodeMessage(first).serial, 0xffffffff);
  assert.equal(decodeMessage(first).flags, 2);
  assert.equal(decodeMessage(second).serial, 2);
  assert.equal(decodeMessage(second).flags, 0);
  const reply = encodeMessage({ type: 'method_return', serial: 3, replySerial: 0xfffffffe });
  assert.equal(decodeMessage(reply).replySerial, 0xfffffffe);
});

// @rule wire/serial-zero
// @rule wire/reply-serial-zero
test('serials are 1 to 2^32 - 1', () => {
  assert.throws(() => encodeMessage({ ...CALL, serial: 0 }), refusal('serial-zero', 8));
  const reply: MessageInit = { type: 'method_return', serial: 1, replySerial: 0 };
  assert.throws(() => encodeMessage(reply), refusal('reply-serial-zero', 20));
  for (const serial of [-1, 1.5, 2 ** 32, Number.NaN]) {
    assert.throws(() => encodeMessage({ ...CALL, serial }), RangeError);
    assert.throws(() => encodeMessage({ ...reply, replySerial: serial }), RangeError);
  }
});

test('flags are a byte', () => {
  for (const flags of [-1, 256, 0.5]) {
    assert.throws(() => encodeMessage({ ...CALL, flags }), RangeError);
  }
  assert.equal(decodeMessage(encodeMessage({ ...CALL, flags: 0xff })).flags, 0xff);
});

// @rule wire/body-without-signature
test('a body needs a signature, and a signature its body', () => {
  assert.throws(
    () => encodeMessage({ ...CALL, body: ['a'] }),
    refusal('body-without-signature', 48),
  );
  assert.throws(() => encodeMessage({ ...CALL, signature: 's' }), TypeError);
  assert.throws(() => encodeMessage({ ...CALL, signature: 's', body: ['a', 'b'] }), TypeError);
});

test('a text is limited by its bytes, not by those that its characters could have had', () => {
  const lengths = [65_536, 65_537];
  const others = lengths.flatMap((length) => ['é'.repeat(length), '€'.repeat(length)]);
  for (const value of ['a'.repeat(100_000_000), ...others]) {
    const { body } = decodeMessage(encodeMessage({ ...CALL, signature: 's', body: [value] }));
    assert.ok(body[0] === value);
  }
});

test('a header may be longer than anything that was encoded before', () => {
  const path = `/${'x'.repeat(3_000_000)}`;
  const message = decodeMessage(encodeMessage({ ...CALL, path, signature: 'u', body: [7] }));
  assert.ok(message.path === path);
  assert.deepEqual(message.body, [7]);
});

// @rule wire/message-too-long
test('a message of 2^27 bytes is written, header included, and one of a byte more is not', () => {
  const header = encodeMessage({ ...CALL, signature: 'ayay', body: [[], []] }).length - 8;
  const half = new Uint8Array(2 ** 26);
  const rest = new Uint8Array(2 ** 26 - header - 8 + 1);
  const body = [half, rest.subarray(1)];
  assert.equal(encodeMessage({ ...CALL, signature: 'ayay', body }).length, 2 ** 27);
  assert.throws(
    () => encodeMessage({ ...CALL, signature: 'ayay', body: [half, rest] }),
    (error) => isWireError(error) && error.code === 'message-too-long',
  );
});

test('the offset of a fault counts from the start of the message', () => {
  encodeMessage(CALL);
  const faulty: MessageInit = { ...CALL, signature: 's', body: ['\0'] };
  const header = encodeMessage({ ...faulty, body: [''] }).length - 5;
  assert.throws(() => encodeMessage(faulty), refusal('string-contains-nul', header + 4));
});
