/** One text in one keyring item: by exactly its attributes. */
import assert from 'node:assert/strict';
import { SecretService } from '@keywire/secret-service';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { SecretAgent } from '../../src/persistences/secret-agent.ts';
import { withKeyring } from '../support/keyring.ts';

const SCHEMA = 'org.example.Cache';

test('save, load, clear, with typed attributes, a label and the schema', async () => {
  await withKeyring(async (connect) => {
    const agent = new SecretAgent({
      schemaName: SCHEMA,
      attributes: { app: 'demo', port: 443, tls: true, count: '7' },
      attributeTypes: { count: 'integer' },
      label: 'Demo cache',
      connect,
    });
    assert.equal(await agent.load(), undefined);
    assert.equal(await agent.clear(), false);
    await agent.save('first');
    await agent.save('Grüße 🌍');
    assert.equal(await agent.load(), 'Grüße 🌍');
    await using service = await SecretService.connect(connect);
    const { unlocked } = await service.searchItems({ app: 'demo' });
    assert.equal(unlocked.length, 1);
    assert.deepEqual(Object.fromEntries((await unlocked[0]?.attributes()) ?? []), {
      app: 'demo',
      port: '443',
      tls: 'true',
      count: '7',
      'xdg:schema': SCHEMA,
    });
    assert.equal(await unlocked[0]?.label(), 'Demo cache');
    assert.equal(await agent.clear(), true);
    assert.equal(await agent.load(), undefined);
  });
});

// @rule token/exact-item
test('an item with more attributes is another one: not read, not overwritten, not cleared', async () => {
  await withKeyring(async (connect) => {
    const plain = new SecretAgent({ schemaName: SCHEMA, connect });
    const named = new SecretAgent({ schemaName: SCHEMA, attributes: { name: 'a' }, connect });
    await named.save('of the neighbour');
    assert.equal(await plain.load(), undefined);
    await plain.save('ours');
    assert.equal(await named.load(), 'of the neighbour');
    assert.equal(await plain.clear(), true);
    assert.equal(await named.load(), 'of the neighbour');
  });
});

test('a collection by alias or by path, and a service that stays open', async () => {
  await withKeyring(async (connect) => {
    await using service = await SecretService.connect(connect);
    const path = (await service.defaultCollection()).path;
    for (const collection of ['default', path]) {
      const agent = new SecretAgent({ schemaName: SCHEMA, collection, service });
      await agent.save(collection);
      assert.equal(await agent.load(), collection);
    }
    assert.equal((await service.searchItems({ 'xdg:schema': SCHEMA })).unlocked.length, 1);
  });
});

test('attributes that are not of their types are refused at once', () => {
  for (const attributes of [{ port: 'x' }, { port: true }]) {
    assert.throws(
      () =>
        new SecretAgent({ schemaName: SCHEMA, attributes, attributeTypes: { port: 'integer' } }),
      { code: 'invalid-attributes' },
    );
  }
});
