/** A provider without a bus: calls go through the codec, signals are collected, time stands still. */
import assert from 'node:assert/strict';
import {
  DBusErrorReply,
  decodeMessage,
  encodeMessage,
  marshal,
  unmarshal,
  Variant,
} from '@keywire/dbus-wire';
import type { AuditLog } from '../../src/access/audit-log.ts';
import { type ProfileName, profileNamed } from '../../src/api/daemon-profiles.ts';
import { COLLECTION_INTERFACE, ITEM_INTERFACE, SERVICE_PATH } from '../../src/api/names.ts';
import { acceptingPrompter, type Prompter } from '../../src/prompters/prompter.ts';
import { Provider } from '../../src/provider.ts';
import type { OutgoingSignal } from '../../src/service/announcer.ts';
import { memoryStore } from '../../src/stores/memory.ts';
import type { SecretStore } from '../../src/stores/store.ts';
import type { AccessPolicy, Caller } from '../../src/types/policy.ts';

export const NOW = 1_700_000_000;
export const LOGIN = '/org/freedesktop/secrets/collection/login';

/** Two items, one with an attribute more, in an unlocked default collection; a locked one beside. */
export const SEED = {
  collections: [
    {
      id: 'login',
      label: 'Login',
      aliases: ['default'],
      items: [
        { id: '1', label: 'one', attributes: { a: '1' }, secret: 'first', contentType: 'x/y; z=1' },
        { id: '2', label: 'two', attributes: { a: '1', b: '2' }, secret: 'second' },
      ],
    },
    {
      id: 'safe',
      label: 'Safe',
      locked: true,
      items: [{ id: '1', label: 'hidden', attributes: { a: '1' }, secret: 'third' }],
    },
  ],
};

export interface BenchOptions {
  readonly seed?: unknown;
  readonly store?: SecretStore;
  readonly profile?: ProfileName;
  readonly prompter?: Prompter;
  readonly policy?: AccessPolicy;
  readonly audit?: AuditLog;
  readonly describeCaller?: (uniqueName: string) => Promise<Caller>;
  /** May throw, as a connection that is gone does. */
  readonly emit?: (signal: OutgoingSignal) => void;
}

export interface Bench {
  readonly provider: Provider;
  /** What was emitted since the last look. */
  readonly signals: () => OutgoingSignal[];
  readonly faults: unknown[];
  vanished: number;
  /** Makes a call; the method is `Member` of the path's own interface, or `interface.Member`. */
  readonly call: Call;
  readonly as: (sender: string) => Call;
  readonly openPlain: (sender?: string) => Promise<string>;
}

export type Call = (
  path: string,
  method: string,
  signature?: string,
  ...body: readonly unknown[]
) => Promise<readonly unknown[]>;

export function makeBench(options: BenchOptions = {}): Bench {
  const emitted: OutgoingSignal[] = [];
  const faults: unknown[] = [];
  const provider = new Provider(
    {
      store: options.store ?? memoryStore(options.seed ?? SEED, () => NOW),
      prompter: options.prompter ?? acceptingPrompter,
      policy: options.policy,
      audit: options.audit,
      profile: profileNamed(options.profile),
    },
    {
      emit: (signal) => {
        options.emit?.(signal);
        marshal(signal.signature, signal.body);
        emitted.push(signal);
      },
      describeCaller: options.describeCaller ?? (async (uniqueName) => ({ uniqueName })),
      delay: (_delayMs, signal) =>
        new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('aborted')));
          setImmediate(resolve);
        }),
      nextTurn: () => new Promise((resolve) => setImmediate(resolve)),
      vanish: () => {
        bench.vanished += 1;
      },
      failed: (error) => faults.push(error),
      clock: () => NOW,
      digest: (text) => `hash of ${text}`,
    },
  );
  let serial = 0;
  const as =
    (sender: string): Call =>
    async (path, method, signature = '', ...body) => {
      serial += 1;
      const dot = method.lastIndexOf('.');
      const bytes = encodeMessage({
        type: 'method_call',
        serial,
        sender,
        path,
        interface: dot < 0 ? interfaceAt(path) : method.slice(0, dot),
        member: method.slice(dot + 1),
        signature,
        body,
      });
      const reply = await provider.handleCall(decodeMessage(bytes));
      const { signature: type = '', body: values = [] } = reply;
      return unmarshal(type, marshal(type, values));
    };
  const bench: Bench = {
    provider,
    signals: () => emitted.splice(0),
    faults,
    vanished: 0,
    call: as(':1.1'),
    as,
    openPlain: async (sender = ':1.1') => {
      const [, path] = await as(sender)(
        SERVICE_PATH,
        'OpenSession',
        'sv',
        'plain',
        new Variant('s', ''),
      );
      return String(path);
    },
  };
  return bench;
}

