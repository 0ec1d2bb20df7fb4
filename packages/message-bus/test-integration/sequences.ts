/**
 * Random sequences of what clients do, on the embedded bus, dbus-daemon and dbus-broker: what every
 * client gets of each step must be the same wherever the two others agree. `SLOW=1` runs more.
 */
import assert from 'node:assert/strict';
import process from 'node:process';
import type { MessageInit } from '@keywire/dbus-wire';
import fc from 'fast-check';
import { test } from '../../../test-fixtures/src/harness.ts';
import { bootBus, requires } from '../../../test-fixtures/src/index.ts';
import { startMessageBus } from '../src/index.ts';
import { BUS, SequenceClient } from './support/sequence-client.ts';

const CLIENTS = 3;
const extent = process.env['SLOW'] === '1' ? { numRuns: 300 } : { numRuns: 15, seed: 1 };

/** `@N` in its texts stands for the unique name of the client with that number. */
type Step = { readonly by: number } & (
  | { readonly leaves: true }
  | { readonly sends: Omit<MessageInit, 'serial' | 'body'> & { readonly body: readonly unknown[] } }
);

const by = fc.nat(CLIENTS - 1);
const names = ['org.example.A', 'org.example.A.B'];
const name = fc.constantFrom(...names);
const peer = by.map((number) => `@${number}`);
const anyName = fc.oneof(peer, name, fc.constantFrom('org.example.None', ':1.99999', BUS));

function driverCall(member: string, signature: string, body: fc.Arbitrary<unknown[]>) {
  return fc.tuple(by, body, fc.constantFrom(0, 0, 1)).map(
    ([by, body, flags]): Step => ({
      by,
      sends: {
        type: 'method_call',
        destination: BUS,
        path: '/org/freedesktop/DBus',
        interface: BUS,
        member,
        signature,
        body,
        flags,
      },
    }),
  );
}

const RULE_VALUES: Readonly<Record<string, readonly string[]>> = {
  type: ['signal', 'method_call', 'error', 'other'],
  sender: [...names, BUS, '@0', '@1'],
  interface: ['a.b', 'a.c', BUS],
  member: ['M', 'NameOwnerChanged', 'NameAcquired'],
  path: ['/', '/a', '/a/b', '/org/freedesktop/DBus'],
  path_namespace: ['/', '/a', '/org'],
  destination: ['@0', '@1'],
  arg0: ['x', '/a/', 'org.example.A', '@0', ''],
  arg1: ['y', '@1'],
  arg64: ['x'],
  arg0path: ['/', '/a/', '/a/b', 'x'],
  arg0namespace: ['org', 'org.example.A', 'x'],
  bogus: ['x'],
};
const ruleKey = fc
  .constantFrom(...Object.keys(RULE_VALUES))
  .chain((key) => fc.constantFrom(...(RULE_VALUES[key] ?? [])).map((value) => `${key}='${value}'`));
const rule = fc.uniqueArray(ruleKey, { maxLength: 3 }).map((keys) => keys.join(','));

const bodies = fc.constantFrom<[string, unknown[]]>(
  ['', []],
  ['s', ['x']],
  ['s', ['']],
  ['s', ['org.example.A.B']],
  ['s', ['org.example.AB']],
  ['s', ['/a/b']],
  ['o', ['/a/b']],
  ['o', ['/a']],
  ['ss', ['/a/', 'y']],
  ['us', [1, 'y']],
);
const message = fc
  .record({
    by,
    type: fc.constantFrom('method_call', 'signal', 'signal', 'method_return', 'error'),
    destination: fc.option(anyName, { nil: undefined, freq: 2 }),
    path: fc.constantFrom('/', '/a', '/a/b'),
    of: fc.constantFrom('a.b', 'a.c'),
    flags: fc.constantFrom(0, 1, 2, 3),
    replySerial: fc.constantFrom(1, 2, 3, 4),
    body: bodies,
    forged: fc.option(anyName, { nil: undefined, freq: 5 }),
  })
  .map(
    ({
      by,
      type,
      destination,
      path,
      of,
      flags,
      replySerial,
      body: [signature, body],
      forged,
    }): Step => {
      const isReply = type === 'method_return' || type === 'error';
      const kind = isReply
        ? { replySerial, ...(type === 'error' ? { errorName: 'a.b.E' } : {}) }
        : { path, interface: of, member: 'M' };
      const sends = { type, destination, flags, signature, body, sender: forged, ...kind } as const;
      return { by, sends: sends as Extract<Step, { sends: unknown }>['sends'] };
    },
  );

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: by.map((by): Step => ({ by, leaves: true })) },
  { weight: 12, arbitrary: driverCall('RequestName', 'su', fc.tuple(name, fc.nat(8))) },
  { weight: 2, arbitrary: driverCall('ReleaseName', 's', fc.tuple(anyName)) },
  { weight: 2, arbitrary: driverCall('GetNameOwner', 's', fc.tuple(anyName)) },
  { weight: 2, arbitrary: driverCall('NameHasOwner', 's', fc.tuple(anyName)) },
  { weight: 2, arbitrary: driverCall('StartServiceByName', 'su', fc.tuple(anyName, fc.nat(1))) },
  { weight: 5, arbitrary: driverCall('AddMatch', 's', fc.tuple(rule)) },
  { weight: 3, arbitrary: driverCall('RemoveMatch', 's', fc.tuple(rule)) },
  { weight: 1, arbitrary: driverCall('Hello', '', fc.constant([])) },
  { weight: 10, arbitrary: message },
);

