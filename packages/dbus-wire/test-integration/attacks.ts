/**
 * What a second client of the same bus can do to ours: nothing. Each attack is made for real, on
 * both implementations of the bus, and on one that lets forged replies through.
 */
import assert from 'node:assert/strict';
import { bootBus } from '../../../test-fixtures/src/daemons/bus.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { requires } from '../../../test-fixtures/src/requires.ts';
import type { Message } from '../src/codec/message.ts';
import type { Connection } from '../src/connection/connection.ts';
import { isConnectionError } from '../src/connection-error.ts';
import { connect } from '../src/io/connect.ts';
import { rejectsCode, rejectsReply } from '../test/support/expect-error.ts';
import { bootPermissiveBus } from './support/permissive-bus.ts';
import { RawPeer } from './support/raw-peer.ts';

const NAME = 'org.example.Service';
const CALL = { path: '/x', interface: NAME, member: 'M' } as const;

interface Scene {
  readonly address: string;
  readonly victim: Connection;
  readonly service: RawPeer;
  readonly attacker: RawPeer;
  /** Whether the bus delivers replies that nobody asked for. */
  readonly isPermissive: boolean;
}

/** The service owns the name, and lets others take it over. */
async function onStage(
  bus: AsyncDisposable & { readonly address: string },
  isPermissive: boolean,
  play: (scene: Scene) => Promise<void>,
): Promise<void> {
  await using _bus = bus;
  const { address } = bus;
  await using service = await RawPeer.connect(address);
  await using attacker = await RawPeer.connect(address);
  await service.ask('RequestName', 'su', [NAME, 1]);
  await using victim = await connect({ address });
  await play({ address, victim, service, attacker, isPermissive });
}

function isCallTo(member: string): (message: Message) => boolean {
  return (message) => message.type === 'method_call' && message.member === member;
}

/** Replies to every serial that the victim can have used so far. */
async function forge(attacker: RawPeer, victim: Connection): Promise<void> {
  for (let replySerial = 1; replySerial <= 40; replySerial++) {
    const destination = victim.uniqueName;
    attacker.send({
      type: 'method_return',
      destination,
      replySerial,
      signature: 's',
      body: ['forged'],
    });
    attacker.send({ type: 'error', destination, replySerial, errorName: 'a.b.Forged' });
  }
  await attacker.flushed();
}

