import assert from 'node:assert/strict';
import { test } from '../src/harness.ts';
import {
  bootGnomeKeyring,
  requires,
  secretToolLookup,
  secretToolStore,
  startRecordingProxy,
} from '../src/index.ts';
import { startPlainSessionProxy } from '../src/plain-session-proxy.ts';

const SECRET = new TextEncoder().encode('seen in the clear');

const missing = requires('dbus-daemon', 'gnome-keyring', 'secret-tool');

if (missing === undefined) {
  test('behind the plain-session proxy a secret travels in the clear, else it does not', async () => {
    await using keyring = await bootGnomeKeyring();
    await using recording = await startRecordingProxy(keyring.bus.address);
    await using plain = await startPlainSessionProxy(recording.address);
    const item = { label: 'One', attributes: { n: '1' }, secret: 'seen in the clear' };

    await secretToolStore(through(recording), item);
    assert.equal(recording.hasSeen(SECRET), false);
    await secretToolStore(through(plain), item);
    assert.equal(recording.hasSeen(SECRET), true);
    assert.deepEqual(await secretToolLookup(through(plain), { n: '1' }), SECRET);

    function through({ address }: { address: string }): Record<string, string> {
      return { ...keyring.env, DBUS_SESSION_BUS_ADDRESS: address };
    }
  });
} else {
  test.skip('the plain-session proxy', missing);
}
