import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect as netConnect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import type { Connection } from '../../src/connection/connection.ts';
import { type AcceptOptions, acceptConnection } from '../../src/io/accept-connection.ts';
import { connect } from '../../src/io/connect.ts';
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
    await rejectsCode((await accepted).ready, 'auth-rejected');
    socket.destroy();
  });
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
    await rejectsCode((await accepted).ready, 'deadline');
    socket.destroy();
  });
});
