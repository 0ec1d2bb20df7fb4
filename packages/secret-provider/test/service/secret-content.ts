import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { SECRET, wipedWhile } from '../../../../test-fixtures/src/wiped.ts';
import { type ProfileName, profileNamed } from '../../src/api/daemon-profiles.ts';
import { Refusal } from '../../src/api/refusal.ts';
import { afterRename, sealTold, storedContent } from '../../src/service/secret-content.ts';

const INVALID = [0x61, 0xff, 0x62];

/** What is told in a plain session. */
async function told(
  name: ProfileName | undefined,
  text: string,
  contentType: string,
): Promise<[string, string]> {
  const secret = new TextEncoder().encode(text);
  const times = { created: 0, modified: 0 };
  const item = { id: '1', label: 'L', attributes: new Map(), secret, contentType, ...times };
  const session = { path: '/s', owner: ':1.1', key: undefined };
  const [, , value, type] = await sealTold(profileNamed(name), session, item);
  assert.equal(new TextDecoder().decode(secret), text);
  return [new TextDecoder().decode(value), type];
}

test('by default bytes and content type stay as they are', async () => {
  const secret = new Uint8Array(INVALID);
  const stored = storedContent(profileNamed(undefined), secret, 'text/plain; x');
  assert.equal(stored.secret, secret);
  assert.deepEqual(await told(undefined, '{TITLE}', 'text/plain; x'), ['{TITLE}', 'text/plain; x']);
});

test('KWallet and KeePassXC repair text, and nothing else', () => {
  for (const name of ['kwallet', 'keepassxc'] as const) {
    const repaired = storedContent(profileNamed(name), new Uint8Array(INVALID), 'text/plain');
    assert.equal(new TextDecoder().decode(repaired.secret), 'a\ufffdb');
    const kept = storedContent(profileNamed(name), new Uint8Array(INVALID), 'a/b');
    assert.deepEqual(kept.secret, new Uint8Array(INVALID));
  }
});

test('KWallet stores of a text what stands before a zero byte; both drop a byte order mark', () => {
  const given = [0xef, 0xbb, 0xbf, 0x61, 0, 0x62];
  for (const [name, kept] of [
    ['kwallet', [0x61]],
    ['keepassxc', [0x61, 0, 0x62]],
  ] as const) {
    const secret = new Uint8Array(given);
    assert.deepEqual([...storedContent(profileNamed(name), secret, 'text/plain').secret], kept);
    assert.ok(secret.every((byte) => byte === 0));
    const other = storedContent(profileNamed(name), new Uint8Array(given), 'a/b');
    assert.deepEqual([...other.secret], given);
  }
});

test('oo7 takes only types it knows, and wipes the secret it refuses', () => {
  const oo7 = profileNamed('oo7');
  assert.equal(storedContent(oo7, new Uint8Array(), 'text/plain; charset=utf8').secret.length, 0);
  const secret = new Uint8Array([1]);
  assert.throws(() => storedContent(oo7, secret, 'plain/text'), Refusal);
  assert.deepEqual(secret, new Uint8Array(1));
});

test('GNOME Keyring says text/plain of everything, KeePassXC of text, in which it fills in fields', async () => {
  assert.deepEqual(await told('gnome-keyring', '{TITLE}', 'a/b'), ['{TITLE}', 'text/plain']);
  assert.deepEqual(await told('keepassxc', '{TITLE}', 'a/b'), ['{TITLE}', 'a/b']);
  assert.deepEqual(await told('keepassxc', '{TITLE}', 'text/html'), ['L', 'text/plain']);
  assert.deepEqual(await told('kwallet', '{TITLE}', 'text/html'), ['{TITLE}', 'text/html']);
});

test('a text that was filled in is wiped once it is sealed', async () => {
  assert.deepEqual(
    await wipedWhile(async () => void (await told('keepassxc', SECRET, 'text/plain'))),
    {
      messages: 0,
      arrays: 1,
    },
  );
});

test('with KWallet a label that moves between folders damages the secret', () => {
  const item = {
    id: '1',
    label: 'entry',
    attributes: new Map(),
    secret: new TextEncoder().encode('one'),
    contentType: 'text/plain',
    created: 0,
    modified: 0,
  };
  const kwallet = profileNamed('kwallet');
  assert.equal(afterRename(kwallet, item, 'other'), item.secret);
  assert.deepEqual(
    [...afterRename(kwallet, item, 'folder/entry')],
    [0, 0, 0, 6, 0, 0x6f, 0, 0x6e, 0, 0x65],
  );
  assert.equal(afterRename(profileNamed(undefined), item, 'folder/entry'), item.secret);
});
