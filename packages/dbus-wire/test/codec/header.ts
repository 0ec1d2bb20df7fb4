import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Header } from '../../src/codec/header.ts';

test('a header starts with its type and byte order, and says nothing else yet', () => {
  const { plan, ...fields } = new Header(2, false);
  assert.deepEqual(plan.reads, []);
  assert.deepEqual(fields, {
    type: 'method_return',
    typeCode: 2,
    flags: 0,
    serial: 0,
    path: undefined,
    interface: undefined,
    member: undefined,
    errorName: undefined,
    replySerial: undefined,
    destination: undefined,
    sender: undefined,
    signature: '',
    body: [],
    byteOrder: 'big',
    seen: 0,
    replySerialAt: 0,
  });
});

// @rule wire/unknown-type-accepted
test('a type that the specification does not know keeps its code', () => {
  const { type, typeCode, byteOrder } = new Header(9, true);
  assert.deepEqual([type, typeCode, byteOrder], ['unknown', 9, 'little']);
});
