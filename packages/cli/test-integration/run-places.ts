/**
 * `keywire run` where a machine lacks what most have: a user without an entry in the user database, no
 * HOME, no XDG_RUNTIME_DIR, a user namespace, a read-only /tmp. It runs, or names the folder that is missing.
 */
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { test } from '../../../test-fixtures/src/harness.ts';
import { requires, run } from '../../../test-fixtures/src/index.ts';
import { createWorld, type World } from './support/run-world.ts';

const PATH = '/usr/bin:/bin';
const SCRIPT = [
  'id -u; echo "$DBUS_SESSION_BUS_ADDRESS"',
  'printf s3cret | secret-tool store --label=L app demo',
  'secret-tool lookup app demo',
].join('\n');

/** The bundle where everybody can read it. */
function publicBundle({ folder, keywire: [, bundle] }: World): string {
  chmodSync(folder, 0o755);
  const copy = path.join(folder, 'keywire.cjs');
  copyFileSync(bundle ?? '', copy);
  chmodSync(copy, 0o755);
  return copy;
}

const missing = requires('secret-tool');
const isRoot = process.getuid?.() === 0;

if (missing !== undefined || !isRoot) {
  test.skip('run: a user whom nobody knows', missing ?? 'becoming another user takes root');
} else {
  test('run: a user whom nobody knows, without HOME and XDG_RUNTIME_DIR, gets a folder in /tmp', async () => {
    using world = createWorld();
    const args = ['--reuid=54321', '--regid=54321', '--clear-groups', process.execPath];
    const result = await run(
      '/usr/bin/setpriv',
      [...args, publicBundle(world), 'run', '--', 'sh', '-c', SCRIPT],
      { env: { PATH } },
    );
    assert.match(
      new TextDecoder().decode(result.stdout),
      /^54321\nunix:path=\/tmp\/keywire-bus-[^/]+\/bus,guid=[0-9a-f]{32}\ns3cret$/u,
      result.stderr,
    );
    assert.deepEqual([result.code, result.stderr], [0, '']);
  });
}

/** As sandboxes have it: one user id is known inside, and `/tmp` shows as nobody's. */
const inNamespace = [
  '--reuid=54321',
  '--regid=54321',
  '--clear-groups',
  '/usr/bin/unshare',
  '--user',
  '--map-current-user',
];
const namespaces = isRoot ? await run('/usr/bin/setpriv', [...inNamespace, 'true']) : undefined;
if (missing !== undefined || namespaces?.code !== 0) {
  test.skip(
    'run: a user namespace without root',
    missing ?? 'it takes root, and a kernel that lets every user make such a namespace',
  );
} else {
  test('run: a user namespace without root gets a folder in its /tmp', async () => {
    using world = createWorld();
    const command = [process.execPath, publicBundle(world), 'run', '--', 'sh', '-c', SCRIPT];
    const result = await run('/usr/bin/setpriv', [...inNamespace, ...command], { env: { PATH } });
    assert.match(
      new TextDecoder().decode(result.stdout),
      /^54321\nunix:path=\/tmp\/keywire-bus-[^/]+\/bus,guid=[0-9a-f]{32}\ns3cret$/u,
      result.stderr,
    );
    assert.deepEqual([result.code, result.stderr], [0, '']);
  });
}

const mounts = isRoot ? await run('/usr/bin/unshare', ['-m', 'true']) : undefined;
if (mounts?.code !== 0) {
  test.skip(
    'run: a read-only /tmp',
    'mounting a folder read-only takes root and a namespace of its own',
  );
} else {
  test('run: a read-only /tmp is named, and not needed where there is XDG_RUNTIME_DIR', async () => {
    using world = createWorld();
    const [node, bundle = ''] = world.keywire;
    // The folder of this test may itself lie in /tmp: it stays reachable through the mount.
    const mount = 'mount -o bind /tmp /tmp && mount -o remount,bind,ro /tmp && exec "$@"';
    const runtime = '/run/keywire-test-runtime';
    const within = async (env: Readonly<Record<string, string>>, shell = mount) =>
      await run(
        '/usr/bin/unshare',
        [
          '-m',
          'sh',
          '-c',
          shell,
          'sh',
          node,
          bundle,
          'run',
          '--',
          'printenv',
          'DBUS_SESSION_BUS_ADDRESS',
        ],
        { env: { PATH, ...env } },
      );
    const refused = await within({});
    assert.equal(refused.code, 125);
    assert.match(
      refused.stderr,
      /^keywire: bus folder: expected to make one, tried \/tmp \(EROFS\)[^\n]*\n$/u,
    );
    const both = await within({ XDG_RUNTIME_DIR: '/run/keywire-no-such-folder' });
    assert.match(both.stderr, /tried \/run\/keywire-no-such-folder \(ENOENT\), \/tmp \(EROFS\)/u);
    const ramdisk = `mount -t tmpfs none /run && mkdir -m 700 ${runtime} && ${mount}`;
    const served = await within({ XDG_RUNTIME_DIR: runtime }, ramdisk);
    assert.match(
      new TextDecoder().decode(served.stdout),
      /^unix:path=\/run\/keywire-test-runtime\/keywire-bus-/u,
      served.stderr,
    );
    assert.equal(served.code, 0);
  });
}
