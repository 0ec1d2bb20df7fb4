import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { createPasswordStores } from '../../../src/io/keyrings/password-stores.ts';

test('createPasswordStores: every backend with its state, every scheme', async () => {
  const before = process.env['DBUS_SESSION_BUS_ADDRESS'];
  process.env['DBUS_SESSION_BUS_ADDRESS'] = 'disabled:';
  try {
    const stores = createPasswordStores(new AbortController().signal);
    const reports = await stores.backends({ noPrompt: true, plain: false });
    const states = new Map(reports.map(({ name, state }) => [name, state]));
    assert.equal(states.get('secret-service'), 'unavailable');
    assert.equal(states.get('file'), 'unavailable');
    assert.equal(states.get('memory'), 'ready');
    assert.ok(stores.schemes().some(({ name }) => name === 'keytar'));
  } finally {
    if (before === undefined) delete process.env['DBUS_SESSION_BUS_ADDRESS'];
    else process.env['DBUS_SESSION_BUS_ADDRESS'] = before;
  }
});

test('createPasswordStores: nothing is remembered for a program that does not exist', async () => {
  const stores = createPasswordStores(new AbortController().signal);
  assert.equal(await stores.forget('keywire-test-no-such-app'), false);
  assert.ok(Array.isArray(await stores.remembered()));
});
