import assert from 'node:assert/strict';
import { Message } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { wipeSecrets } from '../../src/messages/secret-bytes.ts';

const HEADER = { type: 'method_call', typeCode: 1, serial: 1, flags: 0 } as const;
const FIELDS = { ...HEADER, byteOrder: 'little', path: '/', member: 'Ask' } as const;

test('of a message what can be a secret is wiped, and nothing else is looked at', () => {
  const secret = Uint8Array.of(1, 2);
  const struct = ['/', new Uint8Array(0), secret, 'text/plain'];
  wipeSecrets(new Message({ ...FIELDS, signature: '(oayays)', body: [struct] }));
  assert.deepEqual([...secret], [0, 0]);
  const number = Uint8Array.of(7);
  wipeSecrets(new Message({ ...FIELDS, signature: 'aq', body: [number] }));
  assert.deepEqual([...number], [7]);
});
