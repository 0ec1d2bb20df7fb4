import assert from 'node:assert/strict';
import { decodeMessage, encodeMessage, type Message, type MessageInit } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { DriverError } from '../../src/messages/driver-error.ts';
import { errorReply, isForTheBus, isReply, matchable } from '../../src/messages/routing.ts';

const call = { type: 'method_call', serial: 1, path: '/p', interface: 'a.b', member: 'M' } as const;

function decoded(init: MessageInit): Message {
  return decodeMessage(encodeMessage(init));
}

test('a call without a destination is for the bus, a signal without one for all', () => {
  assert.equal(isForTheBus(decoded(call)), true);
  assert.equal(isForTheBus(decoded({ ...call, destination: ':1.1' })), false);
  assert.equal(isForTheBus(decoded({ ...call, type: 'signal' })), false);
});

test('results and errors are replies', () => {
  const reply = decoded({ type: 'method_return', serial: 2, replySerial: 1 });
  const error = decoded({ type: 'error', serial: 2, replySerial: 1, errorName: 'a.b' });
  assert.deepEqual([isReply(reply), isReply(error), isReply(decoded(call))], [true, true, false]);
});

test('rules see the sender that the bus knows', () => {
  const message = decoded({ ...call, sender: ':1.9', signature: 's', body: ['x'] });
  assert.deepEqual(matchable(message, ':1.2'), {
    ...{ type: 'method_call', sender: ':1.2', destination: undefined, path: '/p' },
    ...{ interface: 'a.b', member: 'M', signature: 's', body: ['x'] },
  });
});

test('an error names the call it answers', () => {
  const error = decoded({ ...errorReply(7, new DriverError('Failed', 'why')), serial: 3 });
  assert.deepEqual(
    [error.type, error.replySerial, error.errorName, error.body],
    ['error', 7, 'org.freedesktop.DBus.Error.Failed', ['why']],
  );
});
