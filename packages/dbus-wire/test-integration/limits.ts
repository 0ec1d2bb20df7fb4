/** The limits of a bus as the reference implementation has them built in. */
import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { requires } from '../../../test-fixtures/src/requires.ts';
import { connect } from '../src/io/connect.ts';
import { rejectsReply } from '../test/support/expect-error.ts';
import { bootPermissiveBus } from './support/permissive-bus.ts';

const NAME = 'org.example.Slow';
const CALL = { destination: NAME, path: '/x', interface: NAME, member: 'M' } as const;
const missing = requires('dbus-daemon');

if (missing !== undefined) test.skip('limits of the bus', missing);
else {
  test('a thousand calls at once stay within what a bus allows', async () => {
    await using bus = await bootPermissiveBus();
    await using service = await connect({ address: bus.address });
    const waiting: (() => void)[] = [];
    let mostAtOnce = 0;
    service.export('/x', {
      handleCall: async () => {
        const turn = new Promise<void>((resolve) => waiting.push(resolve));
        mostAtOnce = Math.max(mostAtOnce, waiting.length);
        setImmediate(() => waiting.shift()?.());
        await turn;
        return undefined;
      },
    });
    await service.requestName(NAME);
    await using client = await connect({ address: bus.address });
    await Promise.all(Array.from({ length: 1_000 }, () => client.call(CALL)));
    assert.ok(mostAtOnce <= 120, `${mostAtOnce} at once`);
  });

  test('the 129th call at once is what the limit is there for', async () => {
    await using bus = await bootPermissiveBus();
    await using service = await connect({ address: bus.address });
    service.export('/x', { handleCall: () => new Promise(() => {}) });
    await service.requestName(NAME);
    await using client = await connect({ address: bus.address, maxPendingCalls: 200 });
    const calls = Array.from({ length: 129 }, () => client.call(CALL));
    const last = calls.at(-1) ?? assert.fail();
    await rejectsReply(last, 'org.freedesktop.DBus.Error.LimitsExceeded');
    assert.equal(client.pendingCalls, 128);
    // Those that wait end with their service.
    await service.close();
    for (const call of calls.slice(0, -1)) {
      await rejectsReply(call, 'org.freedesktop.DBus.Error.NoReply');
    }
  });

  test('streams opened and closed for ever leave no match rule behind', async () => {
    await using bus = await bootPermissiveBus();
    await using client = await connect({ address: bus.address });
    // The built-in limit is 512 rules.
    for (let round = 0; round < 600; round++) {
      const stream = client.signals({ sender: NAME, member: `M${round}` });
      if (round % 100 === 0) await stream.ready;
      stream.close();
    }
    const stream = client.signals({ member: 'Last' });
    await stream.ready;
  });
}
