import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { openSocket, SocketTransport } from '../../src/io/net-transport.ts';
import type { TransportTarget } from '../../src/transport/transport-target.ts';

const NO_SIGNAL = new AbortController().signal;

interface Listener {
  readonly server: Server;
  readonly folder: string;
  readonly accepted: Promise<Socket>;
}

async function withServer(
  listenOn: (folder: string) => string | number,
  body: (listener: Listener) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'transport-'));
  const server = createServer();
  const accepted = new Promise<Socket>((resolve) => {
    server.once('connection', (socket: Socket) => {
      // Our side is often destroyed with bytes unread, which reaches the other as a reset.
      socket.on('error', () => {});
      resolve(socket);
    });
  });
  const where = listenOn(folder);
  await new Promise<void>((resolve) => {
    if (typeof where === 'number') server.listen(where, '127.0.0.1', resolve);
    else server.listen(where, resolve);
  });
  try {
    await body({ server, folder, accepted });
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
}

/** Collects what a socket receives until it ends. */
function readAll(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.on('data', (chunk: Uint8Array) => {
      text += new TextDecoder().decode(chunk);
    });
    socket.once('end', () => resolve(text));
  });
}

const inFolder = (folder: string): string => path.join(folder, 's');

test('sockets: bytes both ways over a path, the end after what was queued', async () => {
  await withServer(inFolder, async ({ folder, accepted }) => {
    const target: TransportTarget = { kind: 'unix', path: inFolder(folder) };
    const transport = await openSocket(target, NO_SIGNAL);
    const received: string[] = [];
    const closed = new Promise((resolve) => {
      transport.start({
        received: (chunk) => received.push(new TextDecoder().decode(chunk)),
        drained: () => {},
        closed: resolve,
      });
    });
    const peer = await accepted;
    const heard = readAll(peer);
    transport.write([new TextEncoder().encode('a'), new TextEncoder().encode('b')]);
    await new Promise<void>((resolve) => peer.write('answer', () => resolve()));
    peer.once('end', () => peer.end());
    transport.write([new TextEncoder().encode('c')]);
    transport.end();
    assert.equal(await heard, 'abc');
    assert.equal(await closed, undefined);
    assert.equal(transport.queuedBytes, 0);
  });
});

test('sockets: more than one read, and what came before anybody listened', async () => {
  await withServer(inFolder, async ({ folder, accepted }) => {
    const transport = await openSocket({ kind: 'unix', path: inFolder(folder) }, NO_SIGNAL);
    const peer = await accepted;
    const sent = Uint8Array.from({ length: 200_000 }, (_, i) => i * 7);
    await new Promise<void>((resolve) => peer.write(sent.subarray(0, 5), () => resolve()));
    await new Promise((resolve) => setImmediate(resolve));
    peer.end(sent.subarray(5));
    const received: number[] = [];
    await new Promise<unknown>((closed) => {
      transport.start({ received: (chunk) => received.push(...chunk), drained: () => {}, closed });
    });
    assert.deepEqual(Uint8Array.from(received), sent);
  });
});

test('sockets: what is paused reads nothing, and everything once it is not', async () => {
  await withServer(inFolder, async ({ folder, accepted }) => {
    const transport = await openSocket({ kind: 'unix', path: inFolder(folder) }, NO_SIGNAL);
    let received = 0;
    const closed = new Promise<unknown>((resolve) => {
      transport.start({
        received: (chunk) => {
          received += chunk.length;
        },
        drained: () => {},
        closed: resolve,
      });
    });
    // At once after it was started, and let go in between: neither counts.
    for (const isPaused of [true, false, true]) transport.pause(isPaused);
    const peer = await accepted;
    const [filled, sent] = [new Uint8Array(10), new Uint8Array(8_000_000)];
    await new Promise<void>((resolve) => peer.write(filled, () => resolve()));
    peer.end(sent);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(received, 0);
    assert.ok(peer.writableLength > 0);
    transport.pause(false);
    await closed;
    assert.equal(received, filled.length + sent.length);
  });
});

