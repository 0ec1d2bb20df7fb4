/** The user's folder and platform under the original's names. */
import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import process from 'node:process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Environment } from '../../src/io/environment.ts';

test('it tells what the system tells', () => {
  assert.equal(Environment.getEnvironmentPlatform(), process.platform);
  assert.equal(Environment.isLinuxPlatform(), process.platform === 'linux');
  assert.equal(Environment.isMacPlatform(), process.platform === 'darwin');
  assert.equal(Environment.isWindowsPlatform(), process.platform === 'win32');
  assert.equal(Environment.isLinuxRootUser(), process.getuid?.() === 0);
  assert.equal(Environment.getUserRootDirectory(), homedir());
  assert.equal(Environment.getEnvironmentVariable('PATH'), process.env['PATH']);
  assert.equal(Environment.getEnvironmentVariable('KEYWIRE_NO_SUCH_VARIABLE'), '');
});
