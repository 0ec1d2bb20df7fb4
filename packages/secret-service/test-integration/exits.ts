// A program that never closes its service: after unref() it ends by itself once nothing is under
// way, and not before: neither a reply that is still to come nor an open prompt is cut off.
// Foreign peer: gnome-keyring, with a prompter that holds its answer.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { onGnomeKeyring } from './support/keyrings.ts';

const seed = [{ label: 'kept', attributes: { app: 'kept' }, secret: 'kept secret' }];
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SOURCE = new URL('../src/index.ts', import.meta.url).href;

/** A program that looks up one secret with an idle, unref'ed service, and never closes it. */
const PROGRAM = `
import { SecretService } from ${JSON.stringify(SOURCE)};
const service = SecretService.open({ hasDisplay: true });
service.unref();
console.log((await service.lookup({ app: 'kept' }))?.text());
console.log((await service.lookup({ app: 'kept' }))?.text());
`;

function startProgram(env: Readonly<Record<string, string>>) {
  const register = ['--import', './scripts/ts-register.mjs', '--conditions=@keywire/source'];
  const child = spawn(process.execPath, [...register, '--input-type=module', '--eval', PROGRAM], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, output }));
  return { child, ended };
}

onGnomeKeyring('an unref’ed service lets the program end', { seed }, async ({ keyring }) => {
  const { ended } = startProgram(keyring.env);
  assert.deepEqual(await ended, { code: 0, output: 'kept secret\nkept secret\n' });
});

onGnomeKeyring(
  'an unref’ed service waits for the user all the same',
  { state: 'locked', prompter: 'delay', seed },
  async ({ keyring }) => {
    const { child, ended } = startProgram(keyring.env);
    await keyring.prompter?.until('held');
    // The call of Prompt() is answered by now: nothing but the user is waited for.
    assert.equal(child.exitCode, null);
    keyring.prompter?.release();
    assert.deepEqual(await ended, { code: 0, output: 'kept secret\nkept secret\n' });
  },
);
