import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  FieldPrefix,
  hasRequiredFields,
  LAST_FIELD_CODE,
  NAME_FIELDS,
} from '../src/header-fields.ts';

test('the prefix of a field is its code and the signature of its type', () => {
  const types: Readonly<Record<string, string>> = {
    PATH: 'o',
    REPLY_SERIAL: 'u',
    SIGNATURE: 'g',
    UNIX_FDS: 'u',
    CONTAINER_INSTANCE: 'o',
  };
  for (const [index, [name, prefix]] of Object.entries(FieldPrefix).entries()) {
    const type = types[name] ?? 's';
    const bytes = Uint8Array.of(index + 1, 1, type.charCodeAt(0), 0);
    assert.equal(prefix, new DataView(bytes.buffer).getInt32(0, true), name);
  }
  assert.equal(Object.keys(FieldPrefix).length, LAST_FIELD_CODE);
});

test('each field of names has its grammar and a code of its own', () => {
  const slots = NAME_FIELDS.map(({ slot }) => slot);
  assert.deepEqual(slots, ['interface', 'member', 'errorName', 'destination', 'sender']);
  assert.equal(new Set(NAME_FIELDS.map(({ fault }) => fault)).size, slots.length);
  const accepted = NAME_FIELDS.map(({ accepts }) => [':1.5', 'a.b', 'a'].map(accepts));
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
