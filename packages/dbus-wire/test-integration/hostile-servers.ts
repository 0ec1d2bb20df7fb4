/**
 * Servers that write raw bytes of their own choosing. Whatever they do: connecting and calling
 * settle with the right code, memory stays bounded, and nothing escapes as an uncaught error.
 */
import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  type HostileConnection,
  type HostileScript,
  startHostileServer,
} from '../../../test-fixtures/src/hostile/raw-server.ts';
import { encodeMessage } from '../src/codec/encode-message.ts';
import type { MessageInit } from '../src/codec/message.ts';
import { connect } from '../src/io/connect.ts';
import { type ConnectionOptions, openConnection } from '../src/io/open-connection.ts';
import { asciiBytes, encodeHex } from '../src/sasl/hex.ts';
import { rejectsCode } from '../test/support/expect-error.ts';

const BUS = 'org.freedesktop.DBus';
const OK = `DATA\r\nOK ${'0'.repeat(32)}\r\n`;
const CALL = { destination: ':1.5', path: '/x', interface: 'a.b', member: 'M' } as const;

function bytesOf(message: Partial<MessageInit>): Uint8Array {
  return encodeMessage({ type: 'method_return', serial: 1, ...message });
}

const HELLO_REPLY = bytesOf({ replySerial: 1, sender: BUS, signature: 's', body: [':1.1'] });

/** Accepts the client and names it. */
async function welcome(connection: HostileConnection): Promise<void> {
  await connection.heard('BEGIN\r\n');
  await connection.write(OK);
  await connection.write(HELLO_REPLY);
}

/** A server that never gets as far as naming us. */
const BEFORE_READY: Readonly<
  Record<string, { script: HostileScript; code: string; options?: ConnectionOptions }>
> = {
  'hangs up at once': { script: (c) => c.cut(), code: 'auth-rejected' },
  'ends politely at once': { script: (c) => c.end(), code: 'auth-rejected' },
  'speaks HTTP': {
    script: async (c) => c.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
    code: 'deadline',
    options: { timeoutMs: 200 },
  },
  'sends binary for lines': {
    script: async (c) => c.write(`${'\xff\0\x01'.repeat(99)}\r\n`),
    code: 'auth-rejected',
  },
  'sends a line without end': {
    script: async (c) => {
      for (;;) await c.write('A'.repeat(4096));
    },
    code: 'auth-rejected',
  },
  'says nothing': { script: () => {}, code: 'deadline', options: { timeoutMs: 100 } },
  'says half of everything': {
    script: async (c) => c.write('DATA\r\nOK 0000'),
    code: 'deadline',
    options: { timeoutMs: 100 },
  },
  'rejects for ever': {
    script: async (c) => {
      for (;;) await c.write('REJECTED EXTERNAL DBUS_COOKIE_SHA1 ANONYMOUS\r\n');
    },
    code: 'auth-rejected',
  },
  'offers only what we do not do': {
    script: async (c) => c.write('REJECTED KERBEROS_V4 SKEY\r\n'),
    code: 'auth-rejected',
  },
  'sends an OK that is none': {
    script: async (c) => c.write('OK not-a-guid\r\n'),
    code: 'auth-rejected',
  },
  'answers Hello with nonsense': {
    script: async (c) => {
      await c.heard('BEGIN\r\n');
      await c.write(`${OK}this is no message at all`);
    },
    code: 'protocol',
  },
  'accepts and hangs up': {
    script: async (c) => {
      await c.heard('BEGIN\r\n');
      await c.write(OK);
      c.end();
    },
    code: 'hello-failed',
  },
  'accepts and says nothing': {
    script: async (c) => {
      await c.heard('BEGIN\r\n');
      await c.write(OK);
    },
    code: 'deadline',
    options: { timeoutMs: 100 },
  },
  "names us in somebody else's name": {
    script: async (c) => {
      await c.heard('BEGIN\r\n');
      await c.write(OK);
      await c.write(bytesOf({ replySerial: 1, sender: ':1.0', signature: 's', body: [':1.1'] }));
    },
    code: 'deadline',
    options: { timeoutMs: 100 },
  },
  'gives us a number for a name': {
    script: async (c) => {
      await c.heard('BEGIN\r\n');
      await c.write(OK);
      await c.write(bytesOf({ replySerial: 1, sender: BUS, signature: 'u', body: [7] }));
    },
    code: 'protocol',
  },
  'asks for more than the answer to EXTERNAL': {
    script: async (c) => {
      for (;;) await c.write('DATA 00\r\n');
    },
    code: 'auth-rejected',
    // It is left because it asks, not because time is up.
    options: { timeoutMs: Number.POSITIVE_INFINITY },
  },
  'asks a cookie question that names a file elsewhere': {
    script: async (c) => {
      await c.write('REJECTED DBUS_COOKIE_SHA1\r\n');
      await c.heard('AUTH DBUS_COOKIE_SHA1');
      await c.write(`DATA ${encodeHex(asciiBytes('../../etc/passwd 1 00'))}\r\n`);
      await c.heard('CANCEL\r\n');
      await c.write('REJECTED DBUS_COOKIE_SHA1\r\n');
    },
    code: 'auth-rejected',
  },
};

