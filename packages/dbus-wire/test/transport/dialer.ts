import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isConnectionError } from '../../src/connection-error.ts';
import type { AuthAttempt } from '../../src/sasl/client.ts';
import { ClientHandshake } from '../../src/sasl/client-handshake.ts';
import { ServerHandshake } from '../../src/sasl/server-handshake.ts';
import { externalMechanism } from '../../src/sasl/server-mechanisms.ts';
import { parseAddress } from '../../src/transport/address.ts';
import { type DialerOptions, dialAddresses, type Wiring } from '../../src/transport/dialer.ts';
import { Outbox } from '../../src/transport/outbox.ts';
import type { Transport } from '../../src/transport/transport.ts';
import { rejectsCode } from '../support/expect-error.ts';
import { settle } from '../support/scripted-bus.ts';
import { ScriptedTransport } from '../support/scripted-transport.ts';

const GUID = '0123456789abcdef0123456789abcdef';
const MESSAGE = Uint8Array.of(0x6c, 1, 2, 3);

const silent: AuthAttempt = {
  mechanism: 'EXTERNAL',
  initialResponse: undefined,
  respond: () => new Uint8Array(0),
};
const named: AuthAttempt = { ...silent, initialResponse: Uint8Array.of(0x30) };

/** What each connection of a test does with what is written to it. */
type Behaviour = (bytes: Uint8Array, transport: ScriptedTransport) => void;

/** A server as it should be; what follows BEGIN is noted in `received`. */
function server(received: Uint8Array[]): Behaviour {
  let handshake: ServerHandshake | undefined;
  return (bytes, transport) => {
    if (handshake === undefined) {
      handshake = new ServerHandshake(
        { guid: GUID, mechanisms: [externalMechanism(0)] },
        {
          send: (answer) => queueMicrotask(() => transport.receive(answer)),
          failed: () => assert.fail('a client that does as it should'),
          accepted: (_identity, rest) => received.push(rest.slice()),
        },
      );
    }
    handshake.feed(bytes);
  };
}

function start(
  address: string,
  behaviours: readonly (Behaviour | Error)[],
  options: Partial<DialerOptions> = {},
) {
  const transports: ScriptedTransport[] = [];
  const outbox = new Outbox();
  const accepted: Transport[] = [];
  const received: Uint8Array[] = [];
  const ends: (Error | undefined)[] = [];
  const wiring: Wiring = {
    outbox,
    accepted: (transport) => accepted.push(transport),
    received: (chunk) => received.push(chunk.slice()),
    drained: () => outbox.drained(),
    closed: (error) => ends.push(error),
  };
  const controller = new AbortController();
  const dial = dialAddresses({
    entries: () => parseAddress(address),
    open: async () => {
      const behaviour = behaviours[transports.length];
      if (behaviour === undefined) assert.fail('more connections than expected');
      if (behaviour instanceof Error) {
        transports.push(new ScriptedTransport());
        throw behaviour;
      }
      const transport = new ScriptedTransport(behaviour);
      transports.push(transport);
      return transport;
    },
    sendsAhead: () => true,
    stepwise: async () => (handlers) => new ClientHandshake([named, silent], handlers),
    ...options,
  });
  const frame = MESSAGE.slice();
  outbox.push(frame);
  const done = dial(wiring, controller.signal);
  done.catch(() => {});
  return { transports, outbox, frame, accepted, received, ends, controller, done };
}

const answer =
  (text: string): Behaviour =>
  (_bytes, transport) =>
    queueMicrotask(() => transport.receive(new TextEncoder().encode(text)));

function failure(code: string): Error {
  return Object.assign(new Error(`connect ${code} /x`), { code });
}

