import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { headerTemplate } from '../../src/codec/header-template.ts';
import type { MessageInit } from '../../src/codec/message.ts';
import { isWireError } from '../../src/codec/wire-error.ts';

const CALL: MessageInit = {
  type: 'method_call',
  serial: 1,
  path: '/a',
  interface: 'a.b',
  member: 'TemplateTest',
  destination: ':1.5',
  sender: ':1.6',
  signature: 'ay',
};

test('messages that differ in numbers and values only share a template', () => {
  const first = headerTemplate({ ...CALL, body: [[1]] });
  assert.equal(headerTemplate({ ...CALL, serial: 9, flags: 1, body: [[2]] }), first);
  headerTemplate({ ...CALL, member: 'Another' });
  assert.equal(headerTemplate({ ...CALL }), first);
});

test('a difference in any field makes another template', () => {
  const first = headerTemplate(CALL);
  const others: MessageInit[] = [
    { ...CALL, type: 'signal' },
    { ...CALL, path: '/b' },
    { ...CALL, interface: 'a.c' },
    { ...CALL, member: 'M' },
    { ...CALL, errorName: 'a.E' },
    { ...CALL, replySerial: 4 },
    { ...CALL, destination: ':1.7' },
    { ...CALL, sender: ':1.7' },
    { ...CALL, signature: 's' },
    { ...CALL, byteOrder: 'big' },
    { ...CALL, type: 'unknown', typeCode: 9 },
  ];
  for (const other of others) {
    assert.notDeepEqual(headerTemplate(other).bytes, first.bytes);
    assert.deepEqual(headerTemplate(CALL).bytes, first.bytes);
  }
});

test('a long header is built each time', () => {
  const init = { ...CALL, path: `/${'x'.repeat(2000)}` };
  assert.notEqual(headerTemplate(init), headerTemplate(init));
  assert.deepEqual(headerTemplate(init).bytes, headerTemplate(init).bytes);
});

test('a header ends at a multiple of 8 and says where its reply serial lies', () => {
  const template = headerTemplate({ type: 'method_return', serial: 1, replySerial: 5 });
  assert.equal(template.bytes.length, 24);
  assert.equal(template.replySerialAt, 20);
  assert.equal(headerTemplate(CALL).replySerialAt, 0);
  assert.equal(headerTemplate(CALL).bytes.length % 8, 0);
});

interface Fault {
  readonly init: MessageInit;
  readonly code: string;
}

const FAULTS: readonly Fault[] = [
  { init: { ...CALL, path: '/a/' }, code: 'object-path-invalid' },
  { init: { ...CALL, interface: 'a' }, code: 'interface-invalid' },
  { init: { ...CALL, member: 'a.b' }, code: 'member-invalid' },
  { init: { ...CALL, errorName: 'a' }, code: 'error-name-invalid' },
  { init: { ...CALL, destination: 'a' }, code: 'destination-invalid' },
  { init: { ...CALL, sender: 'é.é' }, code: 'sender-invalid' },
  { init: { ...CALL, signature: 'a' }, code: 'signature-array-incomplete' },
  { init: { ...CALL, path: '/org/freedesktop/DBus/Local' }, code: 'local-path' },
  { init: { ...CALL, interface: 'org.freedesktop.DBus.Local' }, code: 'local-interface' },
  { init: { ...CALL, member: undefined }, code: 'header-field-missing' },
  { init: { type: 'method_return', serial: 1 }, code: 'header-field-missing' },
  { init: { type: 'unknown', serial: 1, typeCode: 0 }, code: 'message-type-zero' },
  { init: { type: 'unknown', serial: 1 }, code: 'message-type-zero' },
];

// @rule wire/object-path-invalid
// @rule wire/interface-invalid
// @rule wire/member-invalid
// @rule wire/error-name-invalid
// @rule wire/destination-invalid
// @rule wire/sender-invalid
// @rule wire/local-path
// @rule wire/local-interface
// @rule wire/header-field-missing
// @rule wire/message-type-zero
test('what a receiver would refuse is not sent', () => {
  for (const { init, code } of FAULTS) {
    const refused = (error: unknown): boolean => isWireError(error) && error.code === code;
    assert.throws(() => headerTemplate(init), refused, code);
  }
});

test('a field of the wrong JavaScript type is a TypeError', () => {
  for (const fields of [
    { path: 5 },
    { interface: 5 },
    { byteOrder: 'middle' },
    { type: 'call' },
    { type: 'unknown', typeCode: 256 },
    { type: 'unknown', typeCode: 1.5 },
  ]) {
    const init: MessageInit = Object.assign({ ...CALL }, fields);
    assert.throws(() => headerTemplate(init), TypeError);
  }
});
