import assert from 'node:assert/strict';
import { decodeMessage, encodeMessage, Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Refusal } from '../../src/api/refusal.ts';
import { serve } from '../../src/api/serve.ts';
import type { ServedObject } from '../../src/types/served-object.ts';

const written: unknown[] = [];

const OBJECT: ServedObject = {
  methods: [
    {
      interface: 'a.b',
      member: 'Echo',
      in: ['s'],
      out: ['s', 's'],
      run: ([text], caller) => [text, caller],
    },
  ],
  properties: [
    { interface: 'a.b', name: 'Fixed', type: 's', read: () => 'fixed' },
    {
      interface: 'a.b',
      name: 'Free',
      type: 'u',
      read: () => 7,
      write: async (value, caller) => void written.push(value, caller),
    },
  ],
  signals: [],
  children: [],
};

function call(
  member: string,
  signature = '',
  body: readonly unknown[] = [],
  owner?: string,
  tellsAllInterfaces = true,
  object = OBJECT,
) {
  const bytes = encodeMessage({
    type: 'method_call',
    serial: 1,
    path: '/x',
    sender: ':1.5',
    ...(owner === '' ? {} : { interface: owner ?? 'a.b' }),
    member,
    signature,
    body,
  });
  return serve(object, decodeMessage(bytes), { tellsAllInterfaces });
}

const PROPERTIES = 'org.freedesktop.DBus.Properties';

const refusal = (kind: string) => (error: unknown) =>
  error instanceof Refusal && error.kind === kind;

test('a method gets its arguments and its caller, with or without an interface', async () => {
  const expected = { signature: 'ss', body: ['hi', ':1.5'] };
  assert.deepEqual(await call('Echo', 's', ['hi']), expected);
  assert.deepEqual(await call('Echo', 's', ['hi'], ''), expected);
});

// @rule provider/argument-types
test('arguments of other types are refused', async () => {
  await assert.rejects(call('Echo', 'u', [1]), refusal('wrong-signature'));
  await assert.rejects(call('Echo'), refusal('wrong-signature'));
  await assert.rejects(call('Get', 's', ['a.b'], PROPERTIES), refusal('wrong-signature'));
  await assert.rejects(
    call('Introspect', 's', [''], 'org.freedesktop.DBus.Introspectable'),
    refusal('wrong-signature'),
  );
});

test('what is not there is refused by its kind', async () => {
  await assert.rejects(call('Other'), refusal('unknown-method'));
  await assert.rejects(call('Echo', 's', ['x'], 'x.y'), refusal('unknown-interface'));
  await assert.rejects(call('Other', '', [], PROPERTIES), refusal('unknown-method'));
  await assert.rejects(call('Get', 'ss', ['a.b', 'None'], PROPERTIES), refusal('unknown-property'));
  await assert.rejects(
    call('Get', 'ss', ['x.y', 'None'], PROPERTIES),
    refusal('unknown-interface'),
  );
  await assert.rejects(call('GetAll', 's', ['x.y'], PROPERTIES), refusal('unknown-interface'));
});

test('properties are read, listed and written', async () => {
  const fixed = new Variant('s', 'fixed');
  assert.deepEqual(await call('Get', 'ss', ['a.b', 'Fixed'], PROPERTIES), {
    signature: 'v',
    body: [fixed],
  });
  assert.deepEqual(await call('GetAll', 's', ['a.b'], PROPERTIES), {
    signature: 'a{sv}',
    body: [
      new Map<string, Variant>([
        ['Fixed', fixed],
        ['Free', new Variant('u', 7)],
      ]),
    ],
  });
  await call('Set', 'ssv', ['a.b', 'Free', new Variant('u', 9)], PROPERTIES);
  assert.deepEqual(written, [9, ':1.5']);
  await assert.rejects(
    call('Set', 'ssv', ['a.b', 'Free', new Variant('s', '9')], PROPERTIES),
    refusal('invalid-args'),
  );
  await assert.rejects(
    call('Set', 'ssv', ['a.b', 'Fixed', fixed], PROPERTIES),
    refusal('property-read-only'),
  );
});

test('GetAll of no interface gives all properties, or is refused where a profile says so', async () => {
  const { body } = await call('GetAll', 's', [''], PROPERTIES);
  const [all] = body ?? [];
  assert.ok(all instanceof Map);
  assert.deepEqual(
    [...all.keys()],
    OBJECT.properties.map(({ name }) => name),
  );
  await assert.rejects(call('GetAll', 's', [''], PROPERTIES, false), refusal('invalid-args'));
});

test('GetAll leaves out what is not told at present', async () => {
  const [first, ...others] = OBJECT.properties;
  assert.ok(first !== undefined);
  const properties = [{ ...first, isUntold: () => true }, ...others];
  const names = async (object: ServedObject) => {
    const { body } = await call('GetAll', 's', ['a.b'], PROPERTIES, true, object);
    const [all] = body ?? [];
    assert.ok(all instanceof Map);
    return [...all.keys()];
  };
  assert.ok((await names(OBJECT)).includes(first.name));
  assert.ok(!(await names({ ...OBJECT, properties })).includes(first.name));
});