/** The properties that CreateItem takes. */
export function itemProperties(
  label: string,
  attributes: Readonly<Record<string, string>>,
): Map<string, Variant> {
  return new Map<string, Variant>([
    [`${ITEM_INTERFACE}.Label`, new Variant('s', label)],
    [`${ITEM_INTERFACE}.Attributes`, new Variant('a{ss}', attributes)],
  ]);
}

export function plainSecret(session: string, text: string, contentType = 'text/plain'): unknown {
  return [session, new Uint8Array(0), new TextEncoder().encode(text), contentType];
}

/** Stores through CreateItem. */
export async function store(
  bench: Bench,
  attributes: Readonly<Record<string, string>>,
  text: string,
  { replace = false, label = 'new', collection = LOGIN, contentType = 'text/plain' } = {},
): Promise<readonly unknown[]> {
  const session = await bench.openPlain();
  const secret = plainSecret(session, text, contentType);
  const properties = itemProperties(label, attributes);
  return bench.call(collection, 'CreateItem', 'a{sv}(oayays)b', properties, secret, replace);
}

/** Reads through GetSecret: the text and its content type. */
export async function read(bench: Bench, path: string): Promise<[text: string, type: string]> {
  const session = await bench.openPlain();
  const [struct] = await bench.call(path, 'GetSecret', 'o', session);
  assert.ok(Array.isArray(struct));
  const [owner, parameters, value, contentType] = struct;
  assert.equal(owner, session);
  assert.equal(parameters.length, 0);
  return [new TextDecoder().decode(value), contentType];
}

export async function get(bench: Bench, path: string, name: string): Promise<unknown> {
  const method = 'org.freedesktop.DBus.Properties.Get';
  const [value] = await bench.call(path, method, 'ss', interfaceAt(path), name);
  assert.ok(value instanceof Variant);
  return value.value;
}

export async function set(bench: Bench, path: string, name: string, value: Variant): Promise<void> {
  const method = 'org.freedesktop.DBus.Properties.Set';
  await bench.call(path, method, 'ssv', interfaceAt(path), name, value);
}

/** Expects an error reply of this name. */
export function refused(errorName: string, text = /./u): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof DBusErrorReply, String(error));
    assert.equal(error.errorName, errorName);
    assert.match(error.message, text);
    return true;
  };
}

export const SECRET_ERROR = 'org.freedesktop.Secret.Error';
export const DBUS_ERROR = 'org.freedesktop.DBus.Error';

/** Waits until a signal of this member has left, and hands back all since the last look. */
export async function untilSignal(bench: Bench, member: string): Promise<OutgoingSignal[]> {
  const seen: OutgoingSignal[] = [];
  for (let turns = 0; turns < 1000; turns += 1) {
    seen.push(...bench.signals());
    if (seen.some((signal) => signal.member === member)) return seen;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error(`no ${member} came`);
}

function interfaceAt(path: string): string {
  const [kind, , item] = path.slice(SERVICE_PATH.length + 1).split('/');
  if (kind === 'collection') return item === undefined ? COLLECTION_INTERFACE : ITEM_INTERFACE;
  if (kind === 'aliases') return COLLECTION_INTERFACE;
  if (kind === 'session') return 'org.freedesktop.Secret.Session';
  if (kind === 'prompt') return 'org.freedesktop.Secret.Prompt';
  return 'org.freedesktop.Secret.Service';
}
