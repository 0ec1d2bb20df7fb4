// What other programs wrote we read byte for byte, and the other way round, on every keyring.
// Foreign peers: secret-tool (libsecret) and SecretStorage (Python).

import assert from 'node:assert/strict';
import {
  secretStorage,
  secretTool,
  secretToolLookup,
  secretToolStore,
} from '../../../test-fixtures/src/index.ts';
import { onEach } from './support/keyrings.ts';

const UTF8 = 'pässwörd ☃ 𝄞\nzweite Zeile\n';
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Bytes that are no text, and of which no two blocks are alike. */
function binary(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = 1;
  for (let i = 0; i < length; i += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[i] = state >>> 16;
  }
  return bytes;
}

onEach('what secret-tool stored is read', ['secret-tool'], async ({ keyring, connect }) => {
  await secretToolStore(keyring.peerEnv, {
    label: 'theirs',
    attributes: { app: 'a' },
    secret: UTF8,
  });
  const service = await connect();
  const secret = await service.lookup({ app: 'a' });
  assert.deepEqual(secret?.bytes, encode(UTF8));
  assert.equal(secret?.text(), UTF8);
  const { unlocked } = await service.searchItems({ app: 'a' });
  assert.equal(await unlocked[0]?.label(), 'theirs');
});

onEach('what we stored is read by others', ['secret-tool', 'secretstorage'], async (bench) => {
  const { keyring, connect } = bench;
  const service = await connect();
  const cases: [string, Uint8Array][] = [
    ['text', encode(UTF8)],
    ['empty', new Uint8Array(0)],
    ['bytes', Uint8Array.of(0, 255, 254, 10)],
    ['big', binary(100_000)],
    ['huge', binary(1024 * 1024)],
  ];
  for (const [name, bytes] of cases) {
    await service.store(`ours ${name}`, { app: 'keywire', name }, bytes);
    const [item, ...others] = await secretStorage.search(keyring.peerEnv, { app: 'keywire', name });
    assert.deepEqual(others, []);
    assert.deepEqual(item?.secret, bytes, name);
    assert.equal(item?.label, `ours ${name}`);
    assert.deepEqual((await service.lookup({ name }))?.bytes, bytes, name);
  }
  assert.deepEqual(await secretToolLookup(keyring.peerEnv, { name: 'text' }), encode(UTF8));
});

// Not on keepassxc: SecretStorage waits for ever for the prompt that every creation raises there.
onEach(
  'what SecretStorage stored is read',
  ['secretstorage'],
  async ({ keyring, connect }) => {
    const service = await connect();
    for (const secret of [encode(UTF8), new Uint8Array(0), binary(100_000), binary(1024 * 1024)]) {
      const attributes = { app: 'peer', length: String(secret.length) };
      const contentType = secret.length > 1000 ? 'application/octet-stream' : 'text/plain';
      await secretStorage.store(keyring.peerEnv, {
        label: 'theirs',
        attributes,
        secret,
        contentType,
      });
      assert.deepEqual((await service.lookup(attributes))?.bytes, secret);
    }
  },
  {},
  ['gnome-keyring', 'kwallet'],
);

// @rule secret/exact-replace
// @rule secret/never-daemon-replace
onEach('a store never touches a neighbour', ['secretstorage'], async ({ keyring, connect }) => {
  const service = await connect();
  await service.store('both', { app: 'x', user: 'u' }, 'neighbour');
  await service.store('one', { app: 'x' }, 'first');
  await service.store('one', { app: 'x' }, 'second');
  await service.store('both', { app: 'x', user: 'u', more: 'm' }, 'third');
  const found = await secretStorage.search(keyring.peerEnv, { app: 'x' });
  const byUser = found.map(({ attributes, secret }) => [
    attributes['user'],
    attributes['more'],
    new TextDecoder().decode(secret),
  ]);
  assert.deepEqual(byUser.map(String).sort(), [',,second', 'u,,neighbour', 'u,m,third']);
});

// @rule secret/label-follows
onEach(
  'a store over what secret-tool wrote replaces it',
  ['secret-tool'],
  async (bench) => {
    const { keyring, connect } = bench;
    const attributes = { app: 'shared', user: 'u' };
    await secretToolStore(keyring.peerEnv, { label: 'old label', attributes, secret: 'old' });
    const service = await connect();
    const item = await service.store('new label', attributes, 'new');
    assert.deepEqual(await secretToolLookup(keyring.peerEnv, attributes), encode('new'));
    assert.equal(await item.label(), 'new label');
    const { unlocked } = await service.searchItems(attributes);
    assert.equal(unlocked.length, 1);
    // And back: their store finds ours.
    await secretToolStore(keyring.peerEnv, { label: 'their label', attributes, secret: 'theirs' });
    assert.equal((await service.lookup(attributes))?.text(), 'theirs');
    assert.equal((await service.searchItems(attributes)).unlocked.length, 1);
  },
  {},
  ['gnome-keyring', 'kwallet'],
); // keepassxc asks before another client replaces

onEach('search, clear and list agree with secret-tool', ['secret-tool'], async (bench) => {
  const { keyring, connect } = bench;
  const service = await connect();
  for (const user of ['a', 'b', 'c']) await service.store(user, { app: 'list', user }, user);
  await service.store('other', { app: 'other' }, 'other');
  const { stdout } = await secretTool(keyring.peerEnv, ['search', '--all', 'app', 'list']);
  const theirs = new TextDecoder().decode(stdout).match(/^secret = .*$/gm) ?? [];
  const { unlocked, locked, secrets } = await service.searchItems(
    { app: 'list' },
    { loadSecrets: true },
  );
  assert.equal(locked.length, 0);
  assert.equal(unlocked.length, 3);
  const ours = [...secrets.values()].map((result) =>
    result.status === 'ok' ? `secret = ${result.secret.text()}` : result.status,
  );
  assert.deepEqual(ours.sort(), theirs.sort());
  const collection = await service.defaultCollection();
  assert.equal((await collection.items()).length, 4);
  assert.equal(await service.clear({ app: 'list' }), 3);
  assert.equal(await secretToolLookup(keyring.peerEnv, { app: 'list' }), undefined);
  assert.equal(await service.clear({ app: 'list' }), 0);
  assert.equal((await service.lookup({ app: 'other' }))?.text(), 'other');
});

onEach(
  'plain sessions work where asked for',
  ['secret-tool'],
  async ({ keyring, connect, proxy }) => {
    const { address, hasSeen } = await proxy();
    const plain = await connect({ session: 'plain', address });
    assert.deepEqual(plain.session?.encrypted, false);
    await plain.store('plain', { app: 'plain' }, 'visible on the bus');
    assert.deepEqual(
      await secretToolLookup(keyring.peerEnv, { app: 'plain' }),
      encode('visible on the bus'),
    );
    assert.equal(hasSeen(encode('visible on the bus')), true);
    const encrypted = await connect({ address });
    assert.equal(encrypted.session?.encrypted, true);
    await encrypted.store('hidden', { app: 'hidden' }, 'not visible on the bus');
    assert.equal((await encrypted.lookup({ app: 'hidden' }))?.text(), 'not visible on the bus');
    assert.equal(hasSeen(encode('not visible on the bus')), false);
  },
);