test('sockets: TCP', async () => {
  await withServer(
    () => 0,
    async ({ server, accepted }) => {
      const address: AddressInfo | string | null = server.address();
      assert.ok(address !== null && typeof address === 'object');
      const target: TransportTarget = {
        kind: 'tcp',
        host: 'localhost',
        port: address.port,
        family: 4,
      };
      const transport = await openSocket(target, NO_SIGNAL);
      const closed = new Promise((resolve) => {
        transport.start({ received: () => {}, drained: () => {}, closed: resolve });
      });
      transport.unref();
      transport.ref();
      const peer = await accepted;
      peer.on('error', () => {});
      transport.destroy();
      assert.equal(await closed, undefined);
      peer.destroy();
    },
  );
});

test('sockets: the other side hanging up ends the transport', async () => {
  await withServer(inFolder, async ({ folder, accepted }) => {
    const transport = await openSocket({ kind: 'unix', path: inFolder(folder) }, NO_SIGNAL);
    const peer = await accepted;
    const closed = new Promise<void>((resolve) => {
      transport.start({ received: () => {}, drained: () => {}, closed: () => resolve() });
    });
    peer.end();
    await closed;
  });
});

test('sockets: what broke a connection is told with its end', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'transport-'));
  // Nothing is read: a socket that is closed with bytes unread resets the connection.
  const server = createServer({ pauseOnConnect: true });
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(inFolder(folder), resolve));
  try {
    const transport = await openSocket({ kind: 'unix', path: inFolder(folder) }, NO_SIGNAL);
    const closed = new Promise((resolve) => {
      transport.start({ received: () => {}, drained: () => {}, closed: resolve });
    });
    const peer = await accepted;
    await new Promise((resolve) => transport.write([Uint8Array.of(1)], resolve));
    peer.destroy();
    const error = await closed;
    assert.ok(error instanceof Error && 'code' in error);
    assert.match(String(error.code), /^(?:ECONNRESET|EPIPE)$/u);
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});

test('sockets: an end before anybody listens for it is told all the same', async () => {
  await withServer(inFolder, async ({ folder, accepted }) => {
    const transport = await openSocket({ kind: 'unix', path: inFolder(folder) }, NO_SIGNAL);
    (await accepted).destroy();
    transport.destroy();
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    await new Promise<void>((resolve) => {
      transport.start({ received: () => {}, drained: () => {}, closed: () => resolve() });
    });
  });
});

test('sockets: one that is not there, and one given up', async () => {
  const missing: TransportTarget = { kind: 'unix', path: '/nonexistent/socket' };
  await assert.rejects(openSocket(missing, NO_SIGNAL), { code: 'ENOENT' });
  const reason = new Error('enough');
  await assert.rejects(openSocket(missing, AbortSignal.abort(reason)), reason);
});

test('sockets: given up while it is opened it is closed, and once it is open nothing gives it up', async () => {
  const reason = new Error('enough');
  await withServer(inFolder, async ({ folder, server }) => {
    const controller = new AbortController();
    const ends: Promise<void>[] = [];
    const heard = new Promise<void>((resolve) => {
      server.on('connection', (socket) => {
        socket.once('data', () => resolve());
        ends.push(new Promise((closed) => socket.once('close', () => closed())));
      });
    });
    const target: TransportTarget = { kind: 'unix', path: inFolder(folder) };
    const opening = openSocket(target, controller.signal);
    controller.abort(reason);
    await assert.rejects(opening, reason);
    // One that is accepted later: the other has been by then, if it was connected at all.
    const next = await openSocket(target, NO_SIGNAL);
    next.start({ received: () => {}, drained: () => {}, closed: () => {} });
    next.write([Uint8Array.of(1)]);
    await heard;
    next.destroy();
    await Promise.all(ends);
  });
  await withServer(inFolder, async ({ folder, accepted }) => {
    const controller = new AbortController();
    const target: TransportTarget = { kind: 'unix', path: inFolder(folder) };
    const transport = await openSocket(target, controller.signal);
    controller.abort(reason);
    const heard = readAll(await accepted);
    transport.start({ received: () => {}, drained: () => {}, closed: () => {} });
    transport.write([Uint8Array.of(0x61)]);
    transport.end();
    assert.equal(await heard, 'a');
  });
});

