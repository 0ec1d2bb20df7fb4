import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { FieldPrefix, HeaderField, hasRequiredFields } from '../src/header-fields.ts';

test('the prefix of a field is its code and the signature of its type', () => {
  const types: Readonly<Record<string, string>> = {
    PATH: 'o',
    REPLY_SERIAL: 'u',
    SIGNATURE: 'g',
    UNIX_FDS: 'u',
    CONTAINER_INSTANCE: 'o',
  };
  for (const [name, code] of Object.entries(HeaderField)) {
    const type = types[name] ?? 's';
    const bytes = Uint8Array.of(code, 1, type.charCodeAt(0), 0);
    const prefix = Object.entries(FieldPrefix).find(([key]) => key === name)?.[1];
    assert.equal(prefix, new DataView(bytes.buffer).getInt32(0, true), name);
  }
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
