import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { formatTraceLine, traceTo } from '../../src/connection/trace.ts';
import { FakeClock } from '../support/fake-clock.ts';

test('trace: one line with header and time, and no body', () => {
  const call = {
    type: 'method_call',
    serial: 4,
    destination: ':1.2',
    path: '/a',
    interface: 'a.B',
    member: 'Get',
    signature: 'ss',
    body: ['s3cret', 's3cret'],
  };
  assert.equal(
    formatTraceLine('>', 12.34, call),
    '12.3ms > method_call #4 to :1.2 /a a.B.Get (ss)',
  );
  const error = {
    type: 'error',
    serial: 9,
    replySerial: 4,
    sender: ':1.2',
    destination: ':1.1',
    errorName: 'a.B.No',
    signature: 's',
  };
  assert.equal(
    formatTraceLine('<', 0, error),
    '0.0ms < error #9 re #4 from :1.2 to :1.1 a.B.No (s)',
  );
  assert.equal(
    formatTraceLine('<', 1, { type: 'method_return', serial: 1, replySerial: 2 }),
    '1.0ms < method_return #1 re #2 ()',
  );
});

test('trace: the time is that since it began', () => {
  const clock = new FakeClock();
  clock.advance(5_000);
  const lines: string[] = [];
  const trace = traceTo(
    (line) => lines.push(line),
    clock,
    () => assert.fail(),
  );
  clock.advance(3);
  trace('>', { type: 'signal', serial: 1 });
  clock.advance(4);
  trace('<', { type: 'signal', serial: 2 });
  assert.deepEqual(lines, ['3.0ms > signal #1 ()', '7.0ms < signal #2 ()']);
});

test('trace: that writing fails is told afterwards, not to who sends or receives', async () => {
  const fault = new Error('the disk is full');
  const failures: unknown[] = [];
  const trace = traceTo(
    () => {
      throw fault;
    },
    new FakeClock(),
    (error) => failures.push(error),
  );
  trace('<', { type: 'signal', serial: 1 });
  assert.deepEqual(failures, []);
  await Promise.resolve();
  assert.deepEqual(failures, [fault]);
});
