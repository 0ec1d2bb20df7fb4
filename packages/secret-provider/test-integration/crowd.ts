/**
 * Many clients of one provider at once, and bad ones among them, on the embedded bus: everybody gets the
 * right answers, and nobody another's secret.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import process from 'node:process';
import { type Connection, connect, encodeMessage, parseAddress, Variant } from '@keywire/dbus-wire';
import { test } from '../../../test-fixtures/src/harness.ts';
import { startWorld } from './support/world.ts';

const NAME = 'org.freedesktop.secrets';
const SERVICE = '/org/freedesktop/secrets';
const LOGIN = `${SERVICE}/collection/login`;
const CLIENTS = 50;
/** A round is four calls: store, search, read, delete. */
const ROUNDS = 50;

class Client {
  readonly #connection: Connection;
  readonly #session: string;
  calls = 1;

  private constructor(connection: Connection, session: string) {
    this.#connection = connection;
    this.#session = session;
  }

  static async open(address: string): Promise<Client> {
    const connection = await connect({ address });
    const body = ['plain', new Variant('s', '')];
    const { body: opened } = await callOn(connection, SERVICE, 'Service.OpenSession', 'sv', body);
    return new Client(connection, String(opened[1]));
  }

  async round(who: number, round: number): Promise<void> {
    const attributes = { who: String(who), round: String(round) };
    const properties = new Map<string, Variant>([
      ['org.freedesktop.Secret.Item.Label', new Variant('s', `${who} ${round}`)],
      ['org.freedesktop.Secret.Item.Attributes', new Variant('a{ss}', attributes)],
    ]);
    const text = new TextEncoder().encode(`secret of ${who} in ${round}`);
    const secret = [this.#session, new Uint8Array(0), text, 'text/plain'];
    const made = await this.#call(LOGIN, 'Collection.CreateItem', 'a{sv}(oayays)b', [
      properties,
      secret,
      true,
    ]);
    const item = String(made[0]);
    const found = await this.#call(SERVICE, 'Service.SearchItems', 'a{ss}', [attributes]);
    assert.deepEqual(found, [[item], []]);
    const [struct] = await this.#call(item, 'Item.GetSecret', 'o', [this.#session]);
    assert.ok(Array.isArray(struct));
    assert.deepEqual(struct[2], text);
    assert.deepEqual(await this.#call(item, 'Item.Delete', '', []), ['/']);
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async #call(path: string, method: string, signature: string, body: unknown[]) {
    this.calls += 1;
    return (await callOn(this.#connection, path, method, signature, body)).body;
  }
}

function callOn(
  connection: Connection,
  path: string,
  method: string,
  signature: string,
  body: unknown[],
): ReturnType<Connection['call']> {
  const [owner, member = ''] = method.split('.');
  return connection.call({
    destination: NAME,
    path,
    interface: `org.freedesktop.Secret.${owner}`,
    member,
    signature,
    body,
    // A machine under load is no failure: what never comes ends the run.
    timeoutMs: 240_000,
  });
}

/** All clients do all their rounds at once; resolves to the calls that were answered. */
async function live(address: string, clients: number, rounds: number): Promise<number> {
  const crowd = await Promise.all(Array.from({ length: clients }, () => Client.open(address)));
  await Promise.all(
    crowd.map(async (client, who) => {
      for (let round = 0; round < rounds; round += 1) await client.round(who, round);
    }),
  );
  const calls = crowd.reduce((sum, client) => sum + client.calls, 0);
  await Promise.all(crowd.map((client) => client.close()));
  return calls;
}

test('fifty clients of one provider, 10,000 calls: each reads its own secret', async () => {
  await using world = await startWorld('embedded');
  assert.equal(await live(world.address, CLIENTS, ROUNDS), CLIENTS * (4 * ROUNDS + 1));
  await using last = await connect({ address: world.address });
  assert.deepEqual((await callOn(last, SERVICE, 'Service.SearchItems', 'a{ss}', [{}])).body, [
    [],
    [],
  ]);
});

/** A connection that has said Hello and reads nothing. */
async function deafClient(address: string): Promise<{ socket: Socket; closed: Promise<unknown> }> {
  const [entry] = parseAddress(address);
  const socket = connectSocket(String(entry?.parameters.get('path')));
  // A paused socket tells nothing of its end; writing to it does.
  const closed = new Promise((resolve) => {
    socket.on('error', resolve);
    socket.on('close', resolve);
  });
  await once(socket, 'connect');
  const user = Buffer.from(String(process.getuid?.())).toString('hex');
  socket.write(`\0AUTH EXTERNAL ${user}\r\nBEGIN\r\n`);
  socket.write(
    encodeMessage({
      type: 'method_call',
      serial: 1,
      destination: 'org.freedesktop.DBus',
      path: '/org/freedesktop/DBus',
      interface: 'org.freedesktop.DBus',
      member: 'Hello',
    }),
  );
  return { socket, closed };
}

test('a client that floods the provider and reads nothing does not disturb the others', async () => {
  await using world = await startWorld('embedded');
  const { socket, closed } = await deafClient(world.address);
  const search = Array.from({ length: 200 }, (_, index) =>
    encodeMessage({
      type: 'method_call',
      serial: index + 2,
      destination: NAME,
      path: SERVICE,
      interface: 'org.freedesktop.Secret.Service',
      member: 'SearchItems',
      signature: 'a{ss}',
      body: [{}],
    }),
  );
  const batch = Buffer.concat(search);
  let isOver = false;
  void closed.then(() => {
    isOver = true;
  });
  const flooding = (async () => {
    while (!isOver) if (!socket.write(batch)) await Promise.race([once(socket, 'drain'), closed]);
  })();
  assert.equal(await live(world.address, 5, 5), 5 * 21);
  socket.destroy();
  await flooding;
  assert.equal(await live(world.address, 2, 2), 2 * 9);
});
