import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  configPath,
  defaultKeyringPath,
  hasConfigFolder,
  hasStateFolder,
  plaintextPath,
  pythonConfigPath,
  rememberedFolder,
} from '../../src/selection/paths.ts';
import { failsWith } from '../support/failing.ts';

test('below HOME, or where the variables say', () => {
  const host = { env: {}, home: '/home/u' };
  assert.equal(configPath(host), '/home/u/.config/keywire/keyring.json');
  assert.equal(rememberedFolder(host), '/home/u/.local/state/keywire/backends');
  assert.equal(defaultKeyringPath(host), '/home/u/.local/share/keywire/default.keyring');
  assert.equal(plaintextPath(host), '/home/u/.local/share/keywire/plaintext.json');
  assert.equal(pythonConfigPath(host), '/home/u/.config/python_keyring/keyringrc.cfg');
  const moved = { env: { XDG_CONFIG_HOME: '/c', XDG_DATA_HOME: '/d' }, home: undefined };
  assert.equal(configPath(moved), '/c/keywire/keyring.json');
  assert.equal(defaultKeyringPath(moved), '/d/keywire/default.keyring');
});

test('whether there is a folder of either kind: a variable or a home, absolute', () => {
  for (const [has, variable] of [
    [hasConfigFolder, 'XDG_CONFIG_HOME'],
    [hasStateFolder, 'XDG_STATE_HOME'],
  ] as const) {
    for (const [value, home, wanted] of [
      ['/x', undefined, true],
      [undefined, '/home/u', true],
      ['x', 'home', false],
      [undefined, undefined, false],
    ] as const) {
      assert.equal(has({ env: { [variable]: value, OTHER: '/x' }, home }), wanted);
    }
  }
});

test('a relative path is none, and without a home the missing one is named', async () => {
  const relative = { env: { XDG_CONFIG_HOME: 'here' }, home: '/home/u' };
  assert.equal(configPath(relative), '/home/u/.config/keywire/keyring.json');
  const error = await failsWith('invalid-config', () => configPath({ env: {}, home: undefined }));
  assert.match(error.message, /XDG_CONFIG_HOME/);
});
