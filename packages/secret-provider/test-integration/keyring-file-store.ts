/**
 * The provider on keyring files, with libsecret's secret-tool as the client: secrets outlive the
 * provider, two providers' processes share one file, and what was acknowledged survives SIGKILL. 100
 * writes; 2,000 with SLOW=1.
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { type Connection, connect, isConnectionError, Variant } from '@keywire/dbus-wire';
import { createKeyringFile, openKeyringFile } from '@keywire/keyring-file';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootBus,
  requires,
  secretTool,
  secretToolLookup,
  secretToolStore,
} from '../../../test-fixtures/src/index.ts';
import { verifyAuditLog } from '../src/index.ts';
import { CHEAP, text } from '../test/support/folder.ts';
import { PASSWORD, startProviderProcess } from './support/provider-process.ts';

const WRITES = process.env['SLOW'] === '1' ? 2000 : 100;
const SERVICE = 'org.freedesktop.secrets';
const DEFAULT = '/org/freedesktop/secrets/aliases/default';

const missing = requires('dbus-daemon', 'secret-tool');

function integration(name: string, body: (folder: string) => Promise<void>): void {
  if (missing !== undefined) test.skip(name, missing);
  else test(name, () => inFolder(body));
}

for (const format of ['hardened', 'v1'] as const) {
  integration(`${format}: secret-tool finds after a restart what it stored`, async (folder) => {
    const path = join(folder, 'a.keyring');
    await createKeyringFile(path, { password: PASSWORD, format, cost: CHEAP });
    await using bus = await bootBus();
    const audit = join(folder, 'audit.log');
    const first = await startProviderProcess(bus.address, path, audit);
    const attributes = { app: 'demo', user: 'me' };
    await secretToolStore(bus.env, { label: 'Demo', attributes, secret: 'first' });
    await secretToolStore(bus.env, { label: 'Demo', attributes, secret: 'second' });
    await secretToolStore(bus.env, { label: 'Other', attributes: { app: 'other' }, secret: 'x' });
    await first.kill();
    await using _second = await startProviderProcess(bus.address, path, audit);
    assert.equal(text(await secretToolLookup(bus.env, attributes)), 'second');
    assert.equal((await secretTool(bus.env, ['clear', 'app', 'other'])).code, 0);
    // Locked, the key is gone and nothing is found; a store asks for the password in a prompt.
    await lock(bus.address);
    assert.equal(await secretToolLookup(bus.env, attributes), undefined);
    await secretToolStore(bus.env, { label: 'Third', attributes: { app: 'third' }, secret: 'y' });
    assert.equal(text(await secretToolLookup(bus.env, attributes)), 'second');
    const file = await openKeyringFile(path, { password: PASSWORD });
    assert.deepEqual(
      (await file.items()).map(({ label }) => label),
      ['Demo', 'Third'],
    );
    const log = await readFile(audit, 'utf8');
    assert.equal(verifyAuditLog(log).fault, undefined);
    const operations = log.split('\n').flatMap((line) => {
      if (line === '') return [];
      const { operation, decision, item, caller } = JSON.parse(line);
      assert.equal(decision, 'allow');
      assert.equal(caller.uid, process.getuid?.());
      // `lock` was this process's own call.
      if (operation !== 'lock') assert.match(caller.program, /secret-tool$/u);
      return operation === 'search' ? [] : `${operation} ${item}`;
    });
    assert.deepEqual(operations, [
      'write Demo',
      'write Demo',
      'write Other',
      'read Demo',
      'delete Other',
      'lock undefined',
      'unlock undefined',
      'write Third',
      'read Demo',
    ]);
    assert.match(log, /"operation":"search","decision":"allow","caller"/u);
    for (const secret of ['first', 'second', 'demo']) assert.ok(!log.includes(`"${secret}"`));
  });
}

integration('libsecret’s own file backend reads what it stored through the bus', async (folder) => {
  const path = join(folder, 'a.keyring');
  await createKeyringFile(path, { password: PASSWORD, format: 'v1' });
  await using bus = await bootBus();
  await using _provider = await startProviderProcess(bus.address, path);
  await secretToolStore(bus.env, { label: 'Demo', attributes: { app: 'demo' }, secret: 's3cret' });
  const direct = {
    ...bus.env,
    DBUS_SESSION_BUS_ADDRESS: 'disabled:',
    SECRET_BACKEND: 'file',
    SECRET_FILE_TEST_PATH: path,
    SECRET_FILE_TEST_PASSWORD: PASSWORD,
  };
  assert.equal(text(await secretToolLookup(direct, { app: 'demo' })), 's3cret');
  // And what libsecret writes beside the running provider is seen through the bus.
  await secretToolStore(direct, { label: 'Beside', attributes: { app: 'beside' }, secret: 'new' });
  assert.equal(text(await secretToolLookup(bus.env, { app: 'beside' })), 'new');
});

integration('two providers’ processes on one file see each other’s changes', async (folder) => {
  const path = join(folder, 'a.keyring');
  await createKeyringFile(path, { password: PASSWORD, cost: CHEAP });
  await using one = await bootBus();
  await using two = await bootBus();
  await using _first = await startProviderProcess(one.address, path);
  await using _second = await startProviderProcess(two.address, path);
  const buses = [one, two];
  await Promise.all(
    buses.map(async ({ env }, index) => {
      for (let number = 0; number < 5; number += 1) {
        const attributes = { by: String(index), number: String(number) };
        await secretToolStore(env, { label: 'x', attributes, secret: `${index} ${number}` });
      }
    }),
  );
  for (let number = 0; number < 5; number += 1) {
    for (const by of ['0', '1']) {
      for (const { env } of buses) {
        const found = await secretToolLookup(env, { by, number: String(number) });
        assert.equal(text(found), `${by} ${number}`);
      }
    }
  }
  assert.equal((await secretTool(one.env, ['clear', 'by', '1'])).code, 0);
  assert.equal(await secretToolLookup(two.env, { by: '1' }), undefined);
});

integration(
  'two providers’ processes that store the same at once leave one item',
  async (folder) => {
    const path = join(folder, 'a.keyring');
    await createKeyringFile(path, { password: PASSWORD, cost: CHEAP });
    await using one = await bootBus();
    await using two = await bootBus();
    await using _first = await startProviderProcess(one.address, path);
    await using _second = await startProviderProcess(two.address, path);
    for (let round = 0; round < 10; round += 1) {
      const attributes = { round: String(round) };
      await Promise.all(
        [one, two].map(({ env }, index) =>
          secretToolStore(env, { label: 'x', attributes, secret: `by ${index}` }),
        ),
      );
    }
    const file = await openKeyringFile(path, { password: PASSWORD });
    const rounds = (await file.items()).map(({ attributes }) => attributes.get('round'));
    assert.deepEqual(
      rounds.sort(),
      Array.from({ length: 10 }, (_, round) => String(round)),
    );
    file.close();
  },
);

integration(`${WRITES} writes through providers under SIGKILL lose nothing`, async (folder) => {
  const path = join(folder, 'a.keyring');
  await createKeyringFile(path, { password: PASSWORD, cost: CHEAP });
  await using bus = await bootBus();
  await using connection = await connect({ address: bus.address });
  let acknowledged = 0;
  while (acknowledged < WRITES) {
    const provider = await startProviderProcess(bus.address, path);
    const before = acknowledged;
    // A life of some writes, ended a random moment after the last of them was acknowledged.
    const writes = randomInt(5, 30);
    const writing = write(connection, before + 1, (number) => {
      acknowledged = number;
      if (number === before + writes) setTimeout(() => void provider.kill(), randomInt(0, 10));
    });
    await assert.rejects(writing, (error) => isConnectionError(error) || hasNoOwner(error));
    await provider.kill();
    await assertStored(path, acknowledged);
  }
});

/** Locks by a call: `secret-tool lock` of libsecret 0.20 frees twice and crashes. */
async function lock(address: string): Promise<void> {
  await using connection = await connect({ address });
  const { body } = await connection.call({
    destination: SERVICE,
    path: '/org/freedesktop/secrets',
    interface: 'org.freedesktop.Secret.Service',
    member: 'Lock',
    signature: 'ao',
    body: [[DEFAULT]],
  });
  assert.deepEqual(body, [[DEFAULT], '/']);
}