test('dialling: over a path everything leaves in one write', async () => {
  const got: Uint8Array[] = [];
  const { transports, accepted, outbox, frame, controller, done } = start('unix:path=/a', [
    server(got),
  ]);
  await done;
  assert.deepEqual(frame, new Uint8Array(MESSAGE.length), 'it is not needed any more');
  assert.equal(transports[0]?.writes.length, 1);
  assert.equal(
    new TextDecoder().decode(transports[0]?.writes[0]?.subarray(0, 30)),
    '\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\nl',
  );
  assert.deepEqual(got, [MESSAGE]);
  assert.equal(accepted.length, 1);
  // Accepted: what was written is not written again.
  outbox.push(Uint8Array.of(9));
  await settle();
  assert.deepEqual(transports[0]?.writes.slice(1), [Uint8Array.of(9)]);
  // Nor is there anything left to be given up.
  controller.abort();
  assert.equal(transports[0]?.isDestroyed, false);
});

test('dialling: step by step when told so, and over TCP', async () => {
  for (const { address, options } of [
    { address: 'unix:path=/a', options: { sendsAhead: () => false } },
    { address: 'tcp:host=h,port=1', options: {} },
  ]) {
    const got: Uint8Array[] = [];
    const { transports, done } = start(address, [server(got)], options);
    await done;
    const writes = transports[0]?.writes.map((bytes) => new TextDecoder().decode(bytes));
    assert.deepEqual(writes, ['\0AUTH EXTERNAL 30\r\n', 'BEGIN\r\nl\x01\x02\x03']);
    assert.deepEqual(got, [MESSAGE]);
  }
  const got: Uint8Array[] = [];
  const asked = start('tcp:host=h,port=1', [server(got)], {
    stepwise: async () => (handlers) => new ClientHandshake([silent], handlers),
  });
  await asked.done;
  const writes = asked.transports[0]?.writes.map((bytes) => new TextDecoder().decode(bytes));
  assert.deepEqual(writes, ['\0AUTH EXTERNAL\r\n', 'DATA\r\n', 'BEGIN\r\nl\x01\x02\x03']);
});

test('dialling: what a refused connection still says or does is of no interest', async () => {
  const got: Uint8Array[] = [];
  const refusing: Behaviour = (_bytes, transport) => {
    // As with a real socket, its end is told later.
    transport.destroy = () => {
      transport.isDestroyed = true;
    };
    queueMicrotask(() => transport.receive(new TextEncoder().encode('REJECTED\r\n')));
  };
  const { transports, outbox, received, ends, done } = start(
    'unix:path=/a',
    [refusing, server(got)],
    {
      stepwise: async () => {
        // Pushed while there is no transport: it waits for the next one.
        outbox.push(Uint8Array.of(8));
        await settle();
        return (handlers) => new ClientHandshake([named], handlers);
      },
    },
  );
  await done;
  assert.deepEqual(got, [Uint8Array.of(...MESSAGE, 8)]);
  transports[0]?.receive(Uint8Array.of(1, 2, 3));
  transports[0]?.hangUp();
  outbox.push(Uint8Array.of(9));
  await settle();
  assert.deepEqual([received.filter(({ length }) => length > 0), ends], [[], []]);
  assert.deepEqual(transports[1]?.writes.at(-1), Uint8Array.of(9));
});

test('dialling: refused when sent ahead, it is tried again step by step on a new connection', async () => {
  const hangUp: Behaviour = (_bytes, transport) => queueMicrotask(() => transport.hangUp());
  for (const first of [answer('REJECTED EXTERNAL\r\n'), answer('ERROR\r\n'), hangUp]) {
    const got: Uint8Array[] = [];
    const { transports, accepted, done } = start('unix:path=/a', [first, server(got)]);
    await done;
    assert.equal(transports.length, 2);
    assert.equal(transports[0]?.isDestroyed, true);
    assert.deepEqual(got, [MESSAGE]);
    assert.equal(accepted.length, 1);
  }
});

