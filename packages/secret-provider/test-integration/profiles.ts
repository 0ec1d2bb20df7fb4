/**
 * Each profile beside the daemon it imitates: the same script of calls, and every difference listed
 * here with its reason. A difference that is not listed, and one that is listed and gone, fail.
 */
import assert from 'node:assert/strict';
import { connect } from '@keywire/dbus-wire';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  bootKeePassXC,
  bootKWallet,
  type Keyring,
  requires,
} from '../../../test-fixtures/src/index.ts';
import type { ProfileName } from '../src/profile.ts';
import { type Observations, observe } from './support/observations.ts';
import { startWorld } from './support/world.ts';

interface Comparison {
  readonly profile: Exclude<ProfileName, 'oo7'>;
  readonly boot: () => Promise<Keyring>;
  /** Step → why the profile differs there. */
  readonly allowed: Readonly<Record<string, string>>;
}

const COMPARISONS: readonly Comparison[] = [
  { profile: 'gnome-keyring', boot: () => bootGnomeKeyring(), allowed: {} },
  { profile: 'kwallet', boot: () => bootKWallet(), allowed: {} },
  { profile: 'keepassxc', boot: () => bootKeePassXC(), allowed: {} },
];

for (const { profile, boot, allowed } of COMPARISONS) {
  const missing = requires('dbus-daemon', profile);
  const title = `${profile}: the profile answers as the daemon does`;
  if (missing !== undefined) {
    test.skip(title, missing);
    continue;
  }
  test(title, async () => {
    const real = await observeDaemon(boot);
    const imitated = await observeProfile(profile);
    const differences = new Map(
      [...real]
        .filter(([step, outcome]) => imitated.get(step) !== outcome)
        .map(([step, outcome]) => [step, `${outcome} | ${imitated.get(step)}`]),
    );
    const unlisted = [...differences].filter(([step]) => allowed[step] === undefined);
    assert.deepEqual(unlisted, []);
    assert.deepEqual([...differences.keys()].sort(), Object.keys(allowed).sort());
    assert.deepEqual([...imitated.keys()], [...real.keys()]);
  });
}

async function observeDaemon(boot: () => Promise<Keyring>): Promise<Observations> {
  await using keyring = await boot();
  return await observeAt(keyring.bus.address);
}

async function observeProfile(profile: ProfileName): Promise<Observations> {
  await using world = await startWorld('dbus-daemon', { profile });
  return await observeAt(world.address);
}

async function observeAt(address: string): Promise<Observations> {
  await using connection = await connect({ address });
  await using stranger = await connect({ address });
  return await observe({ connection, stranger });
}
