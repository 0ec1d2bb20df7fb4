/** Run by "npm test": the functions on a keyring in memory, the program on one that lasts as long. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openKeyring } from '@keywire/keyring';
import { greet } from './greet.mjs';

test('greets who it was told of', async () => {
  const keyring = await openKeyring({ backend: 'memory', config: 'none' });
  assert.equal(await greet(keyring, ['hello']), 'Who are you?');
  await greet(keyring, ['learn', 'Ada']);
  assert.equal(await greet(keyring, ['hello']), 'Hello, Ada!');
  await keyring.close();
});

test('a keyring that is not there is not one that is empty', async () => {
  const keyring = await openKeyring({ backend: 'fail', config: 'none' });
  await assert.rejects(greet(keyring, ['hello']), { code: 'unavailable' });
  await keyring.close();
});

// The whole program, as it is shipped, needs a bus: "npm test" brings one with keywire run.
test('remembers from one run to the next', () => {
  const program = fileURLToPath(new URL('greet.mjs', import.meta.url));
  const run = (...args) => execFileSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  assert.equal(run('learn', 'Grace'), 'I shall remember.\n');
  assert.equal(run('hello'), 'Hello, Grace!\n');
});
