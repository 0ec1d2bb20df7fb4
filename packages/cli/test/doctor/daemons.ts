import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  DAEMON_PROGRAMS,
  daemonOfFamily,
  daemonOfProgram,
  isKWalletTooOld,
  unlockStep,
} from '../../src/doctor/daemons.ts';

test('daemons are known by their programs and by their families', () => {
  assert.equal(daemonOfProgram('/usr/bin/gnome-keyring-daemon')?.family, 'gnome-keyring');
  assert.equal(daemonOfProgram('ksecretd')?.family, 'kwallet');
  assert.equal(daemonOfProgram('/usr/bin/node'), undefined);
  assert.equal(daemonOfFamily('keepassxc')?.title, 'KeePassXC');
  assert.equal(daemonOfFamily('generic'), undefined);
  assert.equal(daemonOfFamily(undefined), undefined);
  const programs = DAEMON_PROGRAMS.flatMap((daemon) => daemon.programs);
  assert.equal(new Set(programs).size, programs.length);
});

test('a library’s name tells the version of KWallet', () => {
  const { version } = daemonOfFamily('kwallet') ?? {};
  assert.ok(version instanceof RegExp);
  const maps = '7f r-xp 0 fe:00 12 /usr/lib/libKF5WalletBackend.so.5.103.0\n7f r 0 fe:00 1 /x\n';
  assert.equal(version.exec(maps)?.[1], '5.103.0');
});

test('isKWalletTooOld: before 5.97', () => {
  assert.deepEqual(['5.96.9', '5.97', '5.103.0', '6.0.0', '4.14'].map(isKWalletTooOld), [
    true,
    false,
    false,
    false,
    true,
  ]);
});

test('unlockStep: what the daemon is unlocked with, else where it can be', () => {
  assert.match(unlockStep('gnome-keyring'), /keywire unlock/u);
  for (const family of ['generic', undefined]) {
    assert.equal(unlockStep(family), 'unlock it in a graphical session');
  }
});
