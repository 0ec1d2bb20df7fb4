import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { detectFormat } from '../../src/formats/detect-format.ts';
import { utf8 } from '../support/memory-io.ts';
import { readVector } from '../support/vectors.ts';

test('each form is detected', () => {
  assert.equal(detectFormat(readVector('v1-secret-tool').bytes), 'v1');
  assert.equal(detectFormat(readVector('v0-gnome-keyring').bytes), 'v0');
  assert.equal(detectFormat(readVector('text-gnome-keyring').bytes), 'text');
  assert.equal(detectFormat(readVector('hardened').bytes), 'hardened');
  assert.equal(detectFormat(utf8('\n {"collections": []}')), 'json');
  assert.equal(detectFormat(utf8('# a comment\r\n\n  [keyring]\n')), 'text');
});

test('a future version is still the form whose parser names it', () => {
  const future = readVector('v1-secret-tool').bytes;
  future[16] = 9;
  assert.equal(detectFormat(future), 'v1');
  const hardened = readVector('hardened').bytes;
  hardened[16] = 9;
  assert.equal(detectFormat(hardened), 'hardened');
});

test('anything else is not', () => {
  for (const bytes of [
    new Uint8Array(),
    utf8('GnomeKeyring'),
    utf8('[other]\n[keyring]\n'),
    utf8('x[keyring]'),
    utf8('<kdbx>'),
    Uint8Array.of(0xff, 0xfe),
    utf8(`${'#\n'.repeat(3000)}[keyring]\n`),
  ]) {
    assert.equal(detectFormat(bytes), undefined);
  }
});