// @rule connection/no-replay-after-accept
// @rule sasl/guid-match
test('dialling: a server with another id is not given the calls twice', async () => {
  const address = `unix:path=/a,guid=${'f'.repeat(32)};unix:path=/b`;
  const { transports, done, accepted } = start(address, [answer(`DATA\r\nOK ${GUID}\r\n`)]);
  await rejectsCode(done, 'guid-mismatch');
  assert.equal(transports.length, 1);
  assert.equal(transports[0]?.isDestroyed, true);
  assert.equal(accepted.length, 0);
  const right = start(`unix:path=/a,guid=${GUID.toUpperCase()}`, [server([])]);
  await right.done;
});

test('dialling: what follows the OK line is handed over', async () => {
  const { accepted, done, received, transports, ends } = start('unix:path=/a', [
    answer(`DATA\r\nOK ${GUID}\r\nlxyz`),
  ]);
  await done;
  assert.deepEqual(accepted, transports);
  transports[0]?.receive(Uint8Array.of(5));
  assert.deepEqual(received, [new TextEncoder().encode('lxyz'), Uint8Array.of(5)]);
  transports[0]?.hangUp(failure('ECONNRESET'));
  assert.equal(ends.length, 1);
});

test('dialling: the next address is tried, and an error names them all', async () => {
  const got: Uint8Array[] = [];
  const second = start('unix:path=/a;quic:x=y;unix:path=/b', [failure('ENOENT'), server(got)]);
  await second.done;
  assert.deepEqual(got, [MESSAGE]);

  const none = start('unix:path=/a;tcp:host=h,port=1;disabled:', [
    failure('ENOENT'),
    failure('ECONNREFUSED'),
  ]);
  const error = await rejectsCode(none.done, 'connect-failed');
  for (const part of ['unix:path=/a', 'ENOENT', 'tcp:host=h,port=1', 'ECONNREFUSED', 'disabled:']) {
    assert.ok(error.message.includes(part), error.message);
  }
  assert.ok(isConnectionError(error) && error.advice !== undefined);
});

test('dialling: one kind of failure keeps its code', async () => {
  await rejectsCode(start('disabled:', []).done, 'bus-disabled');
  await rejectsCode(start('unixexec:path=/bin/sh', []).done, 'transport-not-supported');
  await rejectsCode(start('unix', []).done, 'address-invalid');
  const denied = start('unix:path=/a', [failure('EACCES')]);
  const error = await rejectsCode(denied.done, 'connect-failed');
  assert.ok(isConnectionError(error) && error.advice?.includes('another user'));
  // @rule address/abstract-name-length
  const padded = start('unix:abstract=a', [failure('ECONNREFUSED')]);
  const missed = await rejectsCode(padded.done, 'connect-failed');
  assert.ok(isConnectionError(missed) && missed.advice?.includes('abstract'));
  const odd = start('unix:path=/a', [failure('EWHAT')]);
  assert.match((await rejectsCode(odd.done, 'connect-failed')).message, /EWHAT/);
  const refusing = [answer('REJECTED\r\n'), answer('REJECTED ANONYMOUS\r\n')];
  const rejected = await rejectsCode(start('unix:path=/a', refusing).done, 'auth-rejected');
  assert.match(rejected.message, /ANONYMOUS/);
  const hangUp: Behaviour = (_bytes, transport) => queueMicrotask(() => transport.hangUp());
  await rejectsCode(start('unix:path=/a', [hangUp, hangUp]).done, 'auth-rejected');
});

test('dialling: given up, at every stage, it stops', async () => {
  const reason = new Error('enough');
  const early = start('unix:path=/a;unix:path=/b', [failure('ENOENT')]);
  early.controller.abort(reason);
  await assert.rejects(early.done, reason);
  const silentServer = start('unix:path=/a;unix:path=/b', [() => {}]);
  await settle();
  silentServer.controller.abort(reason);
  await assert.rejects(silentServer.done, reason);
  assert.equal(silentServer.transports[0]?.isDestroyed, true);
  assert.equal(silentServer.transports.length, 1);
  const opened = start('unix:path=/a', [() => {}], {
    open: async () => {
      await Promise.resolve();
      opened.controller.abort(reason);
      return new ScriptedTransport();
    },
  });
  await assert.rejects(opened.done, reason);
});
