/** Shows the rows B… of docs/QUIRKS.md with raw bytes, so that no client's habits get in between. */
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { createConnection, type NetConnectOpts } from 'node:net';
import { test } from '../src/harness.ts';
import { type Bus, type BusOptions, bootBus, readStream, requires, run } from '../src/index.ts';

/** `Hello` with serial 1, little-endian, as Python's jeepney writes it. */
const HELLO = Buffer.from(
  [
    '6c01000100000000010000006d000000',
    '01016f00150000002f6f72672f667265656465736b746f702f44427573000000',
    '02017300140000006f72672e667265656465736b746f702e4442757300000000',
    '030173000500000048656c6c6f00000006017300140000006f72672e66726565',
    '6465736b746f702e4442757300000000',
  ].join(''),
  'hex',
);
const BEGIN_AND_HELLO = Buffer.concat([Buffer.from('BEGIN\r\n'), HELLO]);

onBus('B1: over TCP, EXTERNAL without identity ends at Hello', { address: 'tcp' }, async (bus) => {
  const silent = await talk(bus, ['\0AUTH EXTERNAL\r\n', 'DATA\r\n', BEGIN_AND_HELLO]);
  assert.match(silent.toString('latin1'), /^DATA\r\nOK [0-9a-f]{32}\r\n$/u);
  const told = await talk(bus, ['\0AUTH EXTERNAL 30\r\n', 'CANCEL\r\n']);
  assert.match(told.toString('latin1'), /^REJECTED /u);
});

onBus('B2: ANONYMOUS is taken, and ends at Hello', { auth: ['ANONYMOUS'] }, async (bus) => {
  const answer = await talk(bus, ['\0AUTH ANONYMOUS\r\n', BEGIN_AND_HELLO]);
  assert.match(answer.toString('latin1'), /^OK [0-9a-f]{32}\r\n$/u);
});

const BUSES = [
  { implementation: 'dbus-daemon', text: /was not provided by any \.service files/u, serial: 1 },
  { implementation: 'dbus-broker', text: /The name is not activatable/u, serial: 2 ** 32 - 1 },
] as const;

for (const { implementation, text, serial } of BUSES) {
  onBus(`B3: a name nobody owns, ${implementation}`, { implementation }, async (bus) => {
    const { stderr } = await run(
      '/usr/bin/gdbus',
      ['call', '--address', bus.address, '--dest', 'org.keywire.Nobody']
        .concat('--object-path', '/')
        .concat('--method', 'org.keywire.Nobody.Call'),
      bus,
    );
    assert.match(stderr, /org\.freedesktop\.DBus\.Error\.ServiceUnknown/u);
    assert.match(stderr, text);
  });

  onBus(
    `B4, B5: serial and flags of Hello's reply, ${implementation}`,
    { implementation },
    async (bus) => {
      const answer = await talk(bus, ['\0AUTH EXTERNAL\r\n', 'DATA\r\n', BEGIN_AND_HELLO]);
      const [reply] = readStream(answer, 'in').messages;
      assert.equal(reply?.type, 'method_return');
      assert.equal(reply?.serial, serial);
      assert.equal(reply?.flags, 1, 'NO_REPLY_EXPECTED');
    },
  );
}

/**
 * Sends one step after another, each when the one before was answered, and resolves to all that the
 * bus said until it hung up, or until the last step was answered.
 */
async function talk(bus: Bus, steps: readonly (string | Uint8Array)[]): Promise<Buffer> {
  const socket = createConnection(target(bus.address));
  const answers: Uint8Array[] = [];
  const remaining = [...steps];
  const next = (): void => {
    const step = remaining.shift();
    if (step === undefined) socket.destroy();
    else socket.write(step);
  };
  socket.on('data', (chunk: Uint8Array) => {
    answers.push(chunk);
    next();
  });
  const closed = once(socket, 'close');
  next();
  await closed;
  return Buffer.concat(answers);
}

function target(address: string): NetConnectOpts {
  const path = /^unix:path=([^,]+)/u.exec(address)?.[1];
  if (path !== undefined) return { path };
  return { host: '127.0.0.1', port: Number(/port=(\d+)/u.exec(address)?.[1]) };
}

function onBus(name: string, options: BusOptions, body: (bus: Bus) => Promise<void>): void {
  const missing = requires('dbus-daemon', options.implementation ?? 'dbus-daemon');
  if (missing !== undefined) {
    test.skip(name, missing);
    return;
  }
  test(name, async () => {
    await using bus = await bootBus(options);
    await body(bus);
  });
}
