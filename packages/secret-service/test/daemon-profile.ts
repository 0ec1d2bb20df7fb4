import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  asKept,
  DAEMON_PROFILES,
  type DaemonFamily,
  type DaemonProfile,
  GENERIC_PROFILE,
  isAddedAttribute,
  isReservedAttribute,
  isRiskyRelabel,
  isTooLongToFind,
  profileForSession,
} from '../src/daemon-profile.ts';

const SESSION = '/org/freedesktop/secrets/session/';

function profile(family: DaemonFamily): DaemonProfile {
  const found = DAEMON_PROFILES.find((each) => each.family === family);
  return found ?? GENERIC_PROFILE;
}

test('a daemon is recognised by the form of its session paths', () => {
  assert.equal(profileForSession(`${SESSION}s12`).family, 'gnome-keyring');
  assert.equal(profileForSession(`${SESSION}7`).family, 'kwallet');
  assert.equal(profileForSession(`${SESSION}${'0a'.repeat(16)}`).family, 'keepassxc');
  assert.equal(profileForSession(`${SESSION}${'12'.repeat(16)}`).family, 'keepassxc');
  assert.equal(profileForSession(`${SESSION}keywire3`).family, 'keywire');
  assert.equal(profileForSession(`${SESSION}whatever`).family, 'generic');
});

// @rule secret/added-attributes
// @rule secret/entry-attributes
test('attributes that a daemon adds are known as such, per daemon', () => {
  const generic = 'org.freedesktop.Secret.Generic';
  for (const each of [...DAEMON_PROFILES, GENERIC_PROFILE]) {
    assert.equal(isAddedAttribute(each, 'xdg:schema', generic), true);
    assert.equal(isAddedAttribute(each, 'xdg:schema', 'org.example.Own'), false);
    assert.equal(isAddedAttribute(each, 'app', 'x'), false);
  }
  assert.equal(isAddedAttribute(profile('gnome-keyring'), 'gkr:compat:hashed:app', 'x'), true);
  assert.equal(isAddedAttribute(profile('keepassxc'), 'Title', 'x'), true);
  assert.equal(isAddedAttribute(profile('gnome-keyring'), 'Title', 'x'), false);
});

// @rule secret/reserved-attributes
test('attributes that a daemon reserves are known as such', () => {
  assert.equal(isReservedAttribute(profile('keepassxc'), 'Uuid'), true);
  assert.equal(isReservedAttribute(profile('keepassxc'), 'FDO_SECRETS_CONTENT_TYPE'), true);
  assert.equal(isReservedAttribute(profile('keepassxc'), 'app'), false);
  assert.equal(isReservedAttribute(profile('gnome-keyring'), 'gkr:compat:hashed:app'), true);
  assert.equal(isReservedAttribute(profile('kwallet'), 'Uuid'), false);
});

test('of a daemon that is not known the worst is assumed, wherever that costs no more than a call', () => {
  assert.equal(GENERIC_PROFILE.lockedWritesReportSuccess, true);
  assert.equal(GENERIC_PROFILE.emptySearchFindsNothing, true);
  // What would refuse something, or lose it elsewhere, is done only where it is needed.
  const { contentTypes, settableAliases, longestSought, fillsPlaceholders } = GENERIC_PROFILE;
  assert.deepEqual(
    [contentTypes, settableAliases, longestSought],
    [undefined, undefined, undefined],
  );
  assert.equal(fillsPlaceholders, false);
  assert.equal(GENERIC_PROFILE.searchIgnoresNewline, false);
  assert.equal(GENERIC_PROFILE.asksWithoutDisplay, false);
  for (const each of DAEMON_PROFILES) {
    const isKeePassXC = each.family === 'keepassxc';
    assert.equal(each.searchIgnoresNewline, isKeePassXC, each.family);
    assert.equal(each.fillsPlaceholders, isKeePassXC, each.family);
    // Else a no is told where nobody could have said it, or nobody where someone did.
    assert.equal(each.asksWithoutDisplay, each.family === 'keywire', each.family);
    // Where a locked item is written to as if it were not, it is asked first whether it is locked.
    assert.equal(each.lockedWritesReportSuccess, each.family === 'kwallet', each.family);
    assert.equal(isReservedAttribute(each, 'app'), false, each.family);
  }
});

// @rule secret/marks-dropped
test('a mark in front of a name or a value is dropped where the daemon drops it', () => {
  const marked = new Map([
    ['\ufeffapp', '\ufeff\ufeffx'],
    ['b\ufeff', 'y\ufeff'],
  ]);
  const kept = new Map([
    ['app', '\ufeffx'],
    ['b\ufeff', 'y\ufeff'],
  ]);
  for (const each of DAEMON_PROFILES) {
    const isDropping = each.family === 'kwallet' || each.family === 'keepassxc';
    assert.deepEqual(asKept(each, marked), isDropping ? kept : marked, each.family);
  }
});

// @rule secret/values-can-be-found
test('a character beyond U+FFFF takes less of what a search can find than two others', () => {
  const isTooLong = (plain: number, beyond: number): boolean =>
    isTooLongToFind(profile('keepassxc'), 'x'.repeat(plain) + '\u{1f511}'.repeat(beyond));
  assert.equal(isTooLong(32_762, 0), false);
  assert.equal(isTooLong(32_763, 0), true);
  assert.equal(isTooLong(32_761, 1), false);
  assert.equal(isTooLong(32_760, 2), true);
  assert.equal(isTooLong(0, 21_841), false);
  assert.equal(isTooLong(2, 21_841), true);
  assert.equal(isTooLongToFind(profile('kwallet'), 'x'.repeat(100_000)), false);
});

// @rule secret/safe-relabel
test('only a change of folder is risky, and only where labels have folders', () => {
  const cases: [string, string, boolean][] = [
    ['a', 'b', false],
    ['a', 'f/b', true],
    ['f/a', 'b', true],
    ['f/a', 'f/b', false],
    ['f/a', 'g/a', true],
    ['f/a/b', 'f/c', false],
    ['f/', 'a', false],
    ['f/', 'f/a', true],
    ['f/a', 'f/', true],
    ['f//', 'f/a', false],
    ['a', '/b', true],
    ['/', '/b', true],
    ['/a', '/b', false],
  ];
  for (const [before, after, isRisky] of cases) {
    assert.equal(isRiskyRelabel(profile('kwallet'), before, after), isRisky, `${before} ${after}`);
    assert.equal(isRiskyRelabel(profile('gnome-keyring'), before, after), false);
  }
});

test('each trait stands for observations that docs/QUIRKS.md describes', () => {
  const page = readFileSync(new URL('../../../docs/QUIRKS.md', import.meta.url), 'utf8');
  for (const { family, quirks } of DAEMON_PROFILES) {
    // Our own has no quirks.
    assert.equal(quirks.length === 0, family === 'keywire', family);
    for (const id of quirks) {
      const rows = page.match(new RegExp(`^\\| ${id} +\\|`, 'gm')) ?? [];
      assert.equal(rows.length, 1, `${id}: rows in QUIRKS.md`);
    }
  }
});
