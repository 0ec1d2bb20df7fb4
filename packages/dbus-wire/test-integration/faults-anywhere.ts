/**
 * One fault at each step of a connection's life, from before it is dialled until after its last
 * reply: everything settles, and no listener, timer or open stream is left behind.
 */
import assert from 'node:assert/strict';
import { countingController } from '../../../test-fixtures/src/counting-controller.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { encodeMessage } from '../src/codec/encode-message.ts';
import type { Message, MessageInit } from '../src/codec/message.ts';
import { MessageParser } from '../src/codec/message-parser.ts';
import { Connection } from '../src/connection/connection.ts';
import { isConnectionError } from '../src/connection-error.ts';
import { authAttempts } from '../src/io/auth-attempts.ts';
import { ClientHandshake } from '../src/sasl/client-handshake.ts';
import { ServerHandshake } from '../src/sasl/server-handshake.ts';
import { externalMechanism } from '../src/sasl/server-mechanisms.ts';
import { quietly } from '../src/settle-quietly.ts';
import { parseAddress } from '../src/transport/address.ts';
import { dialAddresses } from '../src/transport/dialer.ts';
import { FakeClock } from '../test/support/fake-clock.ts';
import { BUS } from '../test/support/scripted-bus.ts';
import { ScriptedTransport } from '../test/support/scripted-transport.ts';

const NAME = 'org.example.Name';
const PIECE_BYTES = 24;

/** What a server does that is asked step by step, or takes everything at once. */
type Manner = 'sent ahead' | 'refused ahead' | 'step by step';
const MANNERS: readonly Manner[] = ['sent ahead', 'refused ahead', 'step by step'];

class World {
  readonly clock = new FakeClock();
  readonly connecting = countingController();
  readonly using = countingController();
  readonly transports: ScriptedTransport[] = [];
  readonly connection: Connection;
  readonly outcomes: Promise<unknown>[] = [];
  /** What the server has said and the client not heard. */
  readonly #said: { readonly transport: ScriptedTransport; readonly bytes: Uint8Array }[] = [];
  #serial = 1;

  constructor(manner: Manner) {
    const dial = dialAddresses({
      entries: () => parseAddress('unix:path=/x'),
      open: async (_target, signal) => {
        signal.throwIfAborted();
        const refuses = manner === 'refused ahead' && this.transports.length === 0;
        const transport = new ScriptedTransport(this.#server(refuses));
        this.transports.push(transport);
        return transport;
      },
      sendsAhead: () => manner !== 'step by step',
      stepwise: async (target) => {
        const attempts = authAttempts(['EXTERNAL'], target, 7);
        return (handlers) => new ClientHandshake(attempts, handlers);
      },
    });
    this.connection = new Connection(
      { dial, clock: this.clock, isOnBus: true, machineId: () => undefined },
      { signal: this.connecting.signal },
    );
    this.outcomes.push(this.connection.ready);
    this.#use();
  }

  /** One piece of what the server said; false when there is none. */
  step(): boolean {
    const next = this.#said.shift();
    if (next === undefined) return false;
    next.transport.receive(next.bytes);
    return true;
  }

  #use(): void {
    const { connection } = this;
    const { signal } = this.using;
    const call = { path: '/x', interface: 'a.b', member: 'M' } as const;
    const watch = connection.watchName(NAME);
    const stream = connection.signals({ sender: NAME, member: 'S' }, { signal });
    this.outcomes.push(
      connection.call({ ...call, destination: ':1.9', signal }),
      connection.call({ ...call, destination: NAME, signal }),
      connection.call({ ...call, destination: NAME, noReply: true }),
      watch.ready,
      watch.call({ ...call, signal }),
      stream.ready,
      connection.requestName('org.example.Ours', { signal }),
      connection.drained(),
      quietly(endOf(stream)),
      quietly(endOf(watch)),
    );
  }

