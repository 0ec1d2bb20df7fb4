import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { NETWORK_PASSWORD_SCHEMA, NOTE_SCHEMA } from '../../src/protocol/predefined-schemas.ts';

test('the predefined schemas carry the names and fields that others use', () => {
  assert.deepEqual([...NOTE_SCHEMA.attributes({})], [['xdg:schema', 'org.gnome.keyring.Note']]);
  assert.deepEqual(
    [...NETWORK_PASSWORD_SCHEMA.attributes({ user: 'u', server: 's', port: 22 })],
    [
      ['user', 'u'],
      ['server', 's'],
      ['port', '22'],
      ['xdg:schema', 'org.gnome.keyring.NetworkPassword'],
    ],
  );
});
