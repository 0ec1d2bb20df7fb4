import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { HEADER_FIELDS, hasRequiredFields, type NameField } from '../src/header-fields.ts';

test('the prefix of a field is its code and the signature of its type', () => {
  const types: Readonly<Record<string, string>> = {
    path: 'o',
    replySerial: 'u',
    signature: 'g',
    unixFds: 'u',
    containerInstance: 'o',
  };
  assert.equal(HEADER_FIELDS[0], undefined);
  for (const [code, field] of HEADER_FIELDS.entries()) {
    if (field === undefined) continue;
    const type = types[field.slot] ?? 's';
    const bytes = Uint8Array.of(code, 1, type.charCodeAt(0), 0);
    assert.equal(field.prefix, new DataView(bytes.buffer).getInt32(0, true), field.slot);
  }
  assert.equal(HEADER_FIELDS.length, 11);
});

test('each field of names has its grammar and a code of its own', () => {
  const fields = HEADER_FIELDS.filter(
    (field): field is NameField => field !== undefined && 'accepts' in field,
  );
  const slots = fields.map(({ slot }) => slot);
  assert.deepEqual(slots, ['interface', 'member', 'errorName', 'destination', 'sender']);
  assert.equal(new Set(fields.map(({ fault }) => fault)).size, slots.length);
  const accepted = fields.map(({ accepts }) => [':1.5', 'a.b', 'a'].map(accepts));
  assert.deepEqual(accepted, [
    [false, true, false],
    [false, false, true],
    [false, true, false],
    [true, true, false],
    [true, true, false],
  ]);
});

// @rule wire/header-field-missing
test('each message type requires its fields', () => {
  const all = { path: '/a', interface: 'a.b', member: 'C', errorName: 'a.b', replySerial: 1 };
  const required = [[], ['path', 'member'], ['replySerial'], ['errorName', 'replySerial']];
  required.push(['path', 'interface', 'member'], []);
  for (const [typeCode, names] of required.entries()) {
    assert.ok(hasRequiredFields(typeCode, all));
    for (const name of Object.keys(all)) {
      const fields = { ...all, [name]: undefined };
      assert.equal(
        hasRequiredFields(typeCode, fields),
        !names.includes(name),
        `${typeCode} ${name}`,
      );
    }
  }
});
