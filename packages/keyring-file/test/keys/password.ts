import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { passwordBytes, withoutFinalNewline } from '../../src/keys/password.ts';
import { rejectsCode } from '../support/codes.ts';
import { utf8 } from '../support/memory-io.ts';

test('a password is text, bytes, or a function that gives either', async () => {
  assert.deepEqual(await passwordBytes('pä'), utf8('pä'));
  assert.deepEqual(await passwordBytes(() => 'x'), utf8('x'));
  assert.deepEqual(await passwordBytes(async () => utf8('y')), utf8('y'));
});

test('bytes are copied: the caller keeps and wipes its own', async () => {
  const given = utf8('secret');
  const copy = await passwordBytes(given);
  given.fill(0);
  assert.deepEqual(copy, utf8('secret'));
});

// @rule file/no-empty-password
test('none and an empty one are refused', async () => {
  await rejectsCode('no-password-source', passwordBytes(undefined));
  await rejectsCode('no-password-source', passwordBytes(''));
  await rejectsCode('no-password-source', passwordBytes(new Uint8Array()));
  await rejectsCode(
    'no-password-source',
    passwordBytes(() => ''),
  );
});

// @rule file/one-final-newline
test('exactly one final newline goes', () => {
  assert.deepEqual(withoutFinalNewline(utf8('a\n')), utf8('a'));
  assert.deepEqual(withoutFinalNewline(utf8('a\n\n')), utf8('a\n'));
  assert.deepEqual(withoutFinalNewline(utf8('a\r\n')), utf8('a\r'));
  assert.deepEqual(withoutFinalNewline(utf8('a')), utf8('a'));
  assert.deepEqual(withoutFinalNewline(utf8('')), utf8(''));
});

test('what is no password, or would become another one, is refused', async () => {
  for (const wrong of [5, null, {}, ['x'], new ArrayBuffer(1), 'a\ud800', '\udfff']) {
    for (const source of [wrong, () => wrong, async () => wrong]) {
      // @ts-expect-error what a caller without a compiler may pass
      await assert.rejects(passwordBytes(source), /^TypeError: password: expected text/);
    }
  }
});

test("Node's buffers are copied as well, whose slice() shares their memory", async () => {
  const given = Buffer.from('secret');
  const copy = await passwordBytes(given);
  assert.equal(Buffer.isBuffer(copy), false);
  copy.fill(0);
  assert.equal(given.toString(), 'secret');
  (await passwordBytes(() => given)).fill(0);
  assert.equal(given.toString(), 'secret');
});

test('who gives the password is told what it is for: one that is there, unless it says so', async () => {
  const told: unknown[] = [];
  const source = (purpose: unknown): string => {
    told.push(purpose);
    return 'pw';
  };
  await passwordBytes(source);
  await passwordBytes(source, { isNew: true });
  assert.deepEqual(told, [{ isNew: false }, { isNew: true }]);
});
