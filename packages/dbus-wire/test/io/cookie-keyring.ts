import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { cookieKeyring } from '../../src/io/cookie-keyring.ts';
import { rejectsCode } from '../support/expect-error.ts';

// @rule sasl/keyring-permissions
test('cookies: read from a folder that is closed to others, and from no other', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cookies-'));
  try {
    writeFileSync(path.join(folder, 'context'), '1 2 3\n');
    writeFileSync(path.join(folder, 'huge'), new Uint8Array(300_000));
    chmodSync(folder, 0o700);
    const { uid } = statSync(folder);
    const { readKeyring } = cookieKeyring(folder, uid);
    assert.equal(await readKeyring('context'), '1 2 3\n');
    await rejectsCode(readKeyring('none'), 'keyring-unusable');
    await rejectsCode(readKeyring('huge'), 'keyring-unusable');
    await rejectsCode(cookieKeyring(folder, uid + 1).readKeyring('context'), 'keyring-unusable');
    await rejectsCode(cookieKeyring(`${folder}/no`, uid).readKeyring('x'), 'keyring-unusable');
    for (const mode of [0o750, 0o705, 0o720]) {
      chmodSync(folder, mode);
      await rejectsCode(readKeyring('context'), 'keyring-unusable');
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('cookies: SHA-1 and randomness are hexadecimal', () => {
  const { sha1Hex, randomHex } = cookieKeyring('/none', undefined);
  // FIPS 180-4 example: "abc".
  assert.equal(sha1Hex('abc'), 'a9993e364706816aba3e25717850c26c9cd0d89d');
  assert.match(randomHex(), /^[0-9a-f]{32}$/);
  assert.notEqual(randomHex(), randomHex());
});
