import assert from 'node:assert/strict';
import { connect } from '@keywire/dbus-wire';
import { startMessageBus } from '@keywire/message-bus';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { describeCaller, uniqueNames } from '../../src/io/caller.ts';

test('on the embedded bus a caller has a name and no process', async () => {
  await using bus = await startMessageBus();
  await using connection = await connect({ address: bus.address });
  const name = connection.uniqueName ?? '';
  const caller = await describeCaller(connection, name);
  assert.deepEqual(
    [caller.uniqueName, caller.processId, caller.program],
    [name, undefined, undefined],
  );
  assert.ok((await uniqueNames(connection)).has(name));
  await assert.rejects(describeCaller(connection, ':9.9'));
});
