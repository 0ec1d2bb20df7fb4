import assert from 'node:assert/strict';
import { isErrorName } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { type ProfileName, profileNamed } from '../../src/api/daemon-profiles.ts';
import { SPECIFICATION } from '../../src/api/profile.ts';

const NAMES: readonly ProfileName[] = ['gnome-keyring', 'kwallet', 'keepassxc', 'oo7'];

test('without a name nothing departs from the specification', () => {
  assert.equal(profileNamed(undefined), SPECIFICATION);
});

for (const name of NAMES) {
  test(`${name}: differs from the specification and from the others, with valid error names`, () => {
    const profile = profileNamed(name);
    for (const other of [undefined, ...NAMES.filter((each) => each !== name)]) {
      assert.notDeepEqual(profile, profileNamed(other));
    }
    assert.ok(Object.values(profile.errors.names ?? {}).every((each) => isErrorName(each)));
  });
}
