import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isSecretServiceError } from '../../src/errors/errors.ts';
import { schema } from '../../src/protocol/schema.ts';

const isInvalid = (error: unknown): boolean => isSecretServiceError(error, 'invalid-attributes');
const PASSWORD = schema('org.example.Password', {
  host: 'string',
  port: 'integer',
  tls: 'boolean',
});
const LOOSE = schema('org.example.Loose', { host: 'string' }, { matchName: false });

// @rule secret/schema-types
test('values become attributes the way others write them', () => {
  assert.deepEqual(
    [...PASSWORD.attributes({ host: 'h', port: -5, tls: false })],
    [
      ['host', 'h'],
      ['port', '-5'],
      ['tls', 'false'],
      ['xdg:schema', 'org.example.Password'],
    ],
  );
  assert.deepEqual([...PASSWORD.attributes({})], [['xdg:schema', 'org.example.Password']]);
  assert.deepEqual([...LOOSE.attributes({ host: 'h' })], [['host', 'h']]);
});

test('values of another type, and other names, are refused at run time too', () => {
  const bad: unknown[] = [
    { host: 1 },
    { port: '5' },
    { port: 1.5 },
    { port: 2 ** 53 },
    { port: Number.NaN },
    { tls: 'true' },
    { other: 'x' },
    { toString: 'x' },
    { host: 'a\0' },
    { host: undefined },
  ];
  for (const values of bad) {
    assert.throws(() => Reflect.apply(PASSWORD.attributes, PASSWORD, [values]), isInvalid);
  }
  // @ts-expect-error the compiler says so as well
  assert.throws(() => PASSWORD.attributes({ port: '5' }), isInvalid);
});

test('attributes become values again', () => {
  const values = PASSWORD.parse(PASSWORD.attributes({ host: 'h', port: 443, tls: true }));
  const port: number | undefined = values.port;
  const tls: boolean | undefined = values.tls;
  assert.deepEqual({ ...values }, { host: 'h', port: 443, tls: true });
  assert.deepEqual([port, tls], [443, true]);
  assert.deepEqual({ ...PASSWORD.parse({ host: 'h', unknown: 'u' }) }, { host: 'h' });
  assert.throws(() => PASSWORD.parse({ port: 'x' }), isInvalid);
  assert.throws(() => PASSWORD.parse({ port: '1e3' }), isInvalid);
  assert.throws(() => PASSWORD.parse({ port: '9007199254740992' }), isInvalid);
  const largest = PASSWORD.attributes({ port: Number.MAX_SAFE_INTEGER });
  assert.equal(PASSWORD.parse(largest).port, Number.MAX_SAFE_INTEGER);
  assert.throws(() => PASSWORD.parse({ tls: 'yes' }), isInvalid);
  assert.throws(() => PASSWORD.parse({ 'xdg:schema': 'other' }), isInvalid);
  assert.deepEqual({ ...LOOSE.parse({ host: 'h', 'xdg:schema': 'other' }) }, { host: 'h' });
});

test('a schema needs a name, known types, and leaves the schema attribute alone', () => {
  assert.throws(() => schema('', {}), isInvalid);
  assert.throws(() => Reflect.apply(schema, undefined, ['x', { a: 'date' }]), isInvalid);
  assert.throws(() => schema('x', { 'xdg:schema': 'string' }), isInvalid);
  for (const [name, fields] of [
    [5, { a: 'string' }],
    ['a\0b', { a: 'string' }],
    ['x', { '': 'string' }],
    ['x', { 'a\0': 'string' }],
    ['x', null],
    ['x', 'string'],
  ]) {
    assert.throws(() => Reflect.apply(schema, undefined, [name, fields]), isInvalid);
  }
  for (const values of [undefined, null, 'host']) {
    assert.throws(() => Reflect.apply(PASSWORD.attributes, undefined, [values]), isInvalid);
  }
});

test('a schema has a name, and a boolean is one of two words', () => {
  assert.throws(() => schema('', { host: 'string' }), isInvalid);
  assert.equal(PASSWORD.parse({ tls: 'false' }).tls, false);
  for (const tls of ['True', '1', '']) assert.throws(() => PASSWORD.parse({ tls }), isInvalid);
});

// @rule secret/option-names
test('an option that there is not is refused: the schema would match on its name after all', () => {
  for (const options of [
    { matchname: false },
    { matchName: 'no' },
    { matchName: null },
    null,
    'x',
  ]) {
    assert.throws(() => Reflect.apply(schema, undefined, ['x', {}, options]), isInvalid);
  }
  assert.equal(schema('x', {}, { matchName: true }).matchName, true);
});
