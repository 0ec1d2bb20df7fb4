// Two clients and a hundred operations at once on one keyring: what the interface promises is kept.
// Promised: a store ends in exactly one item per attribute set within one service; an update is
// replaced by a later one, never lost; what one client wrote the other reads.
// Foreign peer: SecretStorage reads what came of it.

import assert from 'node:assert/strict';
import { secretStorage } from '../../../test-fixtures/src/index.ts';
import { onEach } from './support/keyrings.ts';

// @rule secret/stores-in-turn
onEach('two clients, a hundred operations at once', ['secretstorage'], async (bench) => {
  const { keyring, connect } = bench;
  const [one, two] = [await connect(), await connect()];
  const numbers = Array.from({ length: 25 }, (_, n) => n);
  await Promise.all([
    ...numbers.map((n) => one.store('one', { app: 'one', n: String(n) }, `one ${n}`)),
    ...numbers.map((n) => two.store('two', { app: 'two', n: String(n) }, `two ${n}`)),
    ...numbers.map((n) => one.store('same', { app: 'same' }, `same ${n}`)),
    ...numbers.map(() => two.searchItems({ app: 'one' })),
  ]);
  for (const [app, count] of [
    ['one', 25],
    ['two', 25],
    ['same', 1],
  ] as const) {
    const items = await secretStorage.search(keyring.peerEnv, { app });
    assert.equal(items.length, count, app);
    for (const { attributes, secret } of items) {
      const text = new TextDecoder().decode(secret);
      // Stores of the same attributes take turns in the order in which they were made.
      assert.equal(text, app === 'same' ? 'same 24' : `${app} ${attributes['n']}`);
    }
  }
  await Promise.all(numbers.map((n) => two.store('l', { app: 'one', n: String(n) }, `new ${n}`)));
  const read = await Promise.all(numbers.map((n) => one.lookup({ app: 'one', n: String(n) })));
  assert.deepEqual(
    read.map((secret) => secret?.text()),
    numbers.map((n) => `new ${n}`),
  );
  assert.equal(await one.clear({ app: 'one' }), 25);
  assert.equal(await two.clear({ app: 'one' }), 0);
});
