/** Every way of authenticating, towards real buses. */
import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type Bus, bootBus } from '../../../test-fixtures/src/daemons/bus.ts';
import type { BusOptions } from '../../../test-fixtures/src/daemons/bus-options.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { requires } from '../../../test-fixtures/src/requires.ts';
import { minimalEnvironment, run } from '../../../test-fixtures/src/run.ts';
import { createWorkspace } from '../../../test-fixtures/src/workspace.ts';
import { acceptConnection } from '../src/io/accept-connection.ts';
import { connect } from '../src/io/connect.ts';
import { cookieMechanism } from '../src/io/cookie-keeper.ts';
import type { ConnectionOptions } from '../src/io/open-connection.ts';
import { rejectsCode } from '../test/support/expect-error.ts';

const GET_ID = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
  member: 'GetId',
} as const;

const missing = requires('dbus-daemon');

/** Runs with HOME as the bus sees it: cookies lie there. */
async function atHomeOf(bus: Bus, body: () => Promise<void>): Promise<void> {
  const before = process.env['HOME'];
  process.env['HOME'] = bus.env['HOME'];
  try {
    await body();
  } finally {
    process.env['HOME'] = before;
  }
}

const ACCEPTED: readonly { name: string; bus: BusOptions; client?: ConnectionOptions }[] = [
  { name: 'a path', bus: {} },
  { name: 'a path, step by step', bus: {}, client: { stepwise: true } },
  { name: 'a cookie over a path', bus: { auth: ['DBUS_COOKIE_SHA1'] } },
  { name: 'a cookie over TCP', bus: { address: 'tcp', auth: ['EXTERNAL', 'DBUS_COOKIE_SHA1'] } },
  {
    name: 'ANONYMOUS over TCP, when asked for',
    bus: { address: 'tcp', auth: ['ANONYMOUS'], anonymous: true },
    client: { mechanisms: ['EXTERNAL', 'ANONYMOUS'] },
  },
  {
    name: 'ANONYMOUS over a path, when asked for',
    bus: { auth: ['ANONYMOUS'], anonymous: true },
    client: { mechanisms: ['EXTERNAL', 'DBUS_COOKIE_SHA1', 'ANONYMOUS'] },
  },
];

for (const { name, bus: options, client = {} } of ACCEPTED) {
  if (missing !== undefined) test.skip(`accepted: ${name}`, missing);
  else {
    test(`accepted: ${name}`, async () => {
      await using bus = await bootBus(options);
      await atHomeOf(bus, async () => {
        await using connection = await connect({ address: bus.address, ...client });
        const [id] = (await connection.call(GET_ID)).body;
        assert.match(String(id), /^[0-9a-f]{32}$/);
      });
    });
  }
}

const REFUSED: readonly {
  name: string;
  bus: BusOptions;
  client?: ConnectionOptions;
  code: string;
  says: RegExp;
}[] = [
  {
    name: 'ANONYMOUS is not tried unasked',
    bus: { address: 'tcp', auth: ['ANONYMOUS'], anonymous: true },
    code: 'auth-rejected',
    says: /offers ANONYMOUS/,
  },
  {
    name: 'a bus that takes ANONYMOUS and then serves nobody',
    bus: { auth: ['ANONYMOUS'] },
    client: { mechanisms: ['ANONYMOUS'] },
    code: 'hello-failed',
    says: /Hello/,
  },
  {
    name: 'EXTERNAL over TCP, where the bus cannot know us',
    bus: { address: 'tcp', auth: ['EXTERNAL'] },
    code: 'auth-rejected',
    says: /offers EXTERNAL/,
  },
  {
    name: 'a transport that is refused by name',
    bus: { address: 'nonce-tcp', auth: ['ANONYMOUS'], anonymous: true },
    client: { mechanisms: ['ANONYMOUS'] },
    code: 'transport-not-supported',
    says: /nonce-tcp/,
  },
];

for (const { name, bus: options, client = {}, code, says } of REFUSED) {
  if (missing !== undefined) test.skip(`refused: ${name}`, missing);
  else {
    test(`refused: ${name}`, async () => {
      await using bus = await bootBus(options);
      const error = await rejectsCode(connect({ address: bus.address, ...client }), code);
      assert.match(error.message, says);
    });
  }
}

