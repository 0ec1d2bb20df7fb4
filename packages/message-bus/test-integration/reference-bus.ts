/**
 * The embedded bus beside dbus-daemon and dbus-broker: the same script of calls, and what every
 * client sees of it, must come out the same.
 */
import assert from 'node:assert/strict';
import { type Connection, connect, isDBusErrorReply } from '@keywire/dbus-wire';
import { test } from '../../../test-fixtures/src/harness.ts';
import { bootBus, requires } from '../../../test-fixtures/src/index.ts';
import { startMessageBus } from '../src/index.ts';

const DRIVER = {
  destination: 'org.freedesktop.DBus',
  path: '/org/freedesktop/DBus',
  interface: 'org.freedesktop.DBus',
};

/** What takes any text for a name. */
const QUERIES = [
  'NameHasOwner',
  'GetNameOwner',
  'ListQueuedOwners',
  'GetConnectionUnixUser',
  'GetConnectionUnixProcessID',
  'GetConnectionCredentials',
] as const;

const REPLACE_EXISTING = 2;

/** Runs the script on one bus; unique names are replaced by the order of their connections. */
async function transcript(address: string): Promise<string[]> {
  const connections: Connection[] = [];
  for (let count = 0; count < 4; count += 1) connections.push(await connect({ address }));
  const [first, second, third, watcher] = connections;
  assert.ok(first && second && third && watcher);
  const lines: string[] = [];
  const named = (text: string): string =>
    connections.reduce(
      (line, each, index) =>
        line.replaceAll(new RegExp(`${each.uniqueName}(?!\\d)`, 'gu'), `#${index}`),
      text,
    );
  const show = (value: unknown): string => named(JSON.stringify(value));
  const driver = async (
    from: Connection,
    member: string,
    signature: string,
    body: readonly unknown[],
  ): Promise<void> => {
    const line = `#${connections.indexOf(from)} ${member} ${show(body)}`;
    try {
      const reply = await from.call({ ...DRIVER, member, signature, body });
      lines.push(`${line} = ${show(reply?.body)}`);
    } catch (error) {
      if (!isDBusErrorReply(error)) throw error;
      lines.push(`${line} ! ${error.errorName}`);
    }
  };
  const properties = async (member: string, signature: string, body: string[]): Promise<void> => {
    const of = 'org.freedesktop.DBus.Properties';
    const outcome = await first.call({ ...DRIVER, interface: of, member, signature, body }).then(
      (reply) => show(reply?.body),
      (error: unknown) => (isDBusErrorReply(error) ? error.errorName : Promise.reject(error)),
    );
    lines.push(`${member} ${show(body)} = ${outcome}`);
  };
  const changes = watcher.signals({
    type: 'signal',
    sender: 'org.freedesktop.DBus',
    member: 'NameOwnerChanged',
    arg0namespace: 'org.example',
  });
  await changes.ready;
  const NAME = 'org.example.Name';
  // Every pair of flags, from an owner with any flags, with a third connection waiting.
  for (let owner = 0; owner < 8; owner += 1) {
    for (let asking = 0; asking < 8; asking += 1) {
      await driver(first, 'RequestName', 'su', [NAME, owner]);
      await driver(third, 'RequestName', 'su', [NAME, 0]);
      await driver(second, 'RequestName', 'su', [NAME, asking]);
      // Where a waiting REPLACE_EXISTING stands is left open, and the two buses differ there.
      if ((asking & REPLACE_EXISTING) === 0) await driver(second, 'ListQueuedOwners', 's', [NAME]);
      await driver(second, 'RequestName', 'su', [NAME, 4]);
      await driver(second, 'ListQueuedOwners', 's', [NAME]);
      for (const each of [first, second, third]) await driver(each, 'ReleaseName', 's', [NAME]);
    }
  }
  await driver(first, 'GetNameOwner', 's', [NAME]);
  await driver(first, 'NameHasOwner', 's', ['org.freedesktop.DBus']);
  await driver(first, 'NameHasOwner', 's', [String(second.uniqueName)]);
  await driver(first, 'GetNameOwner', 's', ['org.freedesktop.DBus']);
  await driver(first, 'ListQueuedOwners', 's', ['org.freedesktop.DBus']);
  await driver(first, 'ListQueuedOwners', 's', [String(second.uniqueName)]);
  await driver(first, 'RemoveMatch', 's', ["type='signal'"]);
  await driver(first, 'AddMatch', 's', ["type='nonsense'"]);
  await driver(first, 'AddMatch', 's', ["path='/a',path_namespace='/a'"]);
  await driver(first, 'StartServiceByName', 'su', ['org.freedesktop.DBus', 0]);
  await driver(first, 'StartServiceByName', 'su', ['org.example.Nobody', 0]);
  await driver(first, 'RequestName', 'su', [':0.1', 0]);
  await driver(first, 'NoSuchMethod', '', []);
  await driver(first, 'GetNameOwner', 'u', [1]);
  await driver(first, 'GetConnectionUnixUser', 's', [String(first.uniqueName)]);
  for (const name of ['', 'nodots', 'a..b', 'a.1', 'x'.repeat(300)]) {
    await driver(first, 'RequestName', 'su', [name, 0]);
    await driver(first, 'ReleaseName', 's', [name]);
    await driver(first, 'StartServiceByName', 'su', [name, 0]);
    for (const member of QUERIES) await driver(first, member, 's', [name]);
  }
  await driver(first, 'GetAdtAuditSessionData', 's', [String(first.uniqueName)]);
  await driver(first, 'GetConnectionSELinuxSecurityContext', 's', [String(first.uniqueName)]);
  await properties('Get', 'ss', ['', 'Features']);
  await properties('GetAll', 's', ['']);
  // What was not sent is what the watcher's last line proves.
  await driver(third, 'RequestName', 'su', ['org.example.Last', 0]);
  for await (const { body } of changes) {
    lines.push(`changed ${show(body)}`);
    if (body[0] === 'org.example.Last') break;
  }
  await Promise.all(connections.map((each) => each.close()));
  return lines;
}

for (const implementation of ['dbus-daemon', 'dbus-broker'] as const) {
  const name = `names, rules and errors are those of ${implementation}`;
  const missing = requires(implementation);
  if (missing !== undefined) {
    test.skip(name, missing);
    continue;
  }
  test(name, async () => {
    await using reference = await bootBus({ implementation });
    await using ours = await startMessageBus();
    assert.deepEqual(await transcript(ours.address), await transcript(reference.address));
  });
}
