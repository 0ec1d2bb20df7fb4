// Many clients one after the other, each of which connects and opens a session in one write. Whether
// the daemon survives one is a matter of microseconds, which a greeting makes rare (QUIRKS, G20): so
// this counts over 50,000 clients, with SLOW=1 and nothing beside it. That the greeting goes first is
// counted by `flights.ts`.
// Foreign peer: gnome-keyring, and how it takes note of clients.

import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from '../../../test-fixtures/src/harness.ts';
import { bootGnomeKeyring, requires } from '../../../test-fixtures/src/index.ts';
import { isSecretServiceError, SecretService } from '../src/index.ts';

const CLIENTS = 50_000;

/** Without the greeting it is about 26, with it less than one. */
const MOST_ENDS = 5;

const NAME = `gnome-keyring: ${CLIENTS} clients, one after the other`;
const missing =
  process.env['SLOW'] === '1'
    ? requires('dbus-daemon', 'gnome-keyring')
    : 'takes four minutes alone on the machine: SLOW=1';

/** Connects to one daemon until it ends; returns how many clients there were, and whether it did. */
async function connectUntilItEnds(most: number): Promise<[clients: number, hasEnded: boolean]> {
  await using keyring = await bootGnomeKeyring();
  const address = keyring.env['DBUS_SESSION_BUS_ADDRESS'] ?? '';
  for (let clients = 1; clients <= most; clients += 1) {
    const service = SecretService.open({ address, hasDisplay: false });
    try {
      await service.ready();
    } catch (error) {
      if (!isSecretServiceError(error, 'unavailable')) throw error;
      return [clients, true];
    } finally {
      await service.close();
    }
  }
  return [most, false];
}

// @rule secret/greeted-first
if (missing !== undefined) test.skip(NAME, missing);
else {
  test(NAME, async () => {
    let ends = 0;
    for (let left = CLIENTS; left > 0; ) {
      const [clients, hasEnded] = await connectUntilItEnds(left);
      left -= clients;
      if (hasEnded) ends += 1;
    }
    console.log(`# the daemon ended ${ends} times`);
    assert.ok(ends <= MOST_ENDS, `it ended ${ends} times`);
  });
}
