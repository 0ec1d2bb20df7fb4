/**
 * A process that takes over a plain cache is killed at random: one copy is whole at every moment, and
 * the next call finishes. 6 kills for each kind and place; with SLOW=1, 200.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { bootGnomeKeyring, requires } from '../../../test-fixtures/src/index.ts';
import {
  adopt,
  EncryptedFilePersistence,
  FilePersistence,
  type Persistence,
  SecretServicePersistence,
} from '../src/index.ts';
import { CHEAP } from '../test/support/cheap.ts';
import { bundleProgram, Program } from './support/programs.ts';

const KILLS = process.env['SLOW'] === '1' ? 200 : 6;
/** How long an undisturbed call takes at most, from when it begins; kills fall into that time. */
const SPAN_MS = 120;
/** What a killed process was writing; the next to need the place removes it. */
const LEFTOVER = /\.[0-9a-f]{32}(?:\.new|\.tmp)?$/u;
const TEXT = JSON.stringify({ Account: { a: { padding: 'x'.repeat(200_000) } } });

const missing = requires('dbus-daemon', 'gnome-keyring');
const places = ['same', 'new'] as const;

for (const kind of ['file', 'encrypted-file', 'secret-service'] as const) {
  for (const place of places) {
    // A plain file at its own place is there already.
    if (kind === 'file' && place === 'same') continue;
    const title = `into ${kind} at the ${place} path, killed ${KILLS} times: one copy is whole`;
    if (missing !== undefined) test.skip(title, missing);
    else test(title, () => inFolder((folder) => killWhileAdopting(folder, kind, place)));
  }
}

async function killWhileAdopting(
  folder: string,
  kind: 'file' | 'encrypted-file' | 'secret-service',
  place: (typeof places)[number],
): Promise<void> {
  await using keyring = await bootGnomeKeyring({ state: 'unlocked' });
  const program = await bundleProgram('adopter', folder);
  const data = join(folder, 'data');
  const old = join(data, 'old');
  const location = place === 'same' ? old : join(data, 'new');
  const open = (): Persistence => {
    if (kind === 'file') return new FilePersistence(location);
    if (kind === 'encrypted-file') {
      return new EncryptedFilePersistence({ location, password: 'pw', cost: CHEAP });
    }
    return new SecretServicePersistence({ location, connect: { address: keyring.bus.address } });
  };
  for (let kills = 0; kills < KILLS; kills += 1) {
    rmSync(data, { recursive: true, force: true });
    await new FilePersistence(old).save('');
    await open()
      .delete()
      .catch(() => undefined);
    writeFileSync(old, TEXT);
    const adopter = new Program(program, [old, kind, location], { ...keyring.env });
    await once(adopter.child, 'message');
    await Promise.race([delay(Math.random() * SPAN_MS), adopter.exited]);
    await adopter.kill();
    assert.ok(await isWhole(old, open()), 'neither copy was whole');
    await adopt(old, open());
    assert.equal(await open().load(), TEXT);
    if (place === 'new') assert.ok(!existsSync(old), 'the old one is still there');
    // The lock of who was killed right after writing lies there until somebody writes again.
    await open().save(TEXT);
    const names = readdirSync(data).filter((name) => !LEFTOVER.test(name));
    assert.ok(
      names.every((name) => name === 'old' || name === 'new'),
      names.join(),
    );
    if (place === 'new') assert.deepEqual(names, ['new']);
  }
}

async function isWhole(old: string, persistence: Persistence): Promise<boolean> {
  const readers = [async () => readFileSync(old, 'utf8'), async () => persistence.load()];
  for (const read of readers) {
    if ((await read().catch(() => '')) === TEXT) return true;
  }
  return false;
}