if (missing === undefined) {
  // Before libuv 1.47 names are padded with NUL bytes, which makes them other names.
  const isPadding = process.versions.uv?.startsWith('1.46.') === true;
  test(`${isPadding ? 'refused' : 'accepted'}: an abstract name`, async () => {
    await using bus = await bootBus({ address: 'abstract' });
    const opening = connect({ address: bus.address });
    if (isPadding) {
      await rejectsCode(opening, 'connect-failed');
    } else {
      await using connection = await opening;
      assert.match(connection.uniqueName ?? '', /^:/);
    }
  });

  test('refused: cookies in a folder that others can read', async () => {
    await using bus = await bootBus({ auth: ['DBUS_COOKIE_SHA1'] });
    const before = process.env['HOME'];
    process.env['HOME'] = '/';
    try {
      const error = await rejectsCode(connect({ address: bus.address }), 'auth-rejected');
      assert.match(error.message, /DBUS_COOKIE_SHA1/);
    } finally {
      process.env['HOME'] = before;
    }
  });

  test('refused: a server with another id than the address promises', async () => {
    await using bus = await bootBus();
    const address = bus.address.replace(/guid=[0-9a-f]{32}/, `guid=${'0'.repeat(32)}`);
    assert.notEqual(address, bus.address);
    await rejectsCode(connect({ address }), 'guid-mismatch');
  });
}

for (const implementation of ['dbus-daemon', 'dbus-broker'] as const) {
  const absent = requires(implementation) ?? (await withoutUserNamespaces());
  const name = `accepted: ${implementation}, from a user namespace where our id is another`;
  if (absent !== undefined) {
    test.skip(name, absent);
    continue;
  }
  test(name, async () => {
    await using bus = await bootBus({ implementation });
    const loader = new URL('../../../scripts/ts-register.mjs', import.meta.url);
    const script = fileURLToPath(new URL('./support/who-am-i.ts', import.meta.url));
    const { stdout, stderr } = await run(
      'unshare',
      [
        '-U',
        'node',
        '--conditions=@keywire/source',
        `--import=${loader.href}`,
        script,
        bus.address,
      ],
      { cwd: fileURLToPath(new URL('../../..', import.meta.url)) },
    );
    const [uid, uniqueName, lines] = new TextDecoder().decode(stdout).trim().split(' ');
    assert.notEqual(uid, String(process.getuid?.()), stderr);
    assert.match(uniqueName ?? '', /^:\d+\.\d+$/, stderr);
    assert.equal(lines, 'done');
  });
}

const PING = ['org.freedesktop.DBus.Peer.Ping'];
/** What each says when it was accepted; gdbus takes every server for a bus and says Hello. */
const CLIENTS: Readonly<
  Record<string, { says: RegExp; argumentsFor: (address: string) => readonly string[] }>
> = {
  'dbus-send': {
    says: /^method return/,
    argumentsFor: (address) => [`--peer=${address}`, '--print-reply', '--dest=a.b', '/x', ...PING],
  },
  gdbus: {
    says: /UnknownMethod: no method org.freedesktop.DBus.Hello/,
    argumentsFor: (address) => ['call', '--address', address, '-o', '/x', '-m', ...PING],
  },
};

for (const [program, { says, argumentsFor }] of Object.entries(CLIENTS)) {
  const name = `a server of ours that wants a cookie: ${program}`;
  const absent = requires('dbus-daemon');
  if (absent !== undefined) {
    test.skip(name, absent);
    continue;
  }
  test(name, async () => {
    await using workspace = createWorkspace();
    const folder = path.join(workspace.folder, '.dbus-keyrings');
    const guid = '0123456789abcdef0123456789abcdef';
    await using server = await listening((socket) => {
      acceptConnection(socket, { guid, mechanisms: [cookieMechanism({ folder })] });
    });
    const { port } = server;
    const args = argumentsFor(`tcp:host=127.0.0.1,port=${port}`);
    const home = { ...minimalEnvironment(), HOME: workspace.folder };
    const told = async (env: Readonly<Record<string, string>>): Promise<string> => {
      const { stdout, stderr } = await run(program, args, { env });
      return `${new TextDecoder().decode(stdout)}${stderr}`;
    };
    assert.match(await told(home), says);
    // A folder of this test's: one of the clients makes the folders it misses.
    const elsewhere = path.join(workspace.folder, 'elsewhere');
    assert.doesNotMatch(await told({ ...home, HOME: elsewhere }), says);
  });
}

/** A TCP server on this machine; closes what is left open. */
async function listening(
  accept: (socket: Socket) => void,
): Promise<AsyncDisposable & { readonly port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    accept(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return {
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function withoutUserNamespaces(): Promise<string | undefined> {
  const { code } = await run('unshare', ['-U', 'true']);
  return code === 0 ? undefined : 'this machine allows no user namespaces';
}
