import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { profileNamed } from '../../src/api/daemon-profiles.ts';
import { takenAttributes, takenText } from '../../src/service/taken-text.ts';

test('KWallet and KeePassXC drop one byte order mark in front', () => {
  const marked = '\ufeffa\ufeff';
  const given = new Map([[marked, marked]]);
  for (const [name, kept] of [
    [undefined, marked],
    ['gnome-keyring', marked],
    ['kwallet', 'a\ufeff'],
    ['keepassxc', 'a\ufeff'],
  ] as const) {
    const profile = profileNamed(name);
    assert.equal(takenText(profile, marked), kept);
    assert.deepEqual([...takenAttributes(profile, given)], [[kept, kept]]);
  }
});
