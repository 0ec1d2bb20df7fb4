import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, connect as netConnect, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {
  asOtherUser,
  noEffectiveUser,
  OTHER_USER,
} from '../../../../test-fixtures/src/effective-user.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { decodeMessage } from '../../src/codec/decode-message.ts';
import { encodeMessage } from '../../src/codec/encode-message.ts';
import type { Connection } from '../../src/connection/connection.ts';
import { type AcceptOptions, acceptConnection } from '../../src/io/accept-connection.ts';
import { connect } from '../../src/io/connect.ts';
import { readMachineId } from '../../src/io/machine-id.ts';
import { joinBytes } from '../../src/join-bytes.ts';
import { externalMechanism } from '../../src/sasl/server-mechanisms.ts';
import { rejectsCode } from '../support/expect-error.ts';

const OPTIONS: AcceptOptions = {
  guid: '0123456789abcdef0123456789abcdef',
  mechanisms: [externalMechanism(process.getuid?.())],
};

async function withSocket(
  options: AcceptOptions,
  body: (socketPath: string, accepted: Promise<Connection>) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'accept-'));
  const server = createServer();
  const accepted = new Promise<Connection>((resolve) =>
    server.on('connection', (socket: Socket) => resolve(acceptConnection(socket, options))),
  );
  const socketPath = path.join(folder, 's');
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  try {
    await body(socketPath, accepted);
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}

test('two programs without a bus: calls both ways, and an end', async () => {
  await withSocket(OPTIONS, async (socketPath, accepted) => {
    await using client = await connect({
      address: `unix:path=${socketPath},guid=${OPTIONS.guid}`,
      peerToPeer: true,
    });
    const server = await accepted;
    await server.ready;
    server.export('/s', { handleCall: () => ({ signature: 's', body: ['server'] }) });
    client.export('/c', { handleCall: () => ({ signature: 's', body: ['client'] }) });
    assert.deepEqual((await client.call({ path: '/s', member: 'Who' })).body, ['server']);
    assert.deepEqual((await server.call({ path: '/c', member: 'Who' })).body, ['client']);
    const peer = { path: '/', interface: 'org.freedesktop.DBus.Peer', member: 'GetMachineId' };
    for (const side of [client, server]) {
      const id = await side.call(peer).then(
        ({ body }) => body[0],
        () => undefined,
      );
      assert.equal(id, readMachineId());
    }
    await server.close();
    await client.closed;
    assert.equal(client.endReason?.code, 'disconnected');
  });
});

test('two programs without a bus: step by step', async () => {
  await withSocket(OPTIONS, async (socketPath, accepted) => {
    const address = `unix:path=${socketPath}`;
    await using client = await connect({ address, peerToPeer: true, stepwise: true });
    await (await accepted).ready;
    await client.call({ path: '/', interface: 'org.freedesktop.DBus.Peer', member: 'Ping' });
  });
});

test('accepting: a client that does not authenticate', async () => {
  await withSocket(OPTIONS, async (socketPath, accepted) => {
    const socket = netConnect(socketPath);
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\n\r\n');
    const gone = once(socket, 'close');
    socket.resume();
    await rejectsCode((await accepted).ready, 'auth-rejected');
    await gone;
  });
});

test('accepting: what comes in one piece with BEGIN is taken, and everything is over at close', async () => {
  await withSocket(OPTIONS, async (socketPath, accepted) => {
    const socket = netConnect(socketPath);
    const peer = { path: '/', interface: 'org.freedesktop.DBus.Peer' };
    const call = { type: 'method_call', serial: 7, member: 'Ping', ...peer } as const;
    const opening = new TextEncoder().encode('\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n');
    socket.write(Uint8Array.of(...opening, ...encodeMessage(call)));
    const answers = ['DATA', `OK ${OPTIONS.guid}`, ''].join('\r\n');
    let said: Uint8Array = new Uint8Array(0);
    // A reply without values: a header of 24 bytes.
    while (said.length < answers.length + 24) {
      const [chunk] = await once(socket, 'data');
      said = joinBytes([said, chunk]);
    }
    assert.equal(new TextDecoder().decode(said.subarray(0, answers.length)), answers);
    const reply = decodeMessage(said.subarray(answers.length));
    assert.deepEqual([reply.type, reply.replySerial], ['method_return', 7]);
    socket.destroy();
    const server = await accepted;
    await server.closed;
    assert.equal(server.endReason?.code, 'disconnected');
  });
});

// @rule connection/option-names
test('accepting: an option that there is not is refused', () => {
  const misspelt = { ...OPTIONS, maxMessageByte: 4_096 };
  assert.throws(
    () => acceptConnection(new Socket(), misspelt),
    /^TypeError: options: expected guid, .*maxMessageBytes.*, got "maxMessageByte"$/,
  );
});

test('accepting: a client that hangs up, and one that says nothing', async () => {
  await withSocket(OPTIONS, async (socketPath, accepted) => {
    const socket = netConnect(socketPath);
    const server = await accepted;
    socket.destroy();
    await rejectsCode(server.ready, 'auth-rejected');
  });
  await withSocket({ ...OPTIONS, timeoutMs: 20 }, async (socketPath, accepted) => {
    const socket = netConnect(socketPath);
    socket.on('error', () => {});
    const gone = once(socket, 'close');
    socket.resume();
    await rejectsCode((await accepted).ready, 'deadline');
    await gone;
  });
});

const cannotSwitch = noEffectiveUser();
if (cannotSwitch !== undefined) test.skip('who another effective user is said to be', cannotSwitch);
else {
  // @rule sasl/external-identity-over-tcp
  test('a client says that it is the user whom it acts as, as its socket does', async () => {
    const settings = { ...OPTIONS, mechanisms: [externalMechanism(OTHER_USER)] };
    // What is loaded when it is wanted, the other user may not be able to read here.
    await import('../../src/io/auth-attempts.ts');
    await import('../../src/transport/other-target.ts');
    await withSocket(settings, async (socketPath) => {
      chmodSync(path.dirname(socketPath), 0o755);
      const server = createServer((socket) => acceptConnection(socket, settings));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address: AddressInfo | string | null = server.address();
      assert.ok(address !== null && typeof address === 'object');
      try {
        await asOtherUser(socketPath, async () => {
          for (const where of [
            `tcp:host=127.0.0.1,port=${address.port},family=ipv4`,
            `unix:path=${socketPath}`,
          ]) {
            await using client = await connect({
              address: where,
              peerToPeer: true,
              stepwise: true,
            });
            assert.equal(client.endReason, undefined);
          }
        });
      } finally {
        server.close();
      }
    });
  });
}
