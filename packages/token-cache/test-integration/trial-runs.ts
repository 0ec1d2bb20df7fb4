/**
 * Eight processes try one keyring at once, as programs do that start together: none fails, and none
 * falls back although it may. 10 runs each, on gnome-keyring and KWallet; with SLOW=1, 1,250.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import process from 'node:process';
import { SecretService } from '@keywire/secret-service';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  bootKWallet,
  type Keyring,
  requires,
} from '../../../test-fixtures/src/index.ts';
import { bundleProgram, Program } from './support/programs.ts';

const PROCESSES = 8;
const RUNS = process.env['SLOW'] === '1' ? 1250 : 10;

const missing = requires('dbus-daemon', 'gnome-keyring', 'kwallet');
const keyrings: readonly [string, () => Promise<Keyring>][] = [
  ['gnome-keyring', () => bootGnomeKeyring({ state: 'unlocked' })],
  ['KWallet', () => bootKWallet({ state: 'unlocked' })],
];

for (const [name, boot] of keyrings) {
  const title = `${name}: ${PROCESSES} processes, ${RUNS} trial runs each, no false failure`;
  if (missing !== undefined) test.skip(title, missing);
  else test(title, () => inFolder((folder) => tryAtOnce(folder, boot)));
}

async function tryAtOnce(folder: string, boot: () => Promise<Keyring>): Promise<void> {
  await using keyring = await boot();
  const program = await bundleProgram('trier', folder);
  const programs = Array.from(
    { length: PROCESSES },
    () => new Program(program, [folder], { ...keyring.env }),
  );
  try {
    const answers = await Promise.all(programs.map((each) => each.ask({ runs: RUNS })));
    const expected = { chosen: { 'secret-service': RUNS } };
    assert.deepEqual(
      answers,
      Array.from(programs, () => expected),
    );
    await Promise.all(programs.map((each) => each.stop()));
    await using service = await SecretService.connect({ address: keyring.bus.address });
    const left = await service.searchItems({ 'xdg:schema': 'org.keywire.TrialRun' });
    assert.equal(left.unlocked.length + left.locked.length, 0);
    assert.deepEqual(readdirSync(folder), ['trier.mjs']);
  } finally {
    for (const each of programs) await each.kill();
  }
}
