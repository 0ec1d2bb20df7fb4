/**
 * What a client should not send, to every method of every object of a provider on a bus: each is answered
 * with an error and a text, the service goes on, and what it holds is as it was.
 */
import assert from 'node:assert/strict';
import { type Connection, connect, isDBusErrorReply, Variant } from '@keywire/dbus-wire';
import { parseIntrospection } from '@keywire/dbus-wire/introspection';
import { test } from '../../../test-fixtures/src/harness.ts';
import { startWorld, type World } from './support/world.ts';

const NAME = 'org.freedesktop.secrets';
const SERVICE = '/org/freedesktop/secrets';
const LOGIN = `${SERVICE}/collection/login`;
const NOWHERE = `${SERVICE}/collection/nowhere`;

const SEED = {
  collections: [
    {
      id: 'login',
      label: 'Login',
      aliases: ['default'],
      items: [{ id: '1', label: 'One', attributes: { a: '1' }, secret: 's3cret' }],
    },
    { id: 'safe', label: 'Safe', locked: true, items: [] },
  ],
};

/** Bodies that fit no method, or not this one. */
const STRANGE: readonly (readonly [signature: string, body: readonly unknown[]])[] = [
  ['', []],
  ['i', [1]],
  ['s', ['x']],
  ['v', [new Variant('as', [])]],
  ['ao', [[SERVICE]]],
  ['a{sv}', [new Map()]],
  ['(oayays)', [[SERVICE, new Uint8Array(1), new Uint8Array(1), 'x']]],
  ['sss', ['x', 'y', 'z']],
];

function call(
  connection: Connection,
  at: readonly [path: string, owner: string, member: string],
  signature = '',
  body: readonly unknown[] = [],
) {
  const [path, owner, member] = at;
  return connection.call({
    destination: NAME,
    path,
    interface: owner,
    member,
    signature,
    body: [...body],
  });
}

/** Everything that can be seen, in one text. */
async function snapshot({ address }: World): Promise<string> {
  await using connection = await connect({ address });
  const secret = 'org.freedesktop.Secret';
  const opened = await call(connection, [SERVICE, `${secret}.Service`, 'OpenSession'], 'sv', [
    'plain',
    new Variant('s', ''),
  ]);
  const item = `${LOGIN}/1`;
  const read = await call(connection, [item, `${secret}.Item`, 'GetSecret'], 'o', [opened.body[1]]);
  const seen: unknown[] = [Array.isArray(read.body[0]) ? read.body[0].slice(2) : read.body];
  for (const [path, owner] of [
    [SERVICE, 'Service'],
    [LOGIN, 'Collection'],
    [`${SERVICE}/collection/safe`, 'Collection'],
    [item, 'Item'],
  ] as const) {
    const properties = 'org.freedesktop.DBus.Properties';
    const { body } = await call(connection, [path, properties, 'GetAll'], 's', [
      `${secret}.${owner}`,
    ]);
    seen.push(body);
  }
  return JSON.stringify(seen, (_key, value: unknown) => {
    if (value instanceof Map) return [...value];
    return typeof value === 'bigint' ? String(value) : value;
  });
}

async function refusal(promise: Promise<unknown>, what: string): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (!isDBusErrorReply(error)) throw error;
    assert.notEqual(error.message, error.errorName, `${what}: no text`);
    assert.doesNotMatch(error.message, /s3cret/u);
    return error.errorName;
  }
  throw new Error(`${what}: was not refused`);
}

test('every method of every object refuses what does not fit, and nothing changes', async () => {
  await using world = await startWorld('embedded', { seed: SEED });
  const before = await snapshot(world);
  await using connection = await connect({ address: world.address });
  const [, session] = (
    await call(connection, [SERVICE, 'org.freedesktop.Secret.Service', 'OpenSession'], 'sv', [
      'plain',
      new Variant('s', ''),
    ])
  ).body;
  const [, prompt] = (
    await call(connection, [SERVICE, 'org.freedesktop.Secret.Service', 'Unlock'], 'ao', [
      [`${SERVICE}/collection/safe`],
    ])
  ).body;
  let count = 0;
  for (const path of [
    SERVICE,
    LOGIN,
    `${LOGIN}/1`,
    `${SERVICE}/aliases/default`,
    String(session),
    String(prompt),
  ]) {
    const introspectable = 'org.freedesktop.DBus.Introspectable';
    const { body } = await call(connection, [path, introspectable, 'Introspect']);
    for (const { name, methods } of parseIntrospection(String(body[0])).interfaces) {
      if (name === introspectable || name === 'org.freedesktop.DBus.Peer') continue;
      for (const [member, { in: wanted = '' }] of Object.entries(methods ?? {})) {
        for (const [signature, given] of STRANGE.filter(([each]) => each !== wanted)) {
          const what = `${path} ${name}.${member} "${signature}"`;
          const answer = await refusal(
            call(connection, [path, name, member], signature, given),
            what,
          );
          assert.equal(answer, 'org.freedesktop.DBus.Error.InvalidArgs', what);
          count += 1;
        }
      }
    }
    assert.equal(
      await refusal(call(connection, [path, 'a.b.C', 'D']), path),
      'org.freedesktop.DBus.Error.UnknownInterface',
    );
  }
  assert.ok(count > 100, `${count} calls`);
  assert.equal(await snapshot(world), before);
});