/** Writes one number after the other until the provider is gone. */
async function write(
  connection: Connection,
  first: number,
  stored: (number: number) => void,
): Promise<never> {
  const opened = await connection.call({
    destination: SERVICE,
    path: '/org/freedesktop/secrets',
    interface: 'org.freedesktop.Secret.Service',
    member: 'OpenSession',
    signature: 'sv',
    body: ['plain', new Variant('s', '')],
  });
  const [, session] = opened.body;
  for (let number = first; ; number += 1) {
    const secret = new TextEncoder().encode(`secret ${number}`);
    const properties = new Map<string, Variant>([
      ['org.freedesktop.Secret.Item.Label', new Variant('s', String(number))],
      ['org.freedesktop.Secret.Item.Attributes', new Variant('a{ss}', { slot: `${number % 9}` })],
    ]);
    await connection.call({
      destination: SERVICE,
      path: DEFAULT,
      interface: 'org.freedesktop.Secret.Collection',
      member: 'CreateItem',
      signature: 'a{sv}(oayays)b',
      body: [properties, [String(session), new Uint8Array(0), secret, 'text/plain'], true],
    });
    stored(number);
  }
}

function hasNoOwner(error: unknown): boolean {
  return error instanceof Error && error.name === 'DBusErrorReply';
}

/** The newest number of each slot is there, or the one that nobody could acknowledge any more. */
async function assertStored(path: string, last: number): Promise<void> {
  const file = await openKeyringFile(path, { password: PASSWORD });
  assert.deepEqual(await file.rejected(), []);
  const found = (await file.items()).map((item) => text(item.readSecret()));
  for (let number = Math.max(1, last - 8); number <= last; number += 1) {
    const isThere = found.includes(`secret ${number}`) || found.includes(`secret ${number + 9}`);
    assert.ok(isThere, `${number} was acknowledged`);
  }
  assert.ok(found.length <= 9, 'each slot is one item');
  file.close();
}
