// Many sessions in a row, each of which reads a known secret and writes another: a naive client
// fails on one keyring about once in 250. 200 in CI, 5,000 with SLOW=1.
// Foreign peer: the daemons' own key agreement.

import assert from 'node:assert/strict';
import process from 'node:process';
import { SecretService } from '../src/index.ts';
import { onEach } from './support/keyrings.ts';

const SESSIONS = process.env['SLOW'] === '1' ? 5000 : 200;

// @rule secret/canonical-session
onEach(`${SESSIONS} sessions, a read and a write in each`, [], async ({ address, connect }) => {
  const first = await connect();
  await first.store('known', { app: 'sessions', which: 'read' }, 'known secret');
  await first.store('written', { app: 'sessions', which: 'write' }, 'nothing yet');
  const plain = await connect({ session: 'plain' });
  for (let i = 0; i < SESSIONS; i += 1) {
    const service = SecretService.open({ address });
    const secret = await service.lookup({ app: 'sessions', which: 'read' });
    assert.equal(secret?.text(), 'known secret', `session ${i}`);
    await service.store('written', { app: 'sessions', which: 'write' }, `secret ${i}`);
    await service.close();
    const written = await plain.lookup({ app: 'sessions', which: 'write' });
    assert.equal(written?.text(), `secret ${i}`, `session ${i}`);
  }
});