test('unknown objects, sessions of others and degenerate keys have the errors of the specification', async () => {
  await using world = await startWorld('embedded', { seed: SEED });
  const before = await snapshot(world);
  await using connection = await connect({ address: world.address });
  await using other = await connect({ address: world.address });
  const secret = 'org.freedesktop.Secret';
  const open = (input: Variant, algorithm = 'dh-ietf1024-sha256-aes128-cbc-pkcs7') =>
    call(connection, [SERVICE, `${secret}.Service`, 'OpenSession'], 'sv', [algorithm, input]);
  const [, theirs] = (
    await call(other, [SERVICE, `${secret}.Service`, 'OpenSession'], 'sv', [
      'plain',
      new Variant('s', ''),
    ])
  ).body;
  const struct = [theirs, new Uint8Array(0), new Uint8Array(1), 'text/plain'];
  const label = new Map([[`${secret}.Item.Label`, new Variant('s', 'x')]]);
  const item = `${LOGIN}/1`;
  const cases: readonly [what: string, promise: () => Promise<unknown>, errorName: string][] = [
    [
      'no collection',
      () => call(connection, [NOWHERE, `${secret}.Collection`, 'Delete']),
      'Secret.Error.NoSuchObject',
    ],
    [
      'no item',
      () => call(connection, [`${LOGIN}/9`, `${secret}.Item`, 'Delete']),
      'Secret.Error.NoSuchObject',
    ],
    [
      'no prompt',
      () => call(connection, [`${SERVICE}/prompt/p9`, `${secret}.Prompt`, 'Dismiss']),
      'Secret.Error.NoSuchObject',
    ],
    [
      'alias to nothing',
      () => call(connection, [SERVICE, `${secret}.Service`, 'SetAlias'], 'so', ['x', NOWHERE]),
      'Secret.Error.NoSuchObject',
    ],
    [
      "another's session, read",
      () => call(connection, [item, `${secret}.Item`, 'GetSecret'], 'o', [theirs]),
      'Secret.Error.NoSession',
    ],
    [
      "another's session, bulk",
      () => call(connection, [SERVICE, `${secret}.Service`, 'GetSecrets'], 'aoo', [[item], theirs]),
      'Secret.Error.NoSession',
    ],
    [
      "another's session, write",
      () => call(connection, [item, `${secret}.Item`, 'SetSecret'], '(oayays)', [struct]),
      'Secret.Error.NoSession',
    ],
    [
      "another's session, new",
      () =>
        call(connection, [LOGIN, `${secret}.Collection`, 'CreateItem'], 'a{sv}(oayays)b', [
          label,
          struct,
          false,
        ]),
      'Secret.Error.NoSession',
    ],
    [
      "another's session, closed",
      () => call(connection, [String(theirs), `${secret}.Session`, 'Close']),
      'Secret.Error.NoSession',
    ],
    ['unknown algorithm', () => open(new Variant('s', ''), 'rot13'), 'DBus.Error.NotSupported'],
    ['a key that is text', () => open(new Variant('s', 'key')), 'DBus.Error.InvalidArgs'],
    ...[0, 1, 2 ** 20].map((length): (typeof cases)[number] => [
      `a key of ${length} bytes`,
      () => open(new Variant('ay', new Uint8Array(length))),
      'DBus.Error.InvalidArgs',
    ]),
    ['the key 1', () => open(new Variant('ay', new Uint8Array([1]))), 'DBus.Error.InvalidArgs'],
    [
      'the largest key',
      () => open(new Variant('ay', new Uint8Array(128).fill(0xff))),
      'DBus.Error.InvalidArgs',
    ],
    [
      'an alias that is no name',
      () => call(connection, [SERVICE, `${secret}.Service`, 'SetAlias'], 'so', ['a/b', LOGIN]),
      'DBus.Error.InvalidArgs',
    ],
  ];
  for (const [what, promise, errorName] of cases) {
    assert.equal(await refusal(promise(), what), `org.freedesktop.${errorName}`, what);
  }
  assert.equal(await snapshot(world), before);
});

test('absurd sizes are answered, or end the connection that sent them, and no other', async () => {
  await using world = await startWorld('embedded', { seed: SEED });
  const before = await snapshot(world);
  await using connection = await connect({ address: world.address });
  const long = 'x'.repeat(4 * 1024 * 1024);
  const service = 'org.freedesktop.Secret.Service';
  const { body } = await call(connection, [SERVICE, service, 'SearchItems'], 'a{ss}', [
    { [long]: long },
  ]);
  assert.deepEqual(body, [[], []]);
  const paths = Array.from({ length: 100_000 }, (_, index) => `${NOWHERE}/${index}`);
  assert.deepEqual((await call(connection, [SERVICE, service, 'Lock'], 'ao', [paths])).body, [
    [],
    '/',
  ]);
  assert.deepEqual((await call(connection, [SERVICE, service, 'Unlock'], 'ao', [paths])).body, [
    [],
    '/',
  ]);
  await using giant = await connect({ address: world.address });
  const beyond = new Uint8Array(65 * 1024 * 1024);
  // Over the bus's limit for a message: it is cut off.
  await assert.rejects(
    call(giant, [SERVICE, service, 'OpenSession'], 'sv', ['plain', new Variant('ay', beyond)]),
  );
  assert.deepEqual(
    (await call(connection, [SERVICE, service, 'ReadAlias'], 's', ['default'])).body,
    [LOGIN],
  );
  assert.equal(await snapshot(world), before);
});