  #server(refuses: boolean): (bytes: Uint8Array, transport: ScriptedTransport) => void {
    const parser = new MessageParser();
    let isAccepted = false;
    let handshake: ServerHandshake | undefined;
    return (bytes, transport) => {
      const say = (answer: Uint8Array): void => this.#say(transport, answer);
      if (refuses) {
        say(new TextEncoder().encode('REJECTED EXTERNAL\r\n'));
        return;
      }
      const hear = (chunk: Uint8Array): void => {
        for (const message of parser.feed(chunk)) this.#answer(message, say);
      };
      handshake ??= new ServerHandshake(
        { guid: '0'.repeat(32), mechanisms: [externalMechanism(7)] },
        {
          send: say,
          failed: (error) => assert.fail(String(error)),
          accepted: (_identity, rest) => {
            isAccepted = true;
            hear(rest);
          },
        },
      );
      if (isAccepted) hear(bytes);
      else handshake.feed(bytes);
    };
  }

  #say(transport: ScriptedTransport, answer: Uint8Array): void {
    for (let at = 0; at < answer.length; at += PIECE_BYTES) {
      this.#said.push({ transport, bytes: answer.slice(at, at + PIECE_BYTES) });
    }
  }

  #answer(call: Message, say: (bytes: Uint8Array) => void): void {
    if ((call.flags & 1) !== 0) return;
    const values: Readonly<Record<string, readonly [string, unknown]>> = {
      Hello: ['s', ':1.1'],
      GetNameOwner: ['s', ':1.9'],
      RequestName: ['u', 1],
    };
    const [signature, value] = values[call.member ?? ''] ?? ['', undefined];
    const reply: MessageInit = {
      type: 'method_return',
      serial: this.#serial++,
      replySerial: call.serial,
      sender: call.destination === BUS ? BUS : ':1.9',
      signature,
      body: signature === '' ? [] : [value],
    };
    say(encodeMessage(reply));
  }
}

async function endOf(source: AsyncIterable<unknown>): Promise<void> {
  for await (const _each of source);
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const FAULTS: Readonly<Record<string, (world: World) => void>> = {
  'connecting is given up': (world) => world.connecting.abort(new Error('enough')),
  'what uses it is given up': (world) => world.using.abort(new Error('enough')),
  'both are given up': (world) => {
    world.using.abort();
    world.connecting.abort();
  },
  'the other side hangs up': ({ transports }) => transports.at(-1)?.hangUp(),
  'the stream breaks': ({ transports }) => transports.at(-1)?.hangUp(new Error('broken')),
  'nonsense comes': ({ transports }) => transports.at(-1)?.receive(new Uint8Array(64).fill(0x55)),
  'ten seconds pass': ({ clock }) => clock.advance(10_000),
  'half a minute passes': ({ clock }) => clock.advance(30_000),
  'it is closed': ({ connection }) => void connection.close(),
  'it is disposed of twice': ({ connection }) => {
    void connection[Symbol.asyncDispose]();
    void connection[Symbol.asyncDispose]();
  },
  'the system takes no more': ({ transports }) => {
    const transport = transports.at(-1);
    if (transport !== undefined) transport.takesMore = false;
  },
};

/** A moment: so many microtasks after a step. */
interface Moment {
  readonly step: number;
  readonly microtask: number;
}

/** Plays one life with one fault at a moment; false when it was over before. */
async function play(
  manner: Manner,
  fault: (world: World) => void,
  moment: Moment,
): Promise<boolean> {
  const world = new World(manner);
  const { connection, clock, transports } = world;
  let isDone = false;
  for (let step = 0; ; step++) {
    if (step === moment.step) {
      for (let count = 0; count < moment.microtask; count++) await Promise.resolve();
      fault(world);
      isDone = true;
    }
    await turn();
    if (!world.step()) break;
  }
  await turn();
  const closing = connection.close();
  transports.at(-1)?.drain();
  await turn();
  clock.advance(2_000);
  await closing;
  await connection.closed;
  const outcomes = await Promise.allSettled(world.outcomes);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') assert.ok(isConnectionError(outcome.reason), outcome.reason);
  }
  await turn();
  assert.equal(clock.waiting, 0, 'timers');
  assert.equal(world.connecting.listeners(), 0, 'listeners of connecting');
  assert.equal(world.using.listeners(), 0, 'listeners of calls');
  assert.equal(connection.pendingCalls, 0);
  assert.equal(connection.queuedBytes, 0);
  // Each one was let go of, by us or by the other side.
  for (const transport of transports) assert.ok(transport.isOver, 'streams');
  return isDone;
}

const unhandled: unknown[] = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));

for (const manner of MANNERS) {
  for (const [title, fault] of Object.entries(FAULTS)) {
    test(`${manner}: ${title}, at each step`, async () => {
      let step = 0;
      while (await play(manner, fault, { step, microtask: 0 })) step++;
      assert.ok(step > 20, `${step} steps`);
      // Dialling is done in the first of them, in many small ones.
      for (let microtask = 1; microtask < 64; microtask++) {
        await play(manner, fault, { step: 0, microtask });
      }
      assert.deepEqual(unhandled, []);
    });
  }
}
