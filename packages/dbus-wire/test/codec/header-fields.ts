import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  HEADER_FIELDS,
  hasRequiredFields,
  type TextField,
  textFault,
} from '../../src/codec/header-fields.ts';

const TEXT_FIELDS = HEADER_FIELDS.filter(
  (field): field is TextField => field !== undefined && 'accepts' in field,
);

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

test('each field of texts has its grammar and a code of its own', () => {
  const slots = TEXT_FIELDS.map(({ slot }) => slot);
  assert.deepEqual(slots, ['path', 'interface', 'member', 'errorName', 'destination', 'sender']);
  assert.equal(new Set(TEXT_FIELDS.map(({ fault }) => fault)).size, slots.length);
  const accepted = TEXT_FIELDS.map(({ accepts }) => [':1.5', 'a.b', 'a', '/a'].map(accepts));
  assert.deepEqual(accepted, [
    [false, false, false, true],
    [false, true, false, false],
    [false, false, true, false],
    [false, true, false, false],
    [true, true, false, false],
    [true, true, false, false],
  ]);
});

// @rule wire/local-interface
// @rule wire/local-path
test('what is reserved for local use is refused in its own field only', () => {
  const faults = (name: string) => TEXT_FIELDS.map((field) => textFault(field, name));
  assert.deepEqual(faults('org.freedesktop.DBus.Local'), [
    'object-path-invalid',
    'local-interface',
    'member-invalid',
    undefined,
    undefined,
    undefined,
  ]);
  const path = 'object-path-invalid';
  assert.deepEqual(faults('org.freedesktop.DBus').filter(Boolean), [path, 'member-invalid']);
  assert.equal(faults('/org/freedesktop/DBus/Local')[0], 'local-path');
  assert.equal(faults('/org/freedesktop/DBus')[0], undefined);
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