const PLAYS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  'forged replies do not count': async ({ victim, service, attacker, isPermissive }) => {
    for (const destination of [NAME, service.uniqueName]) {
      service.received.length = 0;
      const reply = victim.call({ ...CALL, destination });
      const call = await service.next(isCallTo('M'));
      const before = victim.ignoredReplies;
      await forge(attacker, victim);
      service.send({
        type: 'method_return',
        destination: victim.uniqueName,
        replySerial: call.serial,
        signature: 's',
        body: ['true'],
      });
      assert.deepEqual((await reply).body, ['true']);
      if (isPermissive) assert.ok(victim.ignoredReplies > before, 'the forged ones did arrive');
    }
  },

  "a unicast signal of somebody else is not the service's": async ({
    victim,
    service,
    attacker,
  }) => {
    const stream = victim.signals({ sender: NAME, member: 'Completed' });
    await stream.ready;
    const signal = {
      type: 'signal',
      path: '/prompt',
      interface: NAME,
      member: 'Completed',
      destination: victim.uniqueName,
      signature: 's',
    } as const;
    attacker.send({ ...signal, body: ['forged'] });
    await attacker.flushed();
    service.send({ ...signal, body: ['true'] });
    for await (const { body } of stream) {
      assert.deepEqual(body, ['true']);
      break;
    }
  },

  'a NameOwnerChanged of somebody else changes nothing': async ({ victim, service, attacker }) => {
    const watch = victim.watchName(NAME);
    await watch.ready;
    attacker.send({
      type: 'signal',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
      member: 'NameOwnerChanged',
      destination: victim.uniqueName,
      signature: 'sss',
      body: [NAME, service.uniqueName, attacker.uniqueName],
    });
    await attacker.flushed();
    await victim.call({
      destination: 'org.freedesktop.DBus',
      path: '/',
      interface: 'org.freedesktop.DBus.Peer',
      member: 'Ping',
    });
    assert.equal(watch.owner, service.uniqueName);
  },

  'a name that is stolen between resolving and calling gets no call': async ({
    victim,
    service,
    attacker,
  }) => {
    const watch = victim.watchName(NAME);
    await watch.ready;
    // Stolen, and our client cannot have heard of it: this very turn still believes the old owner.
    const stolen = attacker.ask('RequestName', 'su', [NAME, 2]);
    const bound = watch.call({ ...CALL, member: 'Bound' });
    assert.deepEqual((await stolen).body, [1]);
    await rejectsCode(bound, 'owner-changed');
    await rejectsCode(watch.call({ ...CALL, owner: service.uniqueName }), 'owner-changed');
    await attacker.flushed();
    assert.equal(attacker.received.some(isCallTo('Bound')), false);
    assert.equal(watch.owner, attacker.uniqueName);
  },

  'signals of a previous owner are dropped': async ({ victim, service, attacker }) => {
    const stream = victim.signals({ sender: NAME, member: 'Changed' });
    await stream.ready;
    const signal = {
      type: 'signal',
      path: '/x',
      interface: NAME,
      member: 'Changed',
      signature: 's',
    } as const;
    service.send({ ...signal, body: ['as owner'] });
    await service.flushed();
    await attacker.ask('RequestName', 'su', [NAME, 2]);
    for (const destination of [undefined, victim.uniqueName]) {
      service.send({ ...signal, destination, body: ['no owner any more'] });
    }
    await service.flushed();
    attacker.send({ ...signal, body: ['as new owner'] });
    const seen: unknown[] = [];
    for await (const { body } of stream) {
      seen.push(...body);
      if (seen.length === 2) break;
    }
    assert.deepEqual(seen, ['as owner', 'as new owner']);
  },

  'a service that dies fails its calls, each in its way': async ({ victim, service }) => {
    const watch = victim.watchName(NAME);
    await watch.ready;
    const bound = watch.call({ ...CALL, member: 'Bound' });
    const free = victim.call({ ...CALL, destination: NAME });
    const unique = victim.call({ ...CALL, destination: service.uniqueName });
    await service.next(isCallTo('M'));
    await service[Symbol.asyncDispose]();
    // The bus says both that the name is free and that nobody will answer; either may be first.
    const ending = await bound.then(
      () => 'answered',
      (error: unknown) => (isConnectionError(error) ? error.code : String(error)),
    );
    assert.match(ending, /^owner-changed$|Error\.NoReply/);
    await rejectsReply(free, 'org.freedesktop.DBus.Error.NoReply');
    await rejectsReply(unique, 'org.freedesktop.DBus.Error.NoReply');
    await rejectsCode(watch.call(CALL), 'no-owner');
  },
};

const BUSES = [
  { name: 'dbus-daemon', needs: 'dbus-daemon', boot: () => bootBus(), isPermissive: false },
  {
    name: 'dbus-broker',
    needs: 'dbus-broker',
    boot: () => bootBus({ implementation: 'dbus-broker' }),
    isPermissive: false,
  },
  {
    name: 'a permissive dbus-daemon',
    needs: 'dbus-daemon',
    boot: bootPermissiveBus,
    isPermissive: true,
  },
] as const;

for (const { name, needs, boot, isPermissive } of BUSES) {
  const missing = requires(needs);
  for (const [title, play] of Object.entries(PLAYS)) {
    if (missing !== undefined) test.skip(`${name}: ${title}`, missing);
    else test(`${name}: ${title}`, async () => onStage(await boot(), isPermissive, play));
  }
}
