import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { unwrapSecret, wrapSecret } from '../../src/schemes/secret-wrapping.ts';
import { failsWith } from '../support/failing.ts';

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function text(secret: Uint8Array): string {
  return new TextDecoder().decode(secret);
}

test('as it is: a copy, nothing added and nothing taken', () => {
  const secret = bytes('a\nb\n');
  const wrapped = wrapSecret(undefined, secret);
  secret.fill(0);
  assert.equal(text(wrapped), 'a\nb\n');
  assert.equal(text(unwrapSecret(undefined, wrapped)), 'a\nb\n');
});

test('a newline after it: one is added, and one is taken', () => {
  for (const secret of ['', 'x', 'x\n', '\n\n']) {
    assert.equal(text(wrapSecret('newline', bytes(secret))), `${secret}\n`);
    assert.equal(text(unwrapSecret('newline', bytes(`${secret}\n`))), secret);
  }
  assert.equal(text(unwrapSecret('newline', bytes('none'))), 'none');
});

test('the first of several lines', () => {
  const stored = 'pw\npassword_expiry_utc=1\noauth_refresh_token=t';
  assert.equal(text(unwrapSecret('first-line', bytes(stored))), 'pw');
  assert.equal(text(unwrapSecret('first-line', bytes('pw'))), 'pw');
  assert.equal(text(wrapSecret('first-line', bytes('pw'))), 'pw');
});

// @rule keyring/one-line-secret
test('what would be cut off when it is read is refused', async () => {
  for (const secret of ['two\nlines', 'end\n']) {
    const error = await failsWith('invalid-argument', () =>
      wrapSecret('first-line', bytes(secret)),
    );
    assert.ok(!error.message.includes('two'));
  }
});

test('in a JSON item: read, never written, and never quoted in an error', async () => {
  const item = JSON.stringify({ Key: 'k', Data: btoa('data'), Label: 'l', Description: '' });
  assert.equal(text(unwrapSecret('json-item', bytes(item))), 'data');
  await failsWith('scheme-read-only', () => wrapSecret('json-item', bytes('x')));
  for (const stored of ['s3cret', '{"Data": 5}', '{"Data": "s3cret!"}', 'null', '\xff']) {
    const error = await failsWith('backend-failed', () => unwrapSecret('json-item', bytes(stored)));
    assert.ok(!error.message.includes('s3cret'));
    assert.equal(error.cause, undefined);
  }
});
