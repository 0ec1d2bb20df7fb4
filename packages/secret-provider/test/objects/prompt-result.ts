import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { profileNamed } from '../../src/api/daemon-profiles.ts';
import { deletedResult, dismissedResult } from '../../src/objects/prompt-result.ts';

test('a dismissal carries what was awaited; with KWallet always paths', () => {
  const awaited = new Variant('o', '/');
  assert.equal(dismissedResult(profileNamed(undefined), awaited), awaited);
  assert.deepEqual(dismissedResult(profileNamed('kwallet'), awaited), new Variant('ao', []));
});

test('a deletion carries no object; with KeePassXC an empty text', () => {
  assert.deepEqual(deletedResult(profileNamed(undefined)), new Variant('o', '/'));
  assert.deepEqual(deletedResult(profileNamed('keepassxc')), new Variant('s', ''));
});
