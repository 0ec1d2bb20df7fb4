import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { decodeMessage } from '../../src/codec/decode-message.ts';
import { encodeMessage } from '../../src/codec/encode-message.ts';
import { isWireError, WireError } from '../../src/codec/wire-error.ts';

test('a wire error names its rule, the place and the section of the specification', () => {
  const error = new WireError('padding-not-zero', 17);
  assert.equal(error.name, 'WireError');
  assert.equal(error.code, 'padding-not-zero');
  assert.equal(error.offset, 17);
  assert.equal(error.section, 'message-protocol-marshaling');
  assert.deepEqual(error.messages, []);
  assert.match(error.message, /padding-not-zero at offset 17 .*#message-protocol-marshaling/u);
});

test('each kind of rule has its section', () => {
  for (const [code, section] of [
    ['signature-too-long', 'message-protocol-marshaling-signature'],
    ['object-path-invalid', 'message-protocol-marshaling-object-path'],
    ['depth-exceeded', 'message-protocol-marshaling'],
    ['byte-order-unknown', 'message-protocol-messages'],
    ['message-truncated', 'message-protocol-messages'],
    ['serial-zero', 'message-protocol-messages'],
    ['header-field-type', 'message-protocol-header-fields'],
    ['reply-serial-zero', 'message-protocol-header-fields'],
    ['body-without-signature', 'message-protocol-header-fields'],
    ['interface-invalid', 'message-protocol-names-interface'],
    ['member-invalid', 'message-protocol-names-member'],
    ['error-name-invalid', 'message-protocol-names-error'],
    ['sender-invalid', 'message-protocol-names-bus'],
    ['local-path', 'standard-interfaces'],
  ] as const) {
    assert.equal(new WireError(code, 0).section, section);
  }
});

test('messages that came before a fault are not shown with it', () => {
  const bytes = encodeMessage({
    type: 'method_return',
    serial: 1,
    replySerial: 1,
    signature: 's',
    body: ['hunter2'],
  });
  const error = new WireError('padding-not-zero', 0, [decodeMessage(bytes)]);
  assert.equal(error.messages.length, 1);
  for (const shown of [inspect(error, { depth: 9 }), JSON.stringify(error), String(error)]) {
    assert.ok(!shown.includes('hunter2'));
    assert.ok(!shown.includes('method_return'));
  }
});

test('a wire error is known by its name and code, not by its class', () => {
  assert.ok(isWireError(new WireError('serial-zero', 8)));
  const copy = Object.assign(new Error('x'), { name: 'WireError', code: 'serial-zero' });
  assert.ok(isWireError(copy));
  assert.ok(!isWireError(Object.assign(new Error('x'), { name: 'WireError', code: 1 })));
  assert.ok(!isWireError(Object.assign(new Error('x'), { name: 'WireError' })));
  assert.ok(!isWireError(Object.assign(new Error('x'), { code: 'serial-zero' })));
  assert.ok(!isWireError({ name: 'WireError', code: 'serial-zero' }));
});