test('sockets: several chunks leave although nothing follows, and what is taken is told', async () => {
  await withServer(inFolder, async ({ folder, accepted }) => {
    const transport = await openSocket({ kind: 'unix', path: inFolder(folder) }, NO_SIGNAL);
    transport.start({ received: () => {}, drained: () => {}, closed: () => {} });
    const peer = await accepted;
    let heard = 0;
    const all = new Promise<void>((resolve) => {
      peer.on('data', ({ length }: Uint8Array) => {
        heard += length;
        if (heard === 3) resolve();
      });
    });
    assert.equal(transport.write([Uint8Array.of(1), Uint8Array.of(2)]), true);
    assert.equal(
      transport.write([Uint8Array.of(3)], () => {}),
      true,
    );
    await all;
    peer.pause();
    const large = new Uint8Array(8_000_000);
    assert.equal(transport.write([large]), false);
    assert.equal(
      transport.write([large], () => {}),
      false,
    );
    transport.destroy();
    peer.destroy();
  });
});

test('sockets: the last word of the other side is the end, whatever waits to be written', async () => {
  await withServer(inFolder, async ({ folder, accepted }) => {
    const transport = await openSocket({ kind: 'unix', path: inFolder(folder) }, NO_SIGNAL);
    const closed = new Promise<void>((resolve) => {
      transport.start({ received: () => {}, drained: () => {}, closed: () => resolve() });
    });
    const peer = await accepted;
    peer.pause();
    transport.write([new Uint8Array(8_000_000)]);
    assert.ok(transport.queuedBytes > 0);
    peer.end();
    await closed;
    peer.destroy();
  });
});

test('sockets: whether it keeps the process alive is passed on until it is gone', () => {
  const calls: string[] = [];
  const socket = new Socket();
  socket.ref = () => {
    calls.push('ref');
    return socket;
  };
  socket.unref = () => {
    calls.push('unref');
    return socket;
  };
  const transport = new SocketTransport(socket);
  transport.unref();
  transport.ref();
  transport.destroy();
  transport.unref();
  transport.ref();
  assert.deepEqual(calls, ['unref', 'ref']);
});

// Node looks for answers without sleeping while an immediate is due; counted are those.
const AWAKE =
  'sockets: who asks again and again stays awake for the answer, one immediate at a time';

async function staysAwake(): Promise<void> {
  await withServer(inFolder, async ({ folder, accepted }) => {
    const transport = await openSocket({ kind: 'unix', path: inFolder(folder) }, NO_SIGNAL);
    const peer = await accepted;
    let answered = (): void => {};
    transport.start({ received: () => answered(), drained: () => {}, closed: () => {} });
    let due = 0;
    let most = 0;
    let all = 0;
    const original = globalThis.setImmediate;
    const counted = (callback: () => void): NodeJS.Immediate => {
      due += 1;
      all += 1;
      most = Math.max(most, due);
      return original(() => {
        due -= 1;
        callback();
      });
    };
    globalThis.setImmediate = Object.assign(counted, { __promisify__: original.__promisify__ });
    try {
      const ask = async (count: number): Promise<void> => {
        for (let i = 0; i < count; i += 1) {
          await new Promise<void>((resolve) => {
            answered = resolve;
            transport.write([Uint8Array.of(1)]);
            // Turns of this process pass before it answers, as those of another would.
            let turns = 10;
            const answer = (): unknown => (--turns > 0 ? original(answer) : peer.write('a'));
            answer();
          });
        }
      };
      await ask(63);
      assert.equal(all, 0);
      await ask(100);
      assert.ok(all >= 500, `${all}`);
      assert.equal(most, 1);
      // Nobody answers any more: it goes to sleep.
      transport.write([Uint8Array.of(1)]);
      const before = all;
      while (due > 0) await new Promise((resolve) => original(resolve));
      assert.ok(all - before <= 64, `${all - before}`);
    } finally {
      globalThis.setImmediate = original;
    }
    transport.destroy();
    peer.destroy();
  });
}

