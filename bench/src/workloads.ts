/**
 * The messages that every codec is measured on, w1 to w8, as plain values: what a keyring client
 * sends and receives, then bulk data. Nothing here belongs to one library: dictionaries are `Map`s,
 * variants are {@link TypedValue}s, and each peer turns them into its own shape before timing.
 * Values are made by formulas, so that every run and every peer sees the same bytes.
 */

/** A value that carries its own signature: what a D-Bus variant holds. */
export class TypedValue {
  readonly signature: string;
  readonly value: unknown;

  constructor(signature: string, value: unknown) {
    this.signature = signature;
    this.value = value;
  }
}

export interface WorkloadMessage {
  readonly type: 'method_call' | 'method_return';
  readonly serial: number;
  readonly path?: string;
  readonly interface?: string;
  readonly member?: string;
  readonly replySerial?: number;
  readonly destination: string;
  readonly sender?: string;
  readonly signature: string;
  readonly body: readonly unknown[];
}

export interface Workload {
  readonly id: string;
  readonly title: string;
  /** Structured workloads are those that the geometric means are taken over. */
  readonly isStructured: boolean;
  readonly message: WorkloadMessage;
}

const SECRETS = '/org/freedesktop/secrets';

export const WORKLOADS: readonly Workload[] = [
  structured('w1', 'Hello', {
    type: 'method_call',
    serial: 1,
    path: '/org/freedesktop/DBus',
    interface: 'org.freedesktop.DBus',
    member: 'Hello',
    destination: 'org.freedesktop.DBus',
    signature: '',
    body: [],
  }),
  structured('w2', 'SearchItems, 3 attributes', {
    type: 'method_call',
    serial: 5,
    path: SECRETS,
    interface: 'org.freedesktop.Secret.Service',
    member: 'SearchItems',
    destination: 'org.freedesktop.secrets',
    signature: 'a{ss}',
    body: [attributes(1)],
  }),
  structured('w3/1', 'GetSecrets, 1 secret', reply('a{o(oayays)}', [secrets(1)])),
  structured('w3/100', 'GetSecrets, 100 secrets', reply('a{o(oayays)}', [secrets(100)])),
  structured('w4', 'GetAll, 8 properties', reply('a{sv}', [itemProperties(1)])),
  bulk('w5', 'ay, 1 MiB', 'ay', bytes(1024 * 1024, 1)),
  bulk('w6/ao', '10,000 object paths', 'ao', range(10_000, itemPath)),
  bulk(
    'w6/as',
    '10,000 strings',
    'as',
    range(10_000, (n) => `entry number ${n}`),
  ),
  structured('w7', 'GetManagedObjects, 50', reply('a{oa{sa{sv}}}', [managedObjects(50)])),
  bulk(
    'w8/ai',
    '100,000 int32',
    'ai',
    range(100_000, (n) => (n * 2_654_435_761) | 0),
  ),
  bulk(
    'w8/ad',
    '100,000 doubles',
    'ad',
    range(100_000, (n) => n * 1.5 - 1000),
  ),
  bulk(
    'w8/ax',
    '100,000 int64',
    'ax',
    range(100_000, (n) => BigInt(n) * 1_000_003n - 7n),
  ),
];

function structured(id: string, title: string, message: WorkloadMessage): Workload {
  return { id, title, isStructured: true, message };
}

function bulk(id: string, title: string, signature: string, value: unknown): Workload {
  return { id, title, isStructured: false, message: reply(signature, [value]) };
}

function reply(signature: string, body: readonly unknown[]): WorkloadMessage {
  return {
    type: 'method_return',
    serial: 9,
    replySerial: 6,
    destination: ':1.42',
    sender: ':1.7',
    signature,
    body,
  };
}

function itemPath(n: number): string {
  return `${SECRETS}/collection/Default_keyring/${n}`;
}

function attributes(n: number): Map<string, string> {
  return new Map([
    ['xdg:schema', 'org.freedesktop.Secret.Generic'],
    ['service', 'example.com'],
    ['username', `alice${n}`],
  ]);
}

function secrets(count: number): Map<string, unknown> {
  return new Map(
    range(count, (n) => [
      itemPath(n),
      [`${SECRETS}/session/s1`, bytes(16, n), bytes(64, n + 1), 'text/plain; charset=utf8'],
    ]),
  );
}

function itemProperties(n: number): Map<string, TypedValue> {
  return new Map([
    ['Locked', new TypedValue('b', false)],
    [
      'Attributes',
      new TypedValue(
        'a{ss}',
        new Map([
          ...attributes(n),
          ['application', 'org.example.Browser'],
          ['origin', `https://example.com:${8000 + n}/`],
        ]),
      ),
    ],
    ['Label', new TypedValue('s', `Password of alice${n} on example.com`)],
    ['Type', new TypedValue('s', 'org.freedesktop.Secret.Generic')],
    ['Created', new TypedValue('t', 1_700_000_000n + BigInt(n))],
    ['Modified', new TypedValue('t', 1_700_000_500n + BigInt(n))],
    ['Collection', new TypedValue('o', `${SECRETS}/collection/Default_keyring`)],
    ['Uses', new TypedValue('u', n)],
  ]);
}

function managedObjects(count: number): Map<string, Map<string, Map<string, TypedValue>>> {
  return new Map(
    range(count, (n) => [
      itemPath(n),
      new Map([
        ['org.freedesktop.Secret.Item', itemProperties(n)],
        [
          'org.freedesktop.Secret.Item.Usage',
          new Map([
            ['Readers', new TypedValue('as', [`:1.${n}`, `:1.${n + 100}`, `:1.${n + 200}`])],
            ['LastRead', new TypedValue('t', 1_700_001_000n + BigInt(n))],
            ['Weight', new TypedValue('d', n / 8)],
            ['Range', new TypedValue('(ii)', [-n, n])],
          ]),
        ],
        ['org.freedesktop.DBus.Introspectable', new Map<string, TypedValue>()],
      ]),
    ]),
  );
}

function range<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}

function bytes(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, n) => (n * 31 + seed * 17) & 0xff);
}