/** What each client gets of each step; unique names are those of the clients by number. */
async function play(address: string, steps: readonly Step[]): Promise<Map<string, string>> {
  const observer = await SequenceClient.join(address);
  const clients: SequenceClient[] = [];
  for (let count = 0; count < CLIENTS; count += 1) clients.push(await SequenceClient.join(address));
  const shown = (value: unknown): string =>
    clients.reduce(
      (text, { uniqueName }, number) =>
        text.replaceAll(new RegExp(`${uniqueName}(?!\\d)`, 'gu'), `@${number}`),
      JSON.stringify(value),
    );
  const meant = <Value>(value: Value): Value =>
    JSON.parse(
      JSON.stringify(value).replaceAll(/@(\d)/gu, (_all, n) => clients[n]?.uniqueName ?? ''),
    );
  const settle = async (): Promise<void> => {
    // Twice: what one is told may be another's answer to it.
    for (const client of [...clients, ...clients]) await client.settle();
  };
  const seen = new Map<string, string>();
  await settle();
  for (const client of clients) client.take();
  for (const [index, each] of steps.entries()) {
    const actor = clients[each.by];
    if (actor === undefined || actor.isClosed) continue;
    if ('sends' in each) {
      actor.send(meant(each.sends));
    } else {
      await actor.leave();
      await untilGone(observer, actor);
    }
    await settle();
    for (const [number, client] of clients.entries()) {
      const got = client.take().map((message) => {
        const { type, sender, destination, member, errorName, path, flags, replySerial } = message;
        const body = type === 'error' ? [] : message.body;
        return shown({
          type,
          sender,
          destination,
          member,
          errorName,
          path,
          flags,
          replySerial,
          body,
        });
      });
      // In which order the names of one who leaves fall free is each bus's own.
      if ('leaves' in each) got.sort();
      seen.set(`${index} @${number}`, [...got, client.isClosed].join('\n'));
    }
  }
  for (const client of clients) {
    if (!client.isClosed) await client.leave();
    await untilGone(observer, client);
  }
  await observer.leave();
  return seen;
}

/** Waits until the bus has noticed that a client has left. */
async function untilGone(observer: SequenceClient, { uniqueName }: SequenceClient): Promise<void> {
  for (;;) {
    const serial = observer.call('NameHasOwner', 's', [uniqueName]);
    await observer.settle();
    const answer = observer.take().find(({ replySerial }) => replySerial === serial);
    if (answer?.body[0] === false) return;
  }
}

const missing = requires('dbus-daemon', 'dbus-broker');
const title = 'of random sequences every client sees what it sees on the other buses';
if (missing === undefined) {
  test(title, async () => {
    await using daemon = await bootBus({ implementation: 'dbus-daemon' });
    await using broker = await bootBus({ implementation: 'dbus-broker' });
    await using ours = await startMessageBus();
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 30, maxLength: 60, size: 'max' }),
        async (steps) => {
          const [own, one, other] = [
            await play(ours.address, steps),
            await play(daemon.address, steps),
            await play(broker.address, steps),
          ];
          for (const [at, text] of one) {
            if (other.get(at) === text) assert.equal(own.get(at), text, at);
          }
        },
      ),
      { ...extent, endOnFailure: true },
    );
  });
} else {
  test.skip(title, missing);
}