if ('Deno' in globalThis) test.skip(AWAKE, 'Deno: not done there');
else test(AWAKE, staysAwake);

test('sockets: back-pressure is reported, and its end', async () => {
  await withServer(inFolder, async ({ folder, accepted }) => {
    const transport = await openSocket({ kind: 'unix', path: inFolder(folder) }, NO_SIGNAL);
    const peer = await accepted;
    peer.pause();
    const drained = new Promise<void>((resolve) => {
      transport.start({ received: () => {}, drained: resolve, closed: () => {} });
    });
    const chunk = new Uint8Array(1 << 20);
    while (transport.write([chunk]));
    assert.ok(transport.queuedBytes > 0);
    peer.resume();
    await drained;
    transport.destroy();
    peer.destroy();
  });
});

test('sockets: a chunk is released when the system has taken it, and when it never will', async () => {
  await withServer(inFolder, async ({ folder, accepted }) => {
    const target: TransportTarget = { kind: 'unix', path: inFolder(folder) };
    const transport = await openSocket(target, NO_SIGNAL);
    const closed = new Promise((resolve) => {
      transport.start({ received: () => {}, drained: () => {}, closed: resolve });
    });
    const peer = await accepted;
    const small = Uint8Array.of(1);
    await new Promise((resolve) => {
      transport.write([small], resolve);
    });
    // More than the kernel keeps, to a peer that does not read.
    const large = [new Uint8Array(4_000_000), new Uint8Array(4_000_000)];
    const released: Uint8Array[] = [];
    peer.pause();
    transport.write(large, (chunk) => released.push(chunk));
    assert.deepEqual(released, []);
    transport.destroy();
    await closed;
    assert.deepEqual(released, large);
    peer.destroy();
  });
});

test('sockets: what was read is wiped once it was taken in', async () => {
  await withServer(inFolder, async ({ folder, accepted }) => {
    const target: TransportTarget = { kind: 'unix', path: inFolder(folder) };
    const transport = await openSocket(target, NO_SIGNAL);
    const peer = await accepted;
    const lent = await new Promise<Uint8Array>((resolve) => {
      transport.start({ received: resolve, drained: () => {}, closed: () => {} });
      peer.write('secret');
    });
    assert.deepEqual([...lent], [0, 0, 0, 0, 0, 0]);
    transport.destroy();
    peer.destroy();
  });
});

test('sockets: what is wiped when it is released has been sent as it was', async () => {
  await withServer(inFolder, async ({ folder, accepted }) => {
    const target: TransportTarget = { kind: 'unix', path: inFolder(folder) };
    const transport = await openSocket(target, NO_SIGNAL);
    transport.start({ received: () => {}, drained: () => {}, closed: () => {} });
    const peer = await accepted;
    let length = 0;
    let sum = 0;
    peer.on('data', (chunk: Uint8Array) => {
      length += chunk.length;
      for (const byte of chunk) sum += byte;
    });
    const ended = new Promise((resolve) => peer.once('end', resolve));
    const sizes = [1, 10, 100_000, 3, 3_000_000, 5, 300_000, 1];
    for (const size of sizes) {
      transport.write([new Uint8Array(size).fill(1), Uint8Array.of(1)], (chunk) => chunk.fill(0));
    }
    transport.end();
    await ended;
    const total = sizes.reduce((all, size) => all + size + 1, 0);
    assert.deepEqual({ length, sum }, { length: total, sum: total });
    peer.destroy();
  });
});
