// An SSH login, as far as PAM has a part in it: with a password that the module hands to GNOME
// Keyring, and with a public key or without the module, where nothing unlocks it. Nobody is there to
// answer a dialog.

import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  type Bus,
  bootBus,
  KEYRING_SERVICE,
  logInThroughPam,
  type PamLoginOptions,
  requires,
} from '../../../test-fixtures/src/index.ts';
import { programPrints } from './support/run-program.ts';

const SET = ['set', 'service', 'user', 'x'];
const GET = ['get', 'service', 'user'];

/** Each finds the home folder as the one before left it. */
const AFTERWARDS: readonly (PamLoginOptions & { name: string; finds: 'x' | 'locked' })[] = [
  { name: 'with the module, again', password: 'pw', hasModule: true, finds: 'x' },
  { name: 'another password', password: 'changed since', hasModule: true, finds: 'locked' },
  { name: 'a public key', hasModule: true, finds: 'locked' },
  { name: 'without the module', password: 'pw', hasModule: false, finds: 'locked' },
];

const missing = requires('dbus-daemon', 'gnome-keyring', 'pam-login');
const title = 'an SSH login through PAM';
if (missing !== undefined) test.skip(title, missing);
else {
  test(`${title}: with the module, the first one makes the keyring, and it is open`, async () => {
    await using bus = await bootBus({ services: [KEYRING_SERVICE] });
    await logInThroughPam(bus, { password: 'pw', hasModule: true });
    assert.deepEqual(await programPrints(bus.env, [SET, GET]), ['x']);
    for (const { name, finds, ...login } of AFTERWARDS)
      assert.equal(await foundAfter(bus, login), finds, name);
  });

  test(`${title}: no module, and no keyring yet: locked, and what to do`, async () => {
    await using bus = await bootBus({ services: [KEYRING_SERVICE] });
    await logInThroughPam(bus, { password: 'pw', hasModule: false });
    assertLocked(await programPrints(bus.env, [SET]));
  });

  test(`${title}: no module, and nothing that the bus could start: unavailable`, async () => {
    await using bus = await bootBus();
    await logInThroughPam(bus, { hasModule: false });
    const [error] = await programPrints(bus.env, [GET]);
    assert.ok(typeof error === 'object' && error !== null && 'outcome' in error);
    assert.equal(error.outcome, 'unavailable');
  });
}

/** What a login finds in a session of its own, with the home folder of an earlier one. */
async function foundAfter(earlier: Bus, login: PamLoginOptions): Promise<unknown> {
  await using bus = await bootBus({ services: [KEYRING_SERVICE] });
  cpSync(earlier.env['HOME'] ?? '', bus.env['HOME'] ?? '', { recursive: true });
  await logInThroughPam(bus, login);
  const printed = await programPrints(bus.env, [GET]);
  if (typeof printed[0] === 'string') return printed[0];
  assertLocked(printed);
  return 'locked';
}

function assertLocked(printed: readonly unknown[]): void {
  const [error] = printed;
  assert.ok(typeof error === 'object' && error !== null && 'outcome' in error);
  assert.equal(error.outcome, 'locked', JSON.stringify(error));
  assert.ok('advice' in error && error.advice !== '');
}