for (const [title, { script, code, options = {} }] of Object.entries(BEFORE_READY)) {
  test(`a server that ${title}`, async () => {
    await using server = await startHostileServer(script);
    const call = openConnection({ address: server.address, timeoutMs: 5_000, ...options });
    const reply = call.call(CALL);
    const error = await rejectsCode(call.ready, code);
    assert.equal(await rejectsCode(reply, code), error);
    await call.closed;
    // Once ahead and once step by step, never for ever.
    assert.ok(server.connections <= 2, `${server.connections} connections`);
  });
}

/** Bytes that end an open connection. */
const NONSENSE: Readonly<Record<string, string | Uint8Array>> = {
  text: 'ERROR "Not currently in an auth conversation"\r\n',
  'an unknown byte order': bytesOf({ replySerial: 2 }).fill(0x78, 0, 1),
  'a wrong version': bytesOf({ replySerial: 2 }).fill(2, 3, 4),
  'a message of type 0': bytesOf({ replySerial: 2 }).fill(0, 1, 2),
  'a serial of 0': bytesOf({ replySerial: 2 }).fill(0, 8, 12),
  'a body of 4 GB': bytesOf({ replySerial: 2 }).fill(0xff, 4, 8),
  'a header of 4 GB': bytesOf({ replySerial: 2 }).fill(0xff, 12, 16),
};

for (const [title, nonsense] of Object.entries(NONSENSE)) {
  test(`an open connection that gets ${title}`, async () => {
    await using server = await startHostileServer(async (c) => {
      await welcome(c);
      await c.heard('a.b');
      await c.write(nonsense);
    });
    await using connection = await connect({ address: server.address });
    const error = await rejectsCode(connection.call(CALL), 'protocol');
    assert.ok(error.cause instanceof Error && error.cause.name === 'WireError');
    await connection.closed;
  });
}

test('a message that is announced large and never comes costs nothing', async () => {
  const announced = bytesOf({ replySerial: 2, sender: ':1.5' });
  // 100 MB of body, of which not one byte follows.
  new DataView(announced.buffer, announced.byteOffset).setUint32(4, 100_000_000, true);
  await using server = await startHostileServer(async (c) => {
    await welcome(c);
    await c.heard('a.b');
    await c.write(announced);
  });
  await using connection = await connect({ address: server.address });
  const before = process.memoryUsage().arrayBuffers;
  await rejectsCode(connection.call({ ...CALL, timeoutMs: 100 }), 'deadline');
  assert.ok(process.memoryUsage().arrayBuffers - before < 10_000_000);
});

test('a message larger than we take ends the connection before it comes', async () => {
  await using server = await startHostileServer(async (c) => {
    await welcome(c);
    await c.heard('a.b');
    await c.write(
      bytesOf({ replySerial: 2, sender: ':1.5', signature: 'ay', body: [new Uint8Array(5_000)] }),
    );
  });
  await using connection = await connect({ address: server.address, maxMessageBytes: 4_096 });
  await rejectsCode(connection.call(CALL), 'protocol');
});

