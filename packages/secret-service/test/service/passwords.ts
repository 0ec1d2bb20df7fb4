import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { schema } from '../../src/protocol/schema.ts';
import {
  clearPassword,
  lookupPassword,
  searchPasswords,
  storePassword,
} from '../../src/service/passwords.ts';
import { failsWith } from '../support/failing.ts';
import { ITEM, plainSecret, ScriptedDaemon } from '../support/scripted-daemon.ts';
import { scripted } from '../support/scripted-service.ts';

const SCHEMA = schema('org.example.P', { user: 'string', port: 'integer' });
const SCRIPTS = {
  SearchItems: () => ['aoao', [ITEM], []] as const,
  GetSecrets: () => ['a{o(oayays)}', new Map([[ITEM, plainSecret('secret')]])] as const,
};

test('one-liners send the attributes of the schema', async () => {
  const { service, daemon } = scripted(SCRIPTS);
  const values = { user: 'u', port: 1 };
  assert.equal((await lookupPassword(SCHEMA, values, { service }))?.text(), 'secret');
  assert.equal(await clearPassword(SCHEMA, values, { service }), 1);
  const { items } = await searchPasswords(service, SCHEMA, values);
  assert.equal(items[0]?.path, ITEM);
  const expected = new Map([
    ['user', 'u'],
    ['port', '1'],
    ['xdg:schema', 'org.example.P'],
  ]);
  for (const call of daemon.calls.filter((each) => each.member === 'SearchItems')) {
    assert.deepEqual(call.body, [expected]);
  }
  assert.equal(daemon.isClosed, false);
});

test("values that are not the schema's are refused before anything is sent", async () => {
  const connection = new ScriptedDaemon();
  const options = { connect: { connection, session: 'plain' } } as const;
  const wrong = { user: 'u\0', port: 1 };
  await failsWith('invalid-attributes', storePassword(SCHEMA, wrong, 'l', 's', options));
  await failsWith('invalid-attributes', lookupPassword(SCHEMA, wrong, options));
  await failsWith('invalid-attributes', clearPassword(SCHEMA, wrong, options));
  assert.deepEqual(connection.calls, []);
});

// @rule secret/option-names
test('an option that there is not is refused: a misspelt "service" would be another keyring', async () => {
  const connection = new ScriptedDaemon();
  const options = { connect: { connection, session: 'plain' }, servce: undefined } as const;
  await failsWith('invalid-argument', storePassword(SCHEMA, { user: 'u' }, 'l', 's', options));
  assert.equal(connection.members.includes('CreateItem'), false);
});

test('a store carries label and attributes', async () => {
  const connection = new ScriptedDaemon();
  const options = { connect: { connection, session: 'plain' } } as const;
  await storePassword(SCHEMA, { user: 'u' }, 'label', 'secret', options);
  const create = connection.calls.find((call) => call.member === 'CreateItem');
  const [properties] = create?.body ?? [];
  assert.ok(properties instanceof Map);
  assert.deepEqual(properties.get('org.freedesktop.Secret.Item.Label'), new Variant('s', 'label'));
  // The service was closed, the connection that was passed in was not.
  assert.equal(connection.members.at(-1), 'Close');
  assert.equal(connection.isClosed, false);
});
