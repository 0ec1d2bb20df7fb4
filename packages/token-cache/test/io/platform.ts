/** Where each platform keeps a user's data. */
import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  currentPlatform,
  joinPath,
  sessionBusAddress,
  userDataFolder,
} from '../../src/io/platform.ts';

test('on Linux the base directory specification says where', () => {
  const fallback = join(homedir(), '.local', 'share');
  assert.equal(userDataFolder({ XDG_DATA_HOME: '/data' }, 'linux'), '/data');
  assert.equal(userDataFolder({ XDG_DATA_HOME: 'data' }, 'linux'), fallback);
  assert.equal(userDataFolder({}, 'linux'), fallback);
});

test('elsewhere the platform does', () => {
  assert.equal(userDataFolder({}, 'darwin'), join(homedir(), 'Library', 'Application Support'));
  assert.equal(userDataFolder({ LOCALAPPDATA: 'C:\\Data' }, 'win32'), 'C:\\Data');
  assert.equal(userDataFolder({}, 'win32'), join(homedir(), 'AppData', 'Local'));
});

test('this platform and its separator', () => {
  assert.equal(currentPlatform(), process.platform);
  assert.equal(sessionBusAddress(), process.env['DBUS_SESSION_BUS_ADDRESS']);
  assert.equal(joinPath('/a', 'b'), join('/a', 'b'));
});
