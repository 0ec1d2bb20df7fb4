/** Objects of ours as other programs see them, and objects of others as we do. */
import assert from 'node:assert/strict';
import { bootBus } from '../../../test-fixtures/src/daemons/bus.ts';
import type { BusImplementation } from '../../../test-fixtures/src/daemons/bus-options.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { requires } from '../../../test-fixtures/src/requires.ts';
import { runOrThrow } from '../../../test-fixtures/src/run.ts';
import { introspect } from '../src/introspection.ts';
import { connect } from '../src/io/connect.ts';
import { exportObject } from '../src/objects.ts';
import { createProxy, proxyOf, watchProperties } from '../src/proxy.ts';
import { Variant } from '../src/variant.ts';
import { CALCULATOR, type CalculatorState, calculator } from '../test/support/calculator.ts';
import { rejectsReply } from '../test/support/expect-error.ts';

const NAME = 'org.example.Calculator';

const BUS_DRIVER = {
  name: 'org.freedesktop.DBus',
  methods: {
    GetId: { out: 's' },
    NameHasOwner: { in: 's', out: 'b' },
    ListNames: { out: 'as' },
    GetConnectionCredentials: { in: 's', out: 'a{sv}' },
  },
  properties: { Features: { type: 'as', access: 'read' } },
} as const;

const IMPLEMENTATIONS: readonly BusImplementation[] = ['dbus-daemon', 'dbus-broker'];

for (const implementation of IMPLEMENTATIONS) {
  const missing = requires(implementation, 'gdbus');
  if (missing !== undefined) {
    test.skip(`${implementation}: objects`, missing);
    continue;
  }

  test(`${implementation}: gdbus uses an object of ours`, async () => {
    await using bus = await bootBus({ implementation });
    await using service = await connect({ address: bus.address });
    const state: CalculatorState = { level: 3, secret: '', forgotten: 0 };
    exportObject(service, '/calc', [calculator(state)]);
    await service.requestName(NAME);
    const at = ['--address', bus.address, '--dest', NAME, '--object-path', '/calc'];
    const gdbus = async (verb: string, ...args: string[]): Promise<string> =>
      (await runOrThrow('gdbus', [verb, ...at, ...args], { env: { ...bus.env } })).trim();
    const call = (method: string, ...args: string[]): Promise<string> =>
      gdbus('call', '--method', method, ...args);

    assert.equal(await call(`${NAME}.Add`, '2', '3'), '(uint32 5,)');
    assert.equal(await call(`${NAME}.DivMod`, '7', '2'), '(uint32 3, uint32 1)');
    assert.equal(await call(`${NAME}.Describe`, "{'a': <1>, 'b': <'x'>}"), "(['a:i', 'b:s'],)");
    const properties = 'org.freedesktop.DBus.Properties';
    assert.equal(await call(`${properties}.Get`, NAME, 'Level'), '(<uint32 3>,)');
    assert.equal(await call(`${properties}.Set`, NAME, 'Level', '<uint32 9>'), '()');
    assert.equal(state.level, 9);
    assert.match(await call('org.freedesktop.DBus.Peer.GetMachineId'), /^\('[0-9a-f]{32}',\)$/);
    const shown = await gdbus('introspect');
    for (const part of [
      'interface org.example.Calculator',
      'Add(',
      'Overflow(',
      'readwrite u Level',
    ]) {
      assert.ok(shown.includes(part), shown);
    }
  });

  test(`${implementation}: proxies of ours, towards objects of ours and of the bus`, async () => {
    await using bus = await bootBus({ implementation });
    await using service = await connect({ address: bus.address });
    await using client = await connect({ address: bus.address });
    const state: CalculatorState = { level: 3, secret: '', forgotten: 0 };
    const { object } = exportObject(service, '/calc', [calculator(state)]);
    await service.requestName(NAME);
    const target = { destination: NAME, path: '/calc' };
    const proxy = client.proxy(proxyOf(target, CALCULATOR));
    assert.equal(await proxy.call.Add(2, 3), 5);
    assert.equal(await proxy.call.Caller(), client.uniqueName);
    await rejectsReply(proxy.call.Fail('no'), 'org.example.Error.Asked');

    await using overflows = proxy.signals('Overflow');
    const { values, view } = watchProperties(client, target, NAME);
    await Promise.all([overflows.ready, view.ready]);
    object.emit(NAME, 'Overflow', ['x', 7]);
    for await (const [text, count] of overflows) {
      assert.deepEqual([text, count], ['x', 7]);
      break;
    }
    const changes = view[Symbol.asyncIterator]();
    state.level = 11;
    await object.emitPropertiesChanged(NAME, ['Level']);
    await changes.next();
    assert.deepEqual(values.get('Level'), new Variant('u', 11));
    view.close();

    const driver = createProxy(
      client,
      { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus' },
      BUS_DRIVER,
    );
    assert.match(await driver.call.GetId(), /^[0-9a-f]{32}$/);
    assert.equal(await driver.call.NameHasOwner(NAME), true);
    assert.ok((await driver.call.ListNames()).includes(NAME));
    const credentials = await driver.call.GetConnectionCredentials(NAME);
    assert.equal(typeof credentials.get('ProcessID')?.value, 'number');
    assert.ok(Array.isArray(await driver.get('Features')));
  });

  test(`${implementation}: what the bus says of itself is understood`, async () => {
    await using bus = await bootBus({ implementation });
    await using client = await connect({ address: bus.address });
    const node = await introspect(client, {
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
    });
    const driver = node.interfaces.find(({ name }) => name === 'org.freedesktop.DBus');
    assert.equal(driver?.methods?.['RequestName']?.in, 'su');
    assert.equal(driver?.signals?.['NameOwnerChanged']?.args, 'sss');
  });
}
