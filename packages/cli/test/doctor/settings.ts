import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  flatpakMayTalk,
  iniValue,
  kwalletSettings,
  versionIn,
  wslVersion,
} from '../../src/doctor/settings.ts';

test('iniValue: a key of one group', () => {
  const text = '[A]\nk=1\n[B]\n k=2 \n[A.B]\nk=3\n';
  assert.deepEqual(
    [iniValue(text, 'A', 'k'), iniValue(text, 'B', 'k'), iniValue(text, 'C', 'k')],
    ['1', '2', undefined],
  );
});

test('iniValue: blanks, marks of what is fixed, and the last of two', () => {
  const text = '[A][$i]\nk = 1=2\nk[$i]=3\nother\nk2\n[B]\nk=4\nk=5\n';
  const values = [
    ['A', 'k'],
    ['B', 'k'],
    ['A', 'k2'],
    ['A', 'other'],
  ].map(([group = '', key = '']) => iniValue(text, group, key));
  assert.deepEqual(values, ['3', '5', undefined, undefined]);
  assert.equal(iniValue('k=0\n[A]\nk = 1=2\n', 'A', 'k'), '1=2', 'what stands above all groups');
});

test('kwalletSettings: on, unless it says off', () => {
  const switches = (text: string): readonly boolean[] => {
    const { isEnabled, isSecretServiceEnabled } = kwalletSettings('/k', text);
    return [isEnabled, isSecretServiceEnabled];
  };
  assert.deepEqual(switches(''), [true, true]);
  for (const off of ['=false', ' = False', '[$i]=no', '=off', '=0']) {
    assert.deepEqual(switches(`[Wallet]\nEnabled${off}\n`), [false, true], off);
  }
  assert.deepEqual(switches('[Wallet]\nEnabled=true\n'), [true, true]);
  assert.deepEqual(switches('[org.freedesktop.secrets]\napiEnabled=false\n'), [true, false]);
});

test('flatpakMayTalk: a policy for the name, or the whole bus', () => {
  assert.equal(flatpakMayTalk('[Context]\nsockets=wayland;\n'), false);
  assert.equal(flatpakMayTalk('[Context]\nsockets=wayland;session-bus;\n'), true);
  const policy = '[Session Bus Policy]\norg.freedesktop.secrets=';
  assert.equal(flatpakMayTalk(`${policy}talk\n`), true);
  assert.equal(flatpakMayTalk(`${policy}own\n`), true);
  assert.equal(flatpakMayTalk(`${policy}none\n`), false);
  assert.equal(flatpakMayTalk(`${policy}see\n`), false);
  assert.equal(flatpakMayTalk(`${policy}none\norg.freedesktop.*=talk\n`), true, 'a family');
  assert.equal(flatpakMayTalk(`${policy}none\norg.*=talk\n`), true, 'all families');
  assert.equal(flatpakMayTalk(`${policy}none\norg.freedesktop.portal.*=talk\n`), false);
});

test('wslVersion: by the name of the kernel', () => {
  assert.equal(
    wslVersion('Linux version 6.1.0-13-amd64 (debian-kernel@lists.debian.org)'),
    undefined,
  );
  assert.equal(wslVersion('Linux version 5.15.90.1-microsoft-standard-WSL2 (oe-user@oe-host)'), 2);
  assert.equal(wslVersion('Linux version 4.4.0-19041-Microsoft (Microsoft@Microsoft.com)'), 1);
});

test('versionIn: the first number with a point', () => {
  assert.equal(versionIn('KeePassXC 2.7.4\n'), '2.7.4');
  assert.equal(versionIn('gnome-keyring-daemon: 42.1\ntesting: enabled'), '42.1');
  assert.equal(versionIn('none'), undefined);
});
