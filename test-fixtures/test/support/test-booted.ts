import assert from 'node:assert/strict';
import type { Keyring } from '../../src/daemons/keyring-fixture.ts';
import { test } from '../../src/harness.ts';
import { leftovers } from './leftovers.ts';

/** Registers a test on a keyring of its own, or the skipping of it; nothing may be left of it. */
export function testBooted<K extends Keyring>(
  title: string,
  missing: string | undefined,
  boot: () => Promise<K>,
  body: (keyring: K) => Promise<void>,
): void {
  if (missing !== undefined) {
    test.skip(title, missing);
    return;
  }
  test(title, async () => {
    const keyring = await boot();
    try {
      await body(keyring);
    } finally {
      await keyring[Symbol.asyncDispose]();
    }
    assert.deepEqual(leftovers(keyring.bus.workspace.folder), []);
  });
}
