import assert from 'node:assert/strict';
import { pbkdf2Sync, scryptSync } from 'node:crypto';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { type OpenKeyringOptions, openKeyring } from '../../src/formats/open-keyring.ts';
import type { KeyDerivation } from '../../src/keys/kdf.ts';
import { rejectsCode } from '../support/codes.ts';
import { utf8 } from '../support/memory-io.ts';
import { assertItems, readVector } from '../support/vectors.ts';

const kdf: KeyDerivation = {
  pbkdf2Sha256: async (password, salt, iterations, keyBytes) =>
    new Uint8Array(pbkdf2Sync(password, salt, iterations, keyBytes, 'sha256')),
  scrypt: async (password, salt, { logN, r, p }, keyBytes) =>
    new Uint8Array(scryptSync(password, salt, keyBytes, { N: 2 ** logN, r, p })),
};

function options(password: string, given: string[] = []): OpenKeyringOptions {
  return {
    kdf,
    nowSeconds: 1,
    context: 'vector',
    password: async () => {
      given.push(password);
      return utf8(password);
    },
  };
}

test('every form is opened; only those with a password ask for it', async () => {
  for (const { name, format, asks } of [
    { name: 'v1-secret-tool', format: 'v1', asks: 1 },
    { name: 'v0-gnome-keyring', format: 'v0', asks: 1 },
    { name: 'hardened', format: 'hardened', asks: 1 },
    { name: 'text-gnome-keyring', format: 'text', asks: 0 },
  ]) {
    const { vector, bytes } = readVector(name);
    const given: string[] = [];
    const keyring = await openKeyring(bytes, options(vector.password ?? '', given));
    assert.equal(keyring.format, format);
    assert.equal(keyring.isWritable, format === 'v1' || format === 'hardened');
    assertItems(keyring.items, vector);
    assert.equal(given.length, asks);
  }
  const json = await openKeyring(utf8('{"collections":[]}'), options(''));
  assert.equal(json.format, 'json');
});

test('the password is wiped, also when it is wrong', async () => {
  const { vector, bytes } = readVector('v1-secret-tool');
  for (const password of [vector.password ?? '', 'wrong']) {
    const buffer = utf8(password);
    const opening = openKeyring(bytes, { ...options(''), password: async () => buffer });
    if (password === 'wrong') await rejectsCode('wrong-password', opening);
    else await opening;
    assert.ok(buffer.every((byte) => byte === 0));
  }
});

test('a form that was not asked for is refused before a password is', async () => {
  const { bytes } = readVector('v1-secret-tool');
  const given: string[] = [];
  await rejectsCode(
    'not-a-keyring-file',
    openKeyring(bytes, { ...options('', given), format: 'hardened' }),
  );
  await rejectsCode('not-a-keyring-file', openKeyring(utf8('hello'), options('', given)));
  await rejectsCode('not-a-keyring-file', openKeyring(new Uint8Array(), options('', given)));
  assert.deepEqual(given, []);
});
