/**
 * Other people's clients, unmodified, on our provider: on the embedded bus, and where it owns the
 * name on dbus-daemon and dbus-broker. Each stores, searches, reads, locks, unlocks and deletes.
 */
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { fileURLToPath } from 'node:url';
import { connect, Variant } from '@keywire/dbus-wire';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  busctlCall,
  gdbusCall,
  gdbusProperty,
  PYTHON,
  type Requirement,
  requires,
  run,
  runOrThrow,
  secretTool,
} from '../../../test-fixtures/src/index.ts';
import { BUSES, startWorld, type World } from './support/world.ts';

const NAME = 'org.freedesktop.secrets';
const SERVICE = '/org/freedesktop/secrets';
const LOGIN = `${SERVICE}/collection/login`;
const SECRET = 'org.freedesktop.Secret';

interface Client {
  readonly name: string;
  readonly needs: readonly Requirement[];
  readonly live: (world: World) => Promise<void>;
}

const CLIENTS: readonly Client[] = [
  { name: 'secret-tool', needs: ['secret-tool'], live: liveWithSecretTool },
  {
    name: 'SecretStorage',
    needs: ['secretstorage'],
    live: (world) => liveInPython(world, 'secretstorage'),
  },
  { name: 'jeepney', needs: ['secretstorage'], live: (world) => liveInPython(world, 'jeepney') },
  {
    name: 'dbus-python',
    needs: ['dbus-python'],
    live: (world) => liveInPython(world, 'dbus_python'),
  },
  { name: 'Python keyring', needs: ['python-keyring'], live: liveWithKeyring },
  {
    name: 'docker-credential-secretservice',
    needs: ['docker-credential-secretservice'],
    live: liveWithDocker,
  },
  { name: 'gdbus', needs: ['gdbus', 'secret-tool'], live: liveWithGdbus },
  { name: 'busctl', needs: ['busctl', 'secret-tool'], live: liveWithBusctl },
  { name: 'our connection, 16 MiB', needs: [], live: liveWithMuch },
];

for (const { kind, needs } of BUSES) {
  for (const client of CLIENTS) {
    const missing = requires(...needs, ...client.needs);
    const title = `${client.name} on ${kind}`;
    if (missing !== undefined) {
      test.skip(title, missing);
      continue;
    }
    test(title, async () => {
      await using world = await startWorld(kind);
      await client.live(world);
    });
  }
}

async function liveWithSecretTool({ env, address }: World): Promise<void> {
  const tool = async (...args: string[]) => {
    const { code, stdout } = await secretTool(env, args);
    return [code, Buffer.from(stdout).toString('utf8')];
  };
  const stored = await secretTool(env, ['store', '--label=Läbel', 'app', 'demo'], {
    input: 'pässword',
  });
  assert.equal(stored.code, 0, stored.stderr);
  assert.deepEqual(await tool('lookup', 'app', 'demo'), [0, 'pässword']);
  assert.deepEqual(await tool('lookup', 'app', 'other'), [1, '']);
  const [code, listing] = await tool('search', '--all', 'app', 'demo');
  assert.equal(code, 0);
  assert.match(String(listing), /^label = Läbel$/mu);
  await gdbusLock({ address, env });
  assert.deepEqual(
    await tool('search', 'app', 'demo').then(([, text]) => /secret = ./u.test(String(text))),
    false,
  );
  assert.deepEqual(await tool('search', '--unlock', 'app', 'demo').then(([status]) => status), 0);
  assert.deepEqual(await tool('lookup', 'app', 'demo'), [0, 'pässword']);
  assert.deepEqual(await tool('clear', 'app', 'demo'), [0, '']);
  assert.deepEqual(await tool('lookup', 'app', 'demo'), [1, '']);
}

function gdbusLock(bus: { address: string; env: Readonly<Record<string, string>> }) {
  return gdbusCall(bus, {
    destination: NAME,
    path: SERVICE,
    method: `${SECRET}.Service.Lock`,
    args: [`[objectpath '${LOGIN}']`],
  });
}

async function liveInPython({ env }: World, peer: string): Promise<void> {
  const script = fileURLToPath(new URL(`./support/lifecycle_${peer}.py`, import.meta.url));
  assert.deepEqual(JSON.parse(await runOrThrow(PYTHON, ['-I', script], { env })), {
    found: [true, 0],
    secret: [0x73, 0, 0xff],
    contentType: 'application/x-test',
    refusal: 'org.freedesktop.Secret.Error.IsLocked',
    prompt: [1, false, true],
    again: [0x73, 0, 0xff],
    left: 0,
  });
}

async function liveWithKeyring({ env }: World): Promise<void> {
  const script = fileURLToPath(new URL('./support/lifecycle_keyring.py', import.meta.url));
  assert.deepEqual(JSON.parse(await runOrThrow(PYTHON, ['-I', script], { env })), [
    'pässword',
    'pässword',
    'changed',
    null,
    null,
  ]);
}

