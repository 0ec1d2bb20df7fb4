import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isAvailable } from '../../src/service/availability.ts';
import { failsWith } from '../support/failing.ts';
import { ScriptedDaemon } from '../support/scripted-daemon.ts';

// @rule secret/owned-or-activatable
test('owned or activatable is available; nothing is started', async () => {
  const name = 'org.freedesktop.secrets';
  const cases: [boolean, string[], boolean][] = [
    [true, [], true],
    [false, [name], true],
    [false, ['org.example'], false],
  ];
  for (const [isOwned, names, expected] of cases) {
    const connection = new ScriptedDaemon({
      NameHasOwner: () => ['b', isOwned],
      ListActivatableNames: () => ['as', names],
    });
    assert.equal(await isAvailable({ connection }), expected);
    assert.deepEqual(connection.members.sort(), ['ListActivatableNames', 'NameHasOwner']);
    assert.equal(connection.isClosed, false);
  }
});

test('without a bus it is false, not an error', async () => {
  assert.equal(await isAvailable({ address: 'unix:path=/nonexistent/bus' }), false);
  assert.equal(await isAvailable({ address: 'nonsense' }), false);
  const connection = new ScriptedDaemon();
  connection.disconnect();
  assert.equal(await isAvailable({ connection }), false);
});

test('given up, it is an answer to nothing', async () => {
  const signal = AbortSignal.abort('why');
  const error = await failsWith('aborted', isAvailable({ address: 'unix:path=/x', signal }));
  assert.equal(error.cause, 'why');
  await failsWith('aborted', isAvailable({ connection: new ScriptedDaemon(), signal }));
});

test('an option that is none is told, and not taken for a missing bus', async () => {
  for (const options of [{ bus: 'sesion' }, { connection: {} }, null]) {
    await failsWith('invalid-argument', Reflect.apply(isAvailable, undefined, [options]));
  }
});
