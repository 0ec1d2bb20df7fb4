import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { externalMechanism, ServerHandshake } from '../src/server.ts';

test('server: what a bus needs to authenticate its clients is here', () => {
  const accepted: (string | undefined)[] = [];
  const handshake = new ServerHandshake(
    { guid: '0123456789abcdef0123456789abcdef', mechanisms: [externalMechanism(1000)] },
    { send: () => {}, failed: () => {}, accepted: (identity) => accepted.push(identity) },
  );
  handshake.feed(new TextEncoder().encode('\0AUTH EXTERNAL 31303030\r\nBEGIN\r\n'));
  assert.deepEqual(accepted, ['1000']);
});
