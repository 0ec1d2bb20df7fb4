// Choosing on real keyrings: collections, trials, and what gives way to what.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { SecretService } from '@keywire/secret-service';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { secretToolStore } from '../../../test-fixtures/src/index.ts';
import { isKeyringError, listBackends, openKeyring } from '../src/index.ts';
import { failsWith } from '../test/support/failing.ts';
import { onEach, onGnomeKeyring } from './support/keyrings.ts';
import { programPrints } from './support/run-program.ts';

onGnomeKeyring('what is kept for the session alone is not persistent', {}, [], async ({ open }) => {
  const keyring = await open();
  assert.equal(await keyring.isPersistent(), true);
  const session = await open({ collection: 'session' });
  assert.equal(await session.isPersistent(), false);
  await session.setPassword('service', 'user', 'for now');
  assert.equal(await session.getPassword('service', 'user'), 'for now');
  assert.equal(await keyring.getPassword('service', 'user'), undefined);
  await failsWith('not-found', (await open({ collection: 'no such' })).getPassword('s', 'u'));
});

onGnomeKeyring(
  'a collection of its own, by label and by path; another one that is locked hides nothing',
  {},
  [],
  async ({ address, open }) => {
    await using service = await SecretService.connect({ address });
    const own = await service.createCollectionWithPassword('My own', 'pw');
    const keyring = await open({ collection: 'My own' });
    await keyring.setPassword('service', 'user', 'in there');
    const byPath = await open({ collection: own.path });
    assert.equal(await byPath.getPassword('service', 'user'), 'in there');
    const usual = await open();
    assert.equal(await usual.getPassword('service', 'user'), undefined);
    assert.equal(
      await (await open({ scheme: 'keyring-rs' })).getPassword('service', 'user'),
      'in there',
    );
    await own.lock();
    // Absent where we look is absent, whatever else is locked; where we look everywhere it is not.
    assert.equal(await usual.getPassword('service', 'user'), undefined);
    assert.equal(await usual.clearPassword('service', 'user'), false);
    const everywhere = await open({ scheme: 'keyring-rs', interactive: false });
    const error = await failsWith('locked', everywhere.getPassword('service', 'nobody'));
    assert.equal(error.outcome, 'locked');
    assert.equal((await byPath.status()).state, 'locked');
  },
);

onGnomeKeyring(
  'what is only read here is read as its program stored it, and left alone',
  {},
  ['secret-tool'],
  async ({ fixture, open }) => {
    const store = (attributes: Record<string, string>, secret: string): Promise<void> =>
      secretToolStore(fixture.peerEnv, { label: 'theirs', attributes, secret });
    const schema = 'chrome_libsecret_os_crypt_password_v2';
    await store({ 'xdg:schema': schema, application: 'chrome' }, 'c2FmZSBzdG9yYWdlIGtleQ==');
    await store({ profile: 'work' }, JSON.stringify({ Key: 'work', Data: btoa('aws'), Label: '' }));
    const chromium = await open({ scheme: 'chromium' });
    const [found] = await chromium.findCredentials('chrome');
    assert.equal(found?.password, 'c2FmZSBzdG9yYWdlIGtleQ==');
    const vault = await open({ scheme: '99designs' });
    assert.equal(await vault.getPassword('awsvault', 'work'), 'aws');
    await failsWith('scheme-read-only', vault.setPassword('awsvault', 'work', 'x'));
    await failsWith('scheme-read-only', vault.deletePassword('awsvault', 'work'));
    await failsWith('scheme-read-only', chromium.clearPassword('chrome', ''));
    assert.equal(await vault.getPassword('awsvault', 'work'), 'aws');
  },
);

onEach(
  'trials by many at once do not disturb each other, and leave nothing',
  [],
  async ({ fixture, open }) => {
    const probing = { probe: true, interactive: true, connect: { timeouts: { promptMs: 30_000 } } };
    const processes = [1, 2, 3].map(() => programPrints(fixture.env, [['status']], probing));
    const keyring = await open();
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(Array.from({ length: 10 }, () => keyring.probe()));
    }
    for (const printed of await Promise.all(processes)) {
      const [status] = printed;
      assert.ok(typeof status === 'object' && status !== null && 'backend' in status);
      assert.equal(status.backend, 'secret-service');
    }
    assert.deepEqual(await keyring.findCredentials('keywire probe'), []);
  },
  {},
  // KeePassXC crashes now and then when changes overlap (quirk P18).
  ['gnome-keyring', 'kwallet'],
);

onGnomeKeyring(
  'locked and nobody to ask: a trial lets an encrypted file stand in, if the program wants that',
  { state: 'locked' },
  [],
  async ({ address }) => {
    await inFolder(async (folder) => {
      const file = encryptedFile(folder);
      const options = { config: 'none', interactive: false, connect: { address }, file } as const;
      const strict = await openKeyring(options)
        .then(
          (keyring) => keyring.getPassword('service', 'user'),
          (error: unknown) => error,
        )
        .catch((error: unknown) => error);
      assert.ok(isKeyringError(strict, 'locked'), String(strict));
      const trying = await failsWith('unavailable', openKeyring({ ...options, probe: true }));
      assert.equal(trying.reasons[0]?.backend, 'secret-service');
      assert.match(trying.message, /lock/);
      const policy = 'encrypted-file';
      await using keyring = await openKeyring({ ...options, policy, probe: true });
      assert.equal(keyring.backend, 'file');
      assert.match(keyring.choice.passedOver[0]?.reason ?? '', /lock/);
      // Without a trial the keyring is the one in use, and says that it is locked.
      await using untried = await openKeyring({ ...options, policy });
      assert.equal(untried.backend, 'secret-service');
      const [first] = await listBackends({ ...options, policy });
      assert.deepEqual([first?.name, first?.state], ['secret-service', 'locked']);
    });
  },
);

onGnomeKeyring(
  'a user who dismisses the dialog is not gone around',
  { state: 'locked', prompter: 'dismiss' },
  [],
  async ({ fixture }) => {
    await inFolder(async (folder) => {
      const file = encryptedFile(folder);
      const options = { interactive: true, policy: 'encrypted-file', probe: true, file } as const;
      // Without a display a dismissal is nobody's; with one it is the user's.
      const env = { ...fixture.env, DISPLAY: ':99' };
      const [error] = await programPrints(env, [['status']], options);
      assert.ok(typeof error === 'object' && error !== null && 'code' in error);
      assert.equal(error.code, 'dismissed');
      assert.equal(existsSync(file.path), false);
    });
  },
);

function encryptedFile(folder: string) {
  return { path: path.join(folder, 'test.keyring'), password: 'pw', format: 'v1' } as const;
}
