/** A service that the first flight itself starts: its reply counts, nobody else's does. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { bootBus } from '../../../test-fixtures/src/daemons/bus.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { requires } from '../../../test-fixtures/src/requires.ts';
import { openConnection } from '../src/io/open-connection.ts';
import { rejectsReply } from '../test/support/expect-error.ts';

const NAME = 'org.example.Activated';
const CALL = { destination: NAME, path: '/x', interface: NAME, member: 'Who' } as const;
const missing = requires('dbus-daemon');

/** Run by Node, with the loader that the tests of this repository use. */
function serviceCommand(script: string): string {
  const loader = new URL('../../../scripts/ts-register.mjs', import.meta.url);
  const file = fileURLToPath(new URL(`./support/${script}.ts`, import.meta.url));
  return `/usr/bin/env node --conditions=@keywire/source --import=${loader.href} ${file}`;
}

if (missing !== undefined) test.skip('activation by the first flight', missing);
else {
  test('activation by the first flight', async () => {
    await using bus = await bootBus({
      services: [{ name: NAME, exec: serviceCommand('activated-service') }],
    });
    await using connection = openConnection({ address: bus.address });
    const watch = connection.watchName(NAME);
    const reply = await connection.call(CALL);
    assert.deepEqual(reply.body, ['activated']);
    assert.equal(watch.owner, reply.sender);
    assert.deepEqual((await watch.call({ ...CALL, owner: watch.owner ?? '' })).body, ['activated']);
  });

  test('activation that is not wanted does not happen', async () => {
    await using bus = await bootBus({
      services: [{ name: NAME, exec: serviceCommand('activated-service') }],
    });
    await using connection = openConnection({ address: bus.address });
    const reply = connection.call({ ...CALL, noAutoStart: true });
    await rejectsReply(reply, 'org.freedesktop.DBus.Error.NameHasNoOwner');
  });

  test('a service that ends without claiming its name', async () => {
    await using bus = await bootBus({ services: [{ name: NAME, exec: '/bin/false' }] });
    await using connection = openConnection({ address: bus.address });
    await rejectsReply(connection.call(CALL), 'org.freedesktop.DBus.Error.Spawn.ChildExited');
  });
}
