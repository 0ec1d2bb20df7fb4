/** Two connections without a bus, joined in memory. */
import { Connection } from '../../src/connection/connection.ts';
import type { Dial } from '../../src/transport/dialer.ts';
import { FakeClock } from './fake-clock.ts';
import { ScriptedTransport } from './scripted-transport.ts';

export interface Pair {
  readonly ours: Connection;
  readonly theirs: Connection;
  readonly clock: FakeClock;
}

export function connectedPair(): Pair {
  const clock = new FakeClock();
  const left: ScriptedTransport = new ScriptedTransport((bytes) =>
    queueMicrotask(() => right.receive(bytes)),
  );
  const right: ScriptedTransport = new ScriptedTransport((bytes) =>
    queueMicrotask(() => left.receive(bytes)),
  );
  const surroundings = (transport: ScriptedTransport) => ({
    dial: plugIn(transport),
    clock,
    isOnBus: false,
    machineId: () => '0'.repeat(32),
  });
  return {
    ours: new Connection(surroundings(left)),
    theirs: new Connection(surroundings(right)),
    clock,
  };
}

function plugIn(transport: ScriptedTransport): Dial {
  return async (wiring) => {
    transport.start(wiring);
    wiring.outbox.attach(transport, new Uint8Array(0));
    wiring.outbox.commit();
    wiring.accepted(transport);
  };
}
