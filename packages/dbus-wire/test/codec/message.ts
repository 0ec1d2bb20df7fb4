import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { decodeMessage } from '../../src/codec/decode-message.ts';
import { encodeMessage } from '../../src/codec/encode-message.ts';
import { MESSAGE_TYPES, MessageFlag, type MessageInit } from '../../src/codec/message.ts';
import { Variant } from '../../src/variant.ts';

const SIGNAL: MessageInit = {
  type: 'signal',
  serial: 3,
  path: '/a',
  interface: 'a.b',
  member: 'C',
  signature: 'sayv',
  body: ['hunter2', new TextEncoder().encode('hunter2'), new Variant('s', 'hunter2')],
};

test('message types are listed by their code', () => {
  assert.deepEqual(MESSAGE_TYPES, ['unknown', 'method_call', 'method_return', 'error', 'signal']);
  assert.deepEqual(Object.values(MessageFlag), [1, 2, 4]);
});

test('a message shows its header and hides its body', () => {
  const message = decodeMessage(encodeMessage(SIGNAL));
  for (const shown of [
    inspect(message, { depth: 9 }),
    JSON.stringify(message),
    inspect([message]),
  ]) {
    assert.ok(shown.includes('signal') && shown.includes('/a'));
    assert.ok(!shown.includes('hunter2') && !shown.includes('104'), shown);
  }
});

test('a decoded message is one to encode, as it is or spread', () => {
  const bytes = encodeMessage(SIGNAL);
  const message = decodeMessage(bytes);
  assert.deepEqual(encodeMessage(message), bytes);
  const forwarded = decodeMessage(encodeMessage({ ...message, sender: ':1.7' }));
  assert.equal(forwarded.sender, ':1.7');
  assert.deepEqual(forwarded.body, message.body);
});
