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
import type { ProfileName } from '../src/api/daemon-profiles.ts';
import type { AccessPolicy } from '../src/types/policy.ts';
import { CLOSED_ITEM, observeClosed } from './support/closed-observations.ts';
import { observe } from './support/observations.ts';
import type { Observations } from './support/raw-service.ts';
import { observeWithheld, WITHHELD_ITEM } from './support/withheld-observations.ts';
import { startWorld } from './support/world.ts';

interface Comparison {
  readonly profile: Exclude<ProfileName, 'oo7'>;
  /** With an open, empty default collection. */
  readonly boot: () => Promise<Keyring>;
  /** With one item in a default collection whose password was never given. */
  readonly bootClosed: () => Promise<Keyring>;
  /** Whether the service's search answers while the default collection is closed. */
  readonly searchesClosed: boolean;
  /** Step → why the profile differs there. */
  readonly allowed: Readonly<Record<string, string>>;
}

const COMPARISONS: readonly Comparison[] = [
  {
    profile: 'gnome-keyring',
    boot: () => bootGnomeKeyring(),
    bootClosed: () => bootGnomeKeyring({ state: 'cold', seed: [CLOSED_ITEM] }),
    searchesClosed: true,
    allowed: {},
  },
  {
    profile: 'kwallet',
    boot: () => bootKWallet(),
    bootClosed: () => bootKWallet({ state: 'cold', seed: [CLOSED_ITEM] }),
    searchesClosed: true,
    allowed: {
      'signals of replacing': 'it also tells of the items, which are the same',
      'set Label, a number': 'it makes text of the number',
    },
  },
  {
    profile: 'keepassxc',
    boot: () => bootKeePassXC(),
    bootClosed: () => bootKeePassXC({ state: 'locked', seed: [CLOSED_ITEM] }),
    // It raises a dialog that nobody answers (P6): the script `never` is for that.
    searchesClosed: false,
    allowed: {},
  },
];

const CLOSED_SEED = {
  collections: [
    {
      id: 'c',
      label: 'C',
      aliases: ['default'],
      locked: true,
      items: [{ id: '1', ...CLOSED_ITEM }],
    },
  ],
};

for (const { profile, boot, bootClosed, searchesClosed, allowed } of COMPARISONS) {
  const missing = requires('dbus-daemon', profile);
  const title = `${profile}: the profile answers as the daemon does`;
  if (missing !== undefined) {
    test.skip(title, missing);
    continue;
  }
  test(`${title}, while open`, async () => {
    const script = async (address: string): Promise<Observations> => {
      await using connection = await connect({ address });
      await using stranger = await connect({ address });
      return await observe({ connection, stranger });
    };
    compare(await observeDaemon(boot, script), await observeProfile({ profile }, script), allowed);
  });
  test(`${title}, while closed`, async () => {
    const script = async (address: string): Promise<Observations> => {
      await using connection = await connect({ address });
      return await observeClosed(connection, searchesClosed);
    };
    compare(
      await observeDaemon(bootClosed, script),
      await observeProfile({ profile, seed: CLOSED_SEED }, script),
      {},
    );
  });
}

const missingKeePassXC = requires('dbus-daemon', 'keepassxc');
if (missingKeePassXC === undefined) {
  test('keepassxc: the profile answers as the daemon does, while a person has to agree', async () => {
    const script = async (address: string): Promise<Observations> => {
      await using connection = await connect({ address });
      return await observeWithheld(connection);
    };
    const boot = () => bootKeePassXC({ confirmAccess: true, seed: [WITHHELD_ITEM] });
    const items = [{ id: '1', ...WITHHELD_ITEM }];
    const seed = { collections: [{ id: 'c', label: 'C', aliases: ['default'], items }] };
    const policy: AccessPolicy = ({ kind }) => (kind === 'read' ? 'ask' : 'allow');
    const imitated = await observeProfile({ profile: 'keepassxc', seed, policy }, script);
    compare(await observeDaemon(boot, script), imitated, {});
  });
} else {
  test.skip('keepassxc: the profile, while a person has to agree', missingKeePassXC);
}

type Script = (address: string) => Promise<Observations>;

function compare(
  real: Observations,
  imitated: Observations,
  allowed: Readonly<Record<string, string>>,
): void {
  const differences = new Map(
    [...real]
      .filter(([step, outcome]) => imitated.get(step) !== outcome)
      .map(([step, outcome]) => [step, `${outcome} | ${imitated.get(step)}`]),
  );
  const unlisted = [...differences].filter(([step]) => allowed[step] === undefined);
  assert.deepEqual(unlisted, []);
  assert.deepEqual([...differences.keys()].sort(), Object.keys(allowed).sort());
  assert.deepEqual([...imitated.keys()], [...real.keys()]);
}

async function observeDaemon(boot: () => Promise<Keyring>, script: Script): Promise<Observations> {
  await using keyring = await boot();
  return await script(keyring.bus.address);
}

async function observeProfile(
  options: Parameters<typeof startWorld>[1],
  script: Script,
): Promise<Observations> {
  await using world = await startWorld('dbus-daemon', options);
  return await script(world.address);
}
