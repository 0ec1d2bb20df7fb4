/**
 * One cache shared with Python's msal-extensions: items in gnome-keyring and KWallet both ways, its
 * lock respected while it lives and taken when it is gone, and both at once without a loss.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  bootKWallet,
  type Keyring,
  requires,
  run,
} from '../../../test-fixtures/src/index.ts';
import {
  FilePersistence,
  PersistedTokenCache,
  SecretServicePersistence,
  withCacheLock,
} from '../src/index.ts';
import { holdInPython, msalPeer } from './support/msal-peer.ts';
import { bundleProgram } from './support/programs.ts';

const ADDS = process.env['SLOW'] === '1' ? 400 : 25;

const account = (name: string): Record<string, string> => ({
  home_account_id: name,
  environment: 'e',
  realm: 'r',
  username: name,
});

async function names(cache: PersistedTokenCache): Promise<string[]> {
  const accounts = await cache.search('Account');
  return accounts.map((entry) => String(entry['home_account_id'])).toSorted();
}

const missing = requires('dbus-daemon', 'gnome-keyring', 'kwallet', 'msal-extensions');
const keyrings: readonly [string, () => Promise<Keyring>][] = [
  ['gnome-keyring', () => bootGnomeKeyring({ state: 'unlocked' })],
  ['KWallet', () => bootKWallet({ state: 'unlocked' })],
];

for (const [name, boot] of keyrings) {
  const title = `${name}: Python and this process share one cache item`;
  if (missing !== undefined) test.skip(title, missing);
  else test(title, () => inFolder((folder) => shareItem(folder, boot)));
}

async function shareItem(folder: string, boot: () => Promise<Keyring>): Promise<void> {
  await using keyring = await boot();
  const connect = { address: keyring.bus.address };
  const isLabelNeeded = keyring.kind === 'kwallet';
  // As msal-extensions has it by default, but for the label that this keyring needs; and with a
  // schema, an attribute and a label.
  const items = [
    { location: join(folder, 'plain'), ...(isLabelNeeded ? { label: 'Plain' } : {}) },
    {
      location: join(folder, 'named'),
      schema: 'org.example.Tokens',
      attributes: { app: 'demo' },
      label: 'Demo',
    },
  ];
  const unlabelled = new SecretServicePersistence({
    location: join(folder, 'unlabelled'),
    label: '',
    connect,
  });
  if (isLabelNeeded) await assert.rejects(unlabelled.save('text'), { code: 'failed' });
  else await unlabelled.save('text');
  for (const item of items) {
    const { schema: schemaName, ...options } = { schema: undefined, ...item };
    const persistence = new SecretServicePersistence({ ...options, schemaName, connect });
    const cache = new PersistedTokenCache(persistence);
    const peer = (operations: Parameters<typeof msalPeer>[1]): Promise<unknown[]> =>
      msalPeer({ kind: 'libsecret', ...item, trial: !isLabelNeeded }, operations, keyring.peerEnv);
    assert.deepEqual(await names(cache), []);
    await peer([{ do: 'add', name: 'of Python' }]);
    assert.deepEqual(await names(cache), ['of Python']);
    await cache.add('Account', account('of Node'));
    const [found] = await peer([{ do: 'find' }, { do: 'add', name: 'of Python, later' }]);
    assert.deepEqual(found, ['of Node', 'of Python']);
    assert.deepEqual(await names(cache), ['of Node', 'of Python', 'of Python, later']);
    assert.equal(await persistence.delete(), true);
  }
}

const missingPython = requires('msal-extensions');
if (missingPython !== undefined) test.skip('the lock of Python', missingPython);
else {
  test('a lock that Python holds is waited for', () =>
    inFolder(async (folder) => {
      const location = join(folder, 'cache');
      const holder = await holdInPython(location);
      const attempt = withCacheLock(location, async () => 'in', { lockTimeoutMs: 300 });
      await assert.rejects(attempt, (error: Error & { code?: string; holder?: object }) => {
        assert.equal(error.code, 'timeout');
        assert.ok(error.holder !== undefined && 'pid' in error.holder);
        assert.equal(error.holder.pid, holder.pid);
        return true;
      });
      const waiting = withCacheLock(location, async () => 'in');
      const exited = once(holder, 'exit');
      holder.stdin?.write('\n');
      assert.equal(await waiting, 'in');
      await exited;
    }));

  test('a lock that Python left when it was killed is taken', () =>
    inFolder(async (folder) => {
      const location = join(folder, 'cache');
      const holder = await holdInPython(location);
      const exited = once(holder, 'exit');
      holder.kill('SIGKILL');
      await exited;
      assert.equal(existsSync(`${location}.lockfile`), true);
      const cache = new PersistedTokenCache(new FilePersistence(location));
      await cache.add('Account', account('after'));
      assert.deepEqual(await names(cache), ['after']);
    }));

  test(`three processes of ours and one of Python, ${ADDS} changes each: none is lost`, () =>
    inFolder(async (folder) => {
      const location = join(folder, 'cache');
      const adder = await bundleProgram('adder', folder);
      const ours = ['a', 'b', 'c'].map(async (name) => {
        const result = await run(process.execPath, [adder, location, name, String(ADDS)], {
          timeoutMs: 250_000,
        });
        assert.equal(result.code, 0, result.stderr);
        return Number(new TextDecoder().decode(result.stdout));
      });
      const file = { kind: 'file', location } as const;
      const [breakIns] = await msalPeer(file, [{ do: 'adds', name: 'p', count: ADDS }]);
      const lost = await Promise.all(ours);
      console.log(`# Python broke in ${breakIns} times; ours noticed ${lost.join(' + ')}`);
      const cache = new PersistedTokenCache(new FilePersistence(location));
      const kept = new Set(await names(cache));
      const missing = ['a', 'b', 'c', 'p'].flatMap((name) =>
        Array.from({ length: ADDS }, (_, number) => `${name}${number}`).filter(
          (id) => !kept.has(id),
        ),
      );
      // It breaks in only after five seconds of waiting; then what it or its victim wrote may go.
      assert.ok(missing.length <= Number(breakIns), `${missing.length} lost: ${missing.join(' ')}`);
      assert.equal(existsSync(`${location}.lockfile`), false);
    }));
}
