/** Where each platform keeps a user's data. */
import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  currentPlatform,
  homeFolder,
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

// @rule token/home-is-absolute
test('a home that is none is an error, not the folder of the moment', () => {
  assert.equal(
    homeFolder(() => '/home/me'),
    '/home/me',
  );
  const none = (): string => {
    throw new Error('no entry');
  };
  for (const find of [() => '', () => 'relative', none]) {
    assert.throws(() => homeFolder(find), { name: 'PersistenceError', message: /HOME/u });
  }
});

test('this platform and its separator', () => {
  assert.equal(currentPlatform(), process.platform);
  assert.equal(sessionBusAddress(), process.env['DBUS_SESSION_BUS_ADDRESS']);
  assert.equal(joinPath('/a', 'b'), join('/a', 'b'));
});
