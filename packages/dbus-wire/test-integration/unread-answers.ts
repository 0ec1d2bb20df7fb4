/**
 * Others who call without end and do not read what we answer: what is unsent stays bounded, our own
 * replies come through meanwhile, and whoever reads in the end has lost nothing.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect as netConnect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { bootBus } from '../../../test-fixtures/src/daemons/bus.ts';
import type { BusImplementation } from '../../../test-fixtures/src/daemons/bus-options.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { requires } from '../../../test-fixtures/src/requires.ts';
import { encodeMessage } from '../src/codec/encode-message.ts';
import type { Message } from '../src/codec/message.ts';
import { MessageParser } from '../src/codec/message-parser.ts';
import type { Connection } from '../src/connection/connection.ts';
import { acceptConnection } from '../src/io/accept-connection.ts';
import { connect } from '../src/io/connect.ts';
import { joinBytes } from '../src/join-bytes.ts';
import { externalMechanism } from '../src/sasl/server-mechanisms.ts';
import { RawPeer } from './support/raw-peer.ts';
import { ServerLineSkipper } from './support/server-line-skipper.ts';

const CALLS = 3_000;
const ANSWER = { signature: 'ay', body: [new Uint8Array(10_000)] } as const;
const CALL = { path: '/large', interface: 'a.b', member: 'M' } as const;

/** What may be unsent before calls wait, and the answers to those that are under way then. */
const MOST_UNSENT = 1024 * 1024 + 100 * 10_200;

interface Load {
  answered: number;
  mostUnsent: number;
}

function answerLargely(connection: Connection): Load {
  const load = { answered: 0, mostUnsent: 0 };
  connection.export('/large', {
    handleCall: () => {
      load.answered++;
      load.mostUnsent = Math.max(load.mostUnsent, connection.queuedBytes);
      return ANSWER;
    },
  });
  return load;
}

interface Listening extends AsyncDisposable {
  readonly socketPath: string;
  readonly accepted: Promise<Connection>;
}

async function listen(): Promise<Listening> {
  const folder = mkdtempSync(path.join(tmpdir(), 'unread-'));
  const server = createServer();
  const settings = {
    guid: '0'.repeat(32),
    mechanisms: [externalMechanism(process.geteuid?.())],
    maxPendingCalls: Number.POSITIVE_INFINITY,
  };
  const accepted = new Promise<Connection>((resolve) =>
    server.on('connection', (socket) => resolve(acceptConnection(socket, settings))),
  );
  const socketPath = path.join(folder, 's');
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    socketPath,
    accepted,
    [Symbol.asyncDispose]: async () => {
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

// @rule connection/unread-answers-bounded
test('a program that calls and does not read gets every answer once it does', async () => {
  await using listening = await listen();
  const socket = netConnect(listening.socketPath);
  socket.write('\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n');
  await using service = await listening.accepted;
  await service.ready;
  const load = answerLargely(service);
  const signals = service.signals({ member: 'Sent' });
  socket.pause();
  const flood = Array.from({ length: CALLS }, (_, index) =>
    encodeMessage({ type: 'method_call', serial: index + 1, ...CALL }),
  );
  socket.write(joinBytes(flood));
  const sent = { path: '/x', interface: 'a.b', member: 'Sent' } as const;
  socket.write(encodeMessage({ type: 'signal', serial: CALLS + 1, ...sent }));
  // A signal is told although the calls before it wait.
  for await (const signal of signals) {
    assert.equal(signal.member, 'Sent');
    break;
  }
  // What is going to be taken up is, once its code is there.
  await import('../src/connection/incoming-calls.ts');
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(load.answered > 0 && load.answered < 500, `${load.answered} taken up`);
  assert.ok(service.queuedBytes < MOST_UNSENT, `${service.queuedBytes} bytes unsent`);

  const parser = new MessageParser();
  const lines = new ServerLineSkipper();
  const replies: Message[] = [];
  await new Promise<void>((resolve) => {
    socket.on('data', (chunk: Uint8Array) => {
      replies.push(...parser.feed(lines.skip(chunk)));
      if (replies.length === CALLS) resolve();
    });
    socket.resume();
  });
  assert.deepEqual(
    replies.map(({ replySerial }) => replySerial),
    Array.from({ length: CALLS }, (_, index) => index + 1),
  );
  assert.ok(load.mostUnsent < MOST_UNSENT, `${load.mostUnsent} bytes unsent`);
  socket.destroy();
});

// @rule connection/unread-answers-bounded
test('two programs that call each other without waiting both get their answers', async () => {
  await using listening = await listen();
  await using client = await connect({
    address: `unix:path=${listening.socketPath}`,
    peerToPeer: true,
    maxPendingCalls: Number.POSITIVE_INFINITY,
  });
  await using service = await listening.accepted;
  const ends = [client, service];
  const loads = ends.map(answerLargely);
  const calls = ends.flatMap((end) => Array.from({ length: CALLS }, () => end.call(CALL)));
  await Promise.all(calls);
  for (const { answered, mostUnsent } of loads) {
    assert.equal(answered, CALLS);
    // Their own calls wait to be sent as well.
    assert.ok(mostUnsent < 2 * MOST_UNSENT, `${mostUnsent} bytes unsent`);
  }
});

const IMPLEMENTATIONS: readonly BusImplementation[] = ['dbus-daemon', 'dbus-broker'];

for (const implementation of IMPLEMENTATIONS) {
  const missing = requires(implementation);
  if (missing !== undefined) {
    test.skip(`${implementation}: a client that calls and does not read`, missing);
    continue;
  }

  // @rule connection/unread-answers-bounded
  test(`${implementation}: a client that calls and does not read holds up nobody else`, async () => {
    await using bus = await bootBus({ implementation });
    await using service = await connect({ address: bus.address });
    await using other = await connect({ address: bus.address });
    other.export('/x', { handleCall: () => ({ signature: 's', body: ['here'] }) });
    const load = answerLargely(service);
    await using flooder = await RawPeer.connect(bus.address);
    flooder.pause();
    const { uniqueName: destination } = service;
    for (let count = 0; count < CALLS; count++) {
      flooder.send({ type: 'method_call', destination, ...CALL });
    }
    const call = { destination: other.uniqueName, path: '/x', interface: 'a.b', member: 'M' };
    while (load.answered < CALLS / 10) {
      assert.deepEqual((await service.call(call)).body, ['here']);
    }
    flooder.resume();
    await flooder.next(({ replySerial }) => replySerial === CALLS + 1);
    assert.equal(load.answered, CALLS);
    assert.ok(load.mostUnsent < MOST_UNSENT, `${load.mostUnsent} bytes unsent`);
  });
}
