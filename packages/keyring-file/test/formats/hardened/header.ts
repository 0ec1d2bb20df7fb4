import assert from 'node:assert/strict';
import { createHmac, hkdfSync } from 'node:crypto';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { formatHex } from '../../../src/bytes.ts';
import {
  deriveKeys,
  encodeHeader,
  HARDENED_MAGIC,
  type HardenedHeader,
  headerMac,
  headerOf,
  parseHeader,
  wipeKeys,
} from '../../../src/formats/hardened/header.ts';
import { throwsCode } from '../../support/codes.ts';
import { surviveDamage } from '../../support/fuzz.ts';
import { fakeKdf, seededBytes, utf8 } from '../../support/memory-io.ts';

const random = seededBytes('hardened-header');
const header: HardenedHeader = { cost: { kdf: 'scrypt', logN: 17, r: 8, p: 1 }, salt: random(32) };
const bytes = encodeHeader(header);

test('the header is 64 bytes as documented', () => {
  assert.equal(
    formatHex(bytes.subarray(0, 32)),
    '4b6579776972654b657972696e670d0a' + '01010000' + '000000110000000800000001',
  );
  assert.deepEqual(bytes.slice(32), header.salt);
  assert.equal(headerOf(new Uint8Array(100)).length, 64);
  assert.equal(HARDENED_MAGIC.length, 16);
});

test('both functions are read back', () => {
  assert.deepEqual(parseHeader(bytes), header);
  const argon: HardenedHeader = {
    cost: { kdf: 'argon2id', memoryKiB: 65_536, passes: 3, lanes: 4 },
    salt: random(32),
  };
  assert.deepEqual(parseHeader(encodeHeader(argon)), argon);
});

// @rule file/hardened-version
test('foreign, short and future headers are told apart', () => {
  throwsCode('not-a-keyring-file', () => parseHeader(new Uint8Array(64)));
  throwsCode('not-a-keyring-file', () => parseHeader(bytes.slice(0, 15)));
  for (let length = 16; length < 64; length += 1) {
    throwsCode('truncated', () => parseHeader(bytes.slice(0, length)));
  }
  throwsCode('unsupported-version', () => parseHeader(changed(16, 2)));
  throwsCode('unsupported-version', () => parseHeader(changed(17, 3)));
  throwsCode('unsupported-version', () => parseHeader(changed(17, 0)));
});

// @rule file/hardened-reserved
test('reserved bytes are zero', () => {
  throwsCode('unsupported-version', () => parseHeader(changed(18, 1)));
  throwsCode('unsupported-version', () => parseHeader(changed(19, 1)));
});

test('an absurd cost is refused before any key is derived', () => {
  throwsCode('too-expensive', () => parseHeader(changed(20, 0x7f)));
  throwsCode('too-expensive', () => parseHeader(changed(23, 21)));
  throwsCode('too-weak', () => parseHeader(changed(23, 13)));
  throwsCode('malformed', () => parseHeader(changed(31, 0)));
});

test('keys are HKDF of the root, one for each purpose, and can be wiped', async () => {
  const root = await fakeKdf.scrypt(
    utf8('pw'),
    header.salt,
    { kdf: 'scrypt', logN: 17, r: 8, p: 1 },
    32,
  );
  const keys = await deriveKeys(header, utf8('pw'), fakeKdf);
  for (const purpose of ['header', 'index', 'item'] as const) {
    const expected = hkdfSync('sha256', root, '', `keywire keyring 1 ${purpose}`, 32);
    assert.deepEqual(keys[purpose].use(), new Uint8Array(expected));
  }
  const mac = createHmac('sha256', keys.header.use()).update(bytes).update('ctx').digest();
  assert.deepEqual(headerMac(keys, bytes, 'ctx'), new Uint8Array(mac));
  wipeKeys(keys);
  for (const key of Object.values(keys)) throwsCode('closed', () => key.use());
});

test('neither the root key nor one that is wiped stays in memory', async () => {
  const roots: Uint8Array[] = [];
  const scrypt: typeof fakeKdf.scrypt = async (...args) => {
    const root = await fakeKdf.scrypt(...args);
    roots.push(root);
    return root;
  };
  const keys = await deriveKeys(header, utf8('pw'), { ...fakeKdf, scrypt });
  assert.deepEqual(roots, [new Uint8Array(32)]);
  const own = Object.values(keys).map((key) => key.use());
  wipeKeys(keys);
  assert.deepEqual(own, [new Uint8Array(32), new Uint8Array(32), new Uint8Array(32)]);
});

test('damaged bytes are refused with a typed error', () => {
  surviveDamage(bytes, parseHeader);
});

function changed(offset: number, value: number): Uint8Array {
  const copy = bytes.slice();
  copy[offset] = value;
  return copy;
}
