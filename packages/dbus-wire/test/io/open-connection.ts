import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isInsideFlatpak, openConnection } from '../../src/io/open-connection.ts';
import { rejectsCode } from '../support/expect-error.ts';

const PING = { path: '/', interface: 'org.freedesktop.DBus.Peer', member: 'Ping' };

test('opening: returns at once; what fails later reaches the calls', async () => {
  const connection = openConnection({ address: 'unix:path=/nonexistent/a' });
  const call = connection.call({ destination: ':1.1', path: '/', member: 'M' });
  const error = await rejectsCode(call, 'connect-failed');
  assert.equal(await rejectsCode(connection.ready, 'connect-failed'), error);
  await connection.closed;
});

test('opening: everything leaves in one write, unless told otherwise', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'opening-'));
  const server = createServer();
  const address = `unix:path=${path.join(folder, 's')}`;
  await new Promise<void>((resolve) => server.listen(path.join(folder, 's'), resolve));
  const uid = new TextEncoder().encode(String(process.getuid?.()));
  const named = `EXTERNAL ${Array.from(uid, (byte) => byte.toString(16)).join('')}`;
  try {
    for (const { options, first, says } of [
      { options: {}, first: '\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\nl', says: ['Hello'] },
      {
        options: { peerToPeer: true },
        first: '\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\nl',
        says: ['Ping'],
      },
      { options: { stepwise: true }, first: `\0AUTH ${named}\r\n`, says: [] },
      {
        options: { mechanisms: ['ANONYMOUS', 'EXTERNAL'] as const },
        first: '\0AUTH ANONYMOUS 6b657977697265\r\n',
        says: [],
      },
    ]) {
      const accepted = once(server, 'connection');
      const connection = openConnection({ address, ...options });
      void connection.call({
        ...PING,
        ...('peerToPeer' in options ? {} : { destination: ':1.5' }),
      });
      const [socket] = await accepted;
      const [chunk] = await once(socket, 'data');
      const text = new TextDecoder('latin1').decode(chunk);
      assert.ok(text.startsWith(first), text);
      const members = ['Hello', 'Ping'].filter((member) => text.includes(`\0${member}\0`));
      assert.deepEqual(members.slice(0, 1), says);
      await connection.close();
      socket.destroy();
    }
  } finally {
    server.close();
    rmSync(folder, { recursive: true });
  }
});

// @rule connection/stepwise-in-flatpak
test('opening: a Flatpak is known by its mark', () => {
  assert.equal(isInsideFlatpak(fileURLToPath(import.meta.url)), true);
  assert.equal(isInsideFlatpak('/nonexistent/.flatpak-info'), false);
});

// @rule connection/option-names
test('opening: what is misspelt does not lead to another bus', () => {
  const wrong: unknown[] = [
    'unix:path=/nonexistent/a',
    { adress: 'unix:path=/nonexistent/a' },
    { toString: 5 },
    { bus: 'sesion' },
    { bus: null },
    { address: 5 },
    { mechanisms: [] },
    { mechanisms: 'EXTERNAL' },
    { mechanisms: null },
    { signal: '' },
    null,
    { mechanisms: ['EXTERNAL', 'anonymous'] },
  ];
  const told = /^TypeError: \w+: expected /;
  // @ts-expect-error what a caller without a compiler may pass
  for (const options of wrong) assert.throws(() => openConnection(options), told);
  // @ts-expect-error what a caller without a compiler may pass
  assert.throws(() => openConnection({ timeoutMs: '5' }), RangeError);
});
