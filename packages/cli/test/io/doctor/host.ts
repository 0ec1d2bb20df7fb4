import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { allPamFacts, createDoctorHost } from '../../../src/io/doctor/host.ts';

test('allPamFacts: the first folder that has a service counts', async () => {
  const root = await mkdtemp(path.join(tmpdir(), 'pam-'));
  try {
    const [first, second] = [path.join(root, 'a'), path.join(root, 'b')];
    for (const folder of [first, second]) await mkdir(folder);
    await writeFile(path.join(first, 'login'), '@include shared\n');
    await writeFile(path.join(second, 'shared'), 'auth optional pam_kwallet5.so\n');
    await writeFile(path.join(second, 'login'), 'auth optional pam_gnome_keyring.so\n');
    assert.deepEqual(allPamFacts([first, second]), [
      {
        service: 'login',
        modules: { pam_gnome_keyring: [], pam_kwallet5: ['auth optional pam_kwallet5.so'] },
      },
    ]);
  } finally {
    await rm(root, { recursive: true });
  }
});

test('createDoctorHost: facts of this machine, without a bus too', async () => {
  const host = createDoctorHost(new AbortController().signal);
  assert.equal(host.uid, process.getuid?.());
  const saved = process.env['DBUS_SESSION_BUS_ADDRESS'];
  process.env['DBUS_SESSION_BUS_ADDRESS'] = 'disabled:';
  try {
    const facts = await host.collect({ timeoutMs: 5000, isUnlocking: false });
    assert.equal(facts.bus.failure?.code, 'bus-disabled');
    assert.equal(facts.platform.uid, process.getuid?.());
    assert.equal(facts.service, undefined);
  } finally {
    if (saved === undefined) delete process.env['DBUS_SESSION_BUS_ADDRESS'];
    else process.env['DBUS_SESSION_BUS_ADDRESS'] = saved;
  }
});

test('createDoctorHost: what the environment tells of the session, and where KWallet is set up', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'kw-host-'));
  const saved = { ...process.env };
  const collect = async (variables: Readonly<Record<string, string>>) => {
    const cleared = {
      DISPLAY: '',
      WAYLAND_DISPLAY: '',
      SSH_CONNECTION: '',
      SUDO_UID: '',
      SNAP: '',
    };
    const env = { ...cleared, XDG_CONFIG_HOME: folder, DBUS_SESSION_BUS_ADDRESS: 'disabled:' };
    Object.assign(process.env, env, variables);
    const host = createDoctorHost(new AbortController().signal);
    return await host.collect({ timeoutMs: 5000, isUnlocking: false });
  };
  try {
    const { platform: plain, kwallet: none } = await collect({
      SNAP_NAME: 'left over',
      SUDO_UID: 'x',
    });
    assert.deepEqual(
      [plain.isOverSsh, plain.sudoUid, plain.snap, plain.displays, none],
      [false, undefined, undefined, { DISPLAY: '', WAYLAND_DISPLAY: '' }, undefined],
    );
    const { configFailure: fine } = await collect({ KEYWIRE_BACKEND: '' });
    assert.equal(fine, undefined);
    await mkdir(path.join(folder, 'keywire'));
    await writeFile(path.join(folder, 'keywire', 'keyring.json'), '{');
    const { configFailure } = await collect({});
    assert.equal(configFailure?.code, 'invalid-config');
    assert.match(configFailure?.message ?? '', /keywire\/keyring\.json: expected JSON/u);
    await writeFile(path.join(folder, 'kwalletrc'), '[Wallet]\nEnabled=false\n');
    const { platform, kwallet } = await collect({
      ...{ DISPLAY: ':9', WAYLAND_DISPLAY: 'w', SSH_CONNECTION: 'a b', SUDO_UID: '1000' },
      ...{ SNAP: '/snap/app/1', SNAP_NAME: 'app' },
    });
    assert.deepEqual(
      [platform.isOverSsh, platform.sudoUid, platform.snap, platform.displays],
      [true, 1000, 'app', { DISPLAY: ':9', WAYLAND_DISPLAY: 'w' }],
    );
    assert.deepEqual([kwallet?.path, kwallet?.isEnabled], [path.join(folder, 'kwalletrc'), false]);
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in saved)) delete process.env[name];
    Object.assign(process.env, saved);
    await rm(folder, { recursive: true });
  }
});
