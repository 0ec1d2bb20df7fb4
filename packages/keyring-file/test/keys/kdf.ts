import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  type Argon2idCost,
  checkCost,
  checkNotCheaper,
  DEFAULT_COST,
  deriveRootKey,
  type KdfCost,
  parametersOf,
  type ScryptCost,
} from '../../src/keys/kdf.ts';
import { rejectsCode, throwsCode } from '../support/codes.ts';
import { fakeKdf, utf8 } from '../support/memory-io.ts';

const scrypt = (logN: number, r: number, p: number): ScryptCost => ({ kdf: 'scrypt', logN, r, p });
const argon2id = (memoryKiB: number, passes: number, lanes: number): Argon2idCost => ({
  kdf: 'argon2id',
  memoryKiB,
  passes,
  lanes,
});

test('the cost of a new file is 128 MiB of scrypt', () => {
  assert.deepEqual(DEFAULT_COST, scrypt(17, 8, 1));
});

// @rule file/cost-bounds
test('costs inside the bounds are accepted', () => {
  for (const cost of [
    DEFAULT_COST,
    scrypt(14, 8, 1),
    scrypt(20, 8, 2),
    scrypt(14, 8, 128),
    argon2id(19_456, 2, 1),
    argon2id(2 ** 20, 8, 16),
  ]) {
    checkCost(cost);
  }
});

// @rule file/cost-bounds
test('costs outside the bounds are refused before any work', async () => {
  const cases: readonly [KdfCost, 'too-expensive' | 'too-weak' | 'malformed'][] = [
    [scrypt(21, 8, 1), 'too-expensive'],
    [scrypt(20, 9, 1), 'too-expensive'],
    [scrypt(25, 8, 1), 'too-expensive'],
    [scrypt(2 ** 31, 8, 1), 'too-expensive'],
    [scrypt(20, 8, 3), 'too-expensive'],
    [scrypt(14, 8, 2 ** 32 - 1), 'too-expensive'],
    [scrypt(13, 8, 1), 'too-weak'],
    [scrypt(14, 7, 1), 'too-weak'],
    [scrypt(0, 8, 1), 'malformed'],
    [scrypt(14, 8, 0), 'malformed'],
    [scrypt(14.5, 8, 1), 'malformed'],
    [scrypt(14, 2 ** 32, 1), 'malformed'],
    [argon2id(2 ** 20 + 1, 2, 1), 'too-expensive'],
    [argon2id(2 ** 20, 9, 1), 'too-expensive'],
    [argon2id(19_456, 2, 17), 'too-expensive'],
    [argon2id(19_455, 2, 1), 'too-weak'],
    [argon2id(19_456, 1, 1), 'too-weak'],
  ];
  let derivations = 0;
  const counting = {
    ...fakeKdf,
    scrypt: async (): Promise<never> => assert.fail(`${derivations++}`),
  };
  for (const [cost, code] of cases) {
    throwsCode(code, () => checkCost(cost));
    await rejectsCode(code, deriveRootKey(counting, utf8('p'), utf8('s'), cost, 32));
  }
  assert.equal(derivations, 0);
});

// @rule file/cost-only-upward
test('no parameter of the same function may go down', () => {
  checkNotCheaper(scrypt(15, 8, 1), scrypt(15, 8, 1));
  checkNotCheaper(scrypt(16, 8, 2), scrypt(15, 8, 1));
  checkNotCheaper(argon2id(19_456, 2, 1), scrypt(15, 8, 1));
  throwsCode('too-weak', () => checkNotCheaper(scrypt(14, 8, 9), scrypt(15, 8, 1)));
  throwsCode('too-weak', () => checkNotCheaper(scrypt(15, 8, 1), scrypt(15, 8, 2)));
  throwsCode('too-weak', () => checkNotCheaper(argon2id(19_456, 3, 1), argon2id(19_457, 3, 1)));
});

test('the function that the cost names is run', async () => {
  const argon = async (): Promise<Uint8Array<ArrayBuffer>> => Uint8Array.of(2);
  const kdf = { ...fakeKdf, argon2id: argon };
  const key = await deriveRootKey(kdf, utf8('p'), utf8('s'), scrypt(14, 8, 1), 32);
  assert.equal(key.length, 32);
  assert.deepEqual(
    await deriveRootKey(kdf, utf8('p'), utf8('s'), argon2id(19_456, 2, 1), 32),
    Uint8Array.of(2),
  );
  await rejectsCode(
    'unsupported-kdf',
    deriveRootKey(fakeKdf, utf8('p'), utf8('s'), argon2id(19_456, 2, 1), 32),
  );
});

test('parameters have the order of the header', () => {
  assert.deepEqual(parametersOf(scrypt(1, 2, 3)), [1, 2, 3]);
  assert.deepEqual(parametersOf(argon2id(1, 2, 3)), [1, 2, 3]);
});
