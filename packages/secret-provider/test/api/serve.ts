import assert from 'node:assert/strict';
import { decodeMessage, encodeMessage, Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Refusal } from '../../src/api/refusal.ts';
import { type CallStyle, serve } from '../../src/api/serve.ts';
import type { ServedObject } from '../../src/types/served-object.ts';

const written: unknown[] = [];

const STRICTEST: CallStyle = { allInterfaces: 'none', withoutInterface: 'none' };
const FREEST: CallStyle = { allInterfaces: 'each', withoutInterface: 'all' };

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
  style = FREEST,
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
  return serve(object, decodeMessage(bytes), style);
}

const PROPERTIES = 'org.freedesktop.DBus.Properties';
const INTROSPECTABLE = 'org.freedesktop.DBus.Introspectable';

const refusal = (kind: string) => (error: unknown) =>
  error instanceof Refusal && error.kind === kind;

// @rule provider/interface-left-out
test('a method gets its arguments and its caller, with or without an interface', async () => {
  const expected = { signature: 'ss', body: ['hi', ':1.5'] };
  assert.deepEqual(await call('Echo', 's', ['hi']), expected);
  assert.deepEqual(await call('Echo', 's', ['hi'], ''), expected);
  assert.deepEqual(await call('Get', 'ss', ['a.b', 'Free'], ''), {
    signature: 'v',
    body: [new Variant('u', 7)],
  });
  assert.deepEqual(
    await call('Introspect', '', [], ''),
    await call('Introspect', '', [], INTROSPECTABLE),
  );
});

test('what a profile finds without an interface: only Introspect, or nothing', async () => {
  const some: CallStyle = { ...FREEST, withoutInterface: 'introspection' };
  assert.equal((await call('Introspect', '', [], '', some)).signature, 's');
  for (const [style, member] of [
    [some, 'Echo'],
    [some, 'GetAll'],
    [STRICTEST, 'Introspect'],
    [STRICTEST, 'Echo'],
  ] as const) {
    await assert.rejects(call(member, 's', ['a.b'], '', style), refusal('unknown-standard-method'));
  }
});

// @rule provider/argument-types
test('arguments of other types are refused', async () => {
  await assert.rejects(call('Echo', 'u', [1]), refusal('wrong-signature'));
  await assert.rejects(call('Echo'), refusal('wrong-signature'));
  await assert.rejects(call('Get', 's', ['a.b'], PROPERTIES), refusal('wrong-standard-signature'));
  await assert.rejects(
    call('Introspect', 's', [''], INTROSPECTABLE),
    refusal('wrong-standard-signature'),
  );
});

test('what is not there is refused by its kind', async () => {
  await assert.rejects(call('Other'), refusal('unknown-method'));
  await assert.rejects(call('Echo', 's', ['x'], 'x.y'), refusal('unknown-interface'));
  for (const owner of [PROPERTIES, INTROSPECTABLE]) {
    await assert.rejects(call('Other', '', [], owner), refusal('unknown-standard-method'));
  }
  await assert.rejects(call('Get', 'ss', ['a.b', 'None'], PROPERTIES), refusal('unknown-property'));
  await assert.rejects(
    call('Get', 'ss', ['x.y', 'None'], PROPERTIES),
    refusal('foreign-interface'),
  );
  await assert.rejects(call('GetAll', 's', ['x.y'], PROPERTIES), refusal('foreign-interface'));
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
    refusal('wrong-property-type'),
  );
  await assert.rejects(
    call('Set', 'ssv', ['a.b', 'Fixed', fixed], PROPERTIES),
    refusal('property-read-only'),
  );
});

test('of no interface means of all of them, as far as a profile lets it', async () => {
  const { body } = await call('GetAll', 's', [''], PROPERTIES);
  const [all] = body ?? [];
  assert.ok(all instanceof Map);
  assert.deepEqual(
    [...all.keys()],
    OBJECT.properties.map(({ name }) => name),
  );
  const get = (style: CallStyle) => call('Get', 'ss', ['', 'Free'], PROPERTIES, style);
  const getAll = (style: CallStyle) => call('GetAll', 's', [''], PROPERTIES, style);
  assert.deepEqual((await get(FREEST)).body, [new Variant('u', 7)]);
  const whole: CallStyle = { ...FREEST, allInterfaces: 'all' };
  assert.deepEqual(await getAll(whole), await getAll(FREEST));
  for (const refused of [get(whole), get(STRICTEST), getAll(STRICTEST)]) {
    await assert.rejects(refused, refusal('foreign-interface'));
  }
});

test('GetAll leaves out what is not told at present, and Get says that it is locked', async () => {
  const [first, ...others] = OBJECT.properties;
  assert.ok(first !== undefined);
  const properties = [{ ...first, isUntold: () => true }, ...others];
  const names = async (object: ServedObject) => {
    const { body } = await call('GetAll', 's', ['a.b'], PROPERTIES, FREEST, object);
    const [all] = body ?? [];
    assert.ok(all instanceof Map);
    return [...all.keys()];
  };
  assert.ok((await names(OBJECT)).includes(first.name));
  const untold = { ...OBJECT, properties };
  assert.ok(!(await names(untold)).includes(first.name));
  await assert.rejects(
    call('Get', 'ss', ['a.b', first.name], PROPERTIES, FREEST, untold),
    refusal('is-locked'),
  );
});

test('what takes its time is waited for, and how it ended is the answer', async () => {
  const later = <Value>(value: Value): Promise<Value> =>
    new Promise((resolve) => setImmediate(() => resolve(value)));
  const failing = async (): Promise<void> => {
    await later(undefined);
    throw new Refusal('failed', 'not written');
  };
  const slow: ServedObject = {
    ...OBJECT,
    methods: [{ interface: 'a.b', member: 'Slow', in: [], out: ['s'], run: () => later(['done']) }],
    properties: [
      { interface: 'a.b', name: 'P', type: 's', read: () => later('p'), write: failing },
    ],
  };
  const ask = (member: string, signature: string, body: readonly unknown[], style = FREEST) =>
    call(member, signature, body, PROPERTIES, style, slow);
  const value = new Variant('s', 'p');
  assert.deepEqual((await call('Slow', '', [], 'a.b', FREEST, slow)).body, ['done']);
  assert.deepEqual((await ask('Get', 'ss', ['a.b', 'P'])).body, [value]);
  assert.deepEqual((await ask('GetAll', 's', ['a.b'])).body, [new Map([['P', value]])]);
  for (const owner of ['a.b', '']) {
    await assert.rejects(ask('Set', 'ssv', [owner, 'P', value]), refusal('failed'));
  }
  await assert.rejects(
    ask('Set', 'ssv', ['', 'P', value], STRICTEST),
    refusal('foreign-interface'),
  );
});
