import assert from 'node:assert/strict';
import { generateKeyPair } from '@keywire/crypto-session';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { createWithPassword, unlockWithPassword } from '../../src/operations/headless.ts';
import { failsWith } from '../support/failing.ts';
import { COLLECTION, errorReply } from '../support/scripted-daemon.ts';
import { scriptedContext } from '../support/scripted-service.ts';

// @rule secret/password-encrypted-only
test('a password is not sent over a plain session', async () => {
  const { daemon, context } = scriptedContext();
  await failsWith('not-supported', unlockWithPassword(context, COLLECTION, 'password', {}));
  await failsWith('not-supported', createWithPassword(context, 'l', 'password', {}));
  assert.deepEqual(daemon.members, ['OpenSession']);
});

test('over an encrypted one it is, and the answers are told apart', async () => {
  const { publicKey } = generateKeyPair();
  const made = (unlock: () => ReturnType<typeof errorReply> | readonly ['']) =>
    scriptedContext(
      {
        OpenSession: () => ['vo', new Variant('ay', publicKey), '/session/x1'],
        UnlockWithMasterPassword: unlock,
        CreateWithMasterPassword: () => ['o', COLLECTION],
      },
      {},
      'encrypted',
    ).context;
  await unlockWithPassword(
    made(() => ['']),
    COLLECTION,
    'password',
    {},
  );
  const denied = made(() => errorReply('org.gnome.keyring.Error.Denied'));
  await failsWith('denied', unlockWithPassword(denied, COLLECTION, 'wrong', {}));
  const lacking = made(() => errorReply('UnknownInterface'));
  await failsWith('not-supported', unlockWithPassword(lacking, COLLECTION, 'password', {}));
  assert.equal(await createWithPassword(lacking, 'l', 'password', {}), COLLECTION);
});