async function liveWithDocker({ env, address }: World): Promise<void> {
  const helper = (command: string, input: string) =>
    run('/usr/bin/docker-credential-secretservice', [command], { env, input });
  const said = async (command: string, input: string) =>
    JSON.parse(Buffer.from((await helper(command, input)).stdout).toString('utf8'));
  const credentials = { ServerURL: 'https://registry.example', Username: 'me', Secret: 'tokén' };
  const stored = await helper('store', JSON.stringify(credentials));
  assert.equal(stored.code, 0, stored.stderr);
  assert.deepEqual(await said('list', ''), { [credentials.ServerURL]: 'me' });
  assert.deepEqual(await said('get', credentials.ServerURL), credentials);
  await gdbusLock({ address, env });
  assert.deepEqual(await said('get', credentials.ServerURL), credentials);
  assert.equal((await helper('erase', credentials.ServerURL)).code, 0);
  assert.notEqual((await helper('get', credentials.ServerURL)).code, 0);
}

async function storeOne({ env }: World): Promise<string> {
  const stored = await secretTool(env, ['store', '--label=one', 'k', 'v'], { input: 's' });
  assert.equal(stored.code, 0, stored.stderr);
  return `${LOGIN}/1`;
}

// gdbus and busctl are a new connection for each call: sessions and prompts end with it.
async function liveWithGdbus(world: World): Promise<void> {
  const item = await storeOne(world);
  const service = (member: string, ...args: string[]) =>
    gdbusCall(world, {
      destination: NAME,
      path: SERVICE,
      method: `${SECRET}.Service.${member}`,
      args,
    });
  assert.equal(await service('SearchItems', "{'k': 'v'}"), `[objectpath '${item}'], @ao []`);
  const label = { destination: NAME, path: item, property: `${SECRET}.Item.Label` };
  assert.equal(await gdbusProperty(world, label), "'one'");
  const session = await service('OpenSession', 'plain', "<''>");
  const [path] = /\/org\/freedesktop\/secrets\/session\/\w+/u.exec(session) ?? [];
  await assert.rejects(service('GetSecrets', `[objectpath '${item}']`, String(path)), /Session/u);
  assert.match(await service('Lock', `[objectpath '${item}']`), /'\/'/u);
  const remove = { destination: NAME, path: item, method: `${SECRET}.Item.Delete` };
  await assert.rejects(gdbusCall(world, remove), (error) => {
    assert.ok(error instanceof Error);
    return (
      JSON.stringify(error).includes('IsLocked') ||
      String(Object.values(error)).includes('IsLocked')
    );
  });
  assert.match(await service('Unlock', `[objectpath '${item}']`), /prompt\/p\d/u);
  const tree = ['introspect', '--address', world.address, '--recurse', '--only-properties'];
  const text = await runOrThrow(
    '/usr/bin/gdbus',
    [...tree, '--dest', NAME, '--object-path', SERVICE],
    { env: world.env },
  );
  assert.ok(text.includes(`node ${item}`));
}

async function liveWithBusctl(world: World): Promise<void> {
  const item = await storeOne(world);
  const call = (path: string, owner: string, member: string, signature = '', ...args: string[]) =>
    busctlCall(world, {
      destination: NAME,
      path,
      interface: `${SECRET}.${owner}`,
      member,
      ...(signature === '' ? {} : { signature, args }),
    });
  const found = await call(SERVICE, 'Service', 'SearchItems', 'a{ss}', '1', 'k', 'v');
  assert.deepEqual(found, { type: 'aoao', data: [[item], []] });
  const busctl = (...args: string[]) =>
    runOrThrow('/usr/bin/busctl', [`--address=${world.address}`, ...args], { env: world.env });
  assert.equal(await busctl('get-property', NAME, item, `${SECRET}.Item`, 'Label'), 's "one"\n');
  await busctl('set-property', NAME, item, `${SECRET}.Item`, 'Label', 's', 'renamed');
  assert.match(await busctl('introspect', NAME, item), /Label\s+property\s+s\s+"renamed"/u);
  assert.match(await busctl('tree', '--list', NAME), new RegExp(`^${item}$`, 'mu'));
  await call(SERVICE, 'Service', 'Lock', 'ao', '1', LOGIN);
  await assert.rejects(call(item, 'Item', 'Delete'));
  assert.equal((await call(SERVICE, 'Service', 'Unlock', 'ao', '1', LOGIN)).type, 'aoo');
}

async function liveWithMuch({ address }: World): Promise<void> {
  await using connection = await connect({ address });
  const call = async (
    path: string,
    owner: string,
    member: string,
    signature: string,
    body: unknown[],
  ) =>
    (
      await connection.call({
        destination: NAME,
        path,
        interface: `${SECRET}.${owner}`,
        member,
        signature,
        body,
      })
    ).body;
  const [, session] = await call(SERVICE, 'Service', 'OpenSession', 'sv', [
    'plain',
    new Variant('s', ''),
  ]);
  const much = new Uint8Array(16 * 1024 * 1024).map((_byte, index) => index % 251);
  const secret = [session, new Uint8Array(0), much, 'application/octet-stream'];
  const [item] = await call(LOGIN, 'Collection', 'CreateItem', 'a{sv}(oayays)b', [
    {},
    secret,
    false,
  ]);
  const [struct] = await call(String(item), 'Item', 'GetSecret', 'o', [session]);
  assert.ok(Array.isArray(struct));
  assert.equal(Buffer.compare(struct[2], much), 0);
}