test('a flood of signals fills no more than its queue, and replies come through', async () => {
  const signal = bytesOf({
    type: 'signal',
    sender: ':1.5',
    path: '/x',
    interface: 'a.b',
    member: 'S',
    signature: 's',
    body: ['x'.repeat(100)],
  });
  const flood = new Uint8Array(signal.length * 1_000);
  for (let index = 0; index < 1_000; index++) flood.set(signal, index * signal.length);
  await using server = await startHostileServer(async (c) => {
    await welcome(c);
    await c.heard('Listen');
    for (let round = 0; round < 50; round++) await c.write(flood);
    // Serials: Hello 1, AddMatch 2, the call 3.
    await c.write(bytesOf({ replySerial: 3, sender: ':1.5' }));
  });
  await using connection = await connect({ address: server.address });
  const stream = connection.signals({ sender: ':1.5' }, { queueLimit: 16 });
  await connection.call({ ...CALL, member: 'Listen' });
  assert.equal(stream.dropped, 50_000 - 16);
});

test('a flood of replies nobody asked for is counted and dropped', async () => {
  const reply = bytesOf({ replySerial: 77, sender: ':1.5' });
  const flood = new Uint8Array(reply.length * 1_000);
  for (let index = 0; index < 1_000; index++) flood.set(reply, index * reply.length);
  await using server = await startHostileServer(async (c) => {
    await welcome(c);
    await c.heard('a.b');
    for (let round = 0; round < 20; round++) await c.write(flood);
    await c.write(bytesOf({ replySerial: 2, sender: ':1.5' }));
  });
  await using connection = await connect({ address: server.address });
  await connection.call(CALL);
  assert.equal(connection.ignoredReplies, 20_000);
});

test('a server that stops reading shows as back-pressure, and closing still ends', async () => {
  await using server = await startHostileServer(async (c) => {
    await welcome(c);
    c.pause();
  });
  const connection = await connect({ address: server.address });
  const large = new Uint8Array(1 << 20);
  for (let count = 0; count < 4; count++) {
    void connection.call({ ...CALL, signature: 'ay', body: [large], noReply: true });
  }
  let isDrained = false;
  const drained = connection.drained().then(() => {
    isDrained = true;
  });
  assert.ok(connection.queuedBytes > 1 << 20);
  const closed = connection.close();
  assert.equal(isDrained, false);
  await closed;
  // Who waited for it learns that the wait is over.
  await drained;
});

test('byte by byte everything works as in one piece', async () => {
  await using server = await startHostileServer(async (c) => {
    await c.heard('BEGIN\r\n');
    for (const character of OK) await c.write(character);
    for (const byte of HELLO_REPLY) await c.write(Uint8Array.of(byte));
    await c.heard('a.b');
    for (const byte of bytesOf({ replySerial: 2, sender: ':1.5' })) {
      await c.write(Uint8Array.of(byte));
    }
  });
  await using connection = await connect({ address: server.address });
  await connection.call(CALL);
});

for (const error of ['', 'ERROR\r\n', 'ERROR "no DATA is expected here"\r\n']) {
  test(`a server that accepts EXTERNAL unasked and says ${JSON.stringify(error)} to the rest`, async () => {
    await using server = await startHostileServer(async (c) => {
      await c.heard('BEGIN\r\n');
      await c.write(`OK ${'0'.repeat(32)}\r\n${error}`);
      await c.write(HELLO_REPLY);
    });
    // Without a deadline: it has to be enough that the server accepted.
    const timeoutMs = Number.POSITIVE_INFINITY;
    await using connection = await connect({ address: server.address, timeoutMs });
    assert.equal(connection.uniqueName, ':1.1');
    assert.equal(server.connections, 1);
    await using peer = await connect({ address: server.address, timeoutMs, peerToPeer: true });
    assert.equal(peer.uniqueName, undefined);
  });
}
