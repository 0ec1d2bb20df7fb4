// On a machine without a display, as its guide tells it: a bus of one's own with dbus-run-session and
// a keyring that its password opens; an encrypted file where nothing is installed; and what is told
// where neither is there.

import assert from 'node:assert/strict';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import { requires, run, runtime } from '../../../test-fixtures/src/index.ts';
import { programPrints } from './support/run-program.ts';

const PROGRAM = fileURLToPath(new URL('support/program.ts', import.meta.url));

/** dbus-run-session's own services are left out: nothing is started but what the script starts. */
const SCRIPT = `
printf %s "$KEYRING_PASSWORD" | gnome-keyring-daemon --unlock --components=secrets >/dev/null
exec "$@"
`;

const missing = requires('dbus-daemon', 'gnome-keyring');
const title =
  'dbus-run-session and gnome-keyring-daemon --unlock: passwords are kept from run to run';
if (missing !== undefined) test.skip(title, missing);
else
  test(title, async () => {
    await inFolder(async (home) => {
      const session = (steps: readonly (readonly string[])[], password: string): Promise<string> =>
        inSession(home, steps, password);
      const first = [
        ['set', 'service', 'user', 'x'],
        ['get', 'service', 'user'],
      ];
      assert.equal(await session(first, 'pw'), '"x"\n');
      assert.equal(await session([['get', 'service', 'user']], 'pw'), '"x"\n');
      const refused = JSON.parse(await session([['get', 'service', 'user']], 'wrong'));
      assert.equal(refused.outcome, 'locked');
      assert.notEqual(refused.advice, '');
    });
  });

test('nothing installed: an encrypted file, when the program asked for that', async () => {
  await inFolder(async (home) => {
    const env = { HOME: home, XDG_RUNTIME_DIR: home };
    const file = { password: 'correct horse', format: 'v1' } as const;
    const options = { policy: 'encrypted-file', file } as const;
    const steps = [['set', 'service', 'user', 'x'], ['get', 'service', 'user'], ['status']];
    const [password, status] = await programPrints(env, steps, options);
    assert.equal(password, 'x');
    assert.ok(typeof status === 'object' && status !== null && 'backend' in status);
    assert.equal(status.backend, 'file');
    assert.deepEqual(await programPrints(env, [['get', 'service', 'user']], options), ['x']);
    const wrong = { ...options, file: { ...file, password: 'wrong' } };
    const [error] = await programPrints(env, [['get', 'service', 'user']], wrong);
    assert.ok(typeof error === 'object' && error !== null && 'code' in error);
    assert.equal(error.code, 'wrong-password');
  });
});

test('nothing installed, and nothing weaker asked for: it says what is missing and what to do', async () => {
  await inFolder(async (home) => {
    const env = { HOME: home, XDG_RUNTIME_DIR: home };
    for (const policy of ['keyring-only', 'encrypted-file'] as const) {
      const [error] = await programPrints(env, [['get', 'service', 'user']], { policy });
      assert.ok(typeof error === 'object' && error !== null && 'outcome' in error);
      assert.equal(error.outcome, 'unavailable');
      const { message, advice } = error as { message?: string; advice?: string };
      assert.match(message ?? '', /secret-service: /);
      if (policy === 'encrypted-file') assert.match(message ?? '', /file: .*password/);
      assert.notEqual(advice, '');
    }
  });
});

async function inSession(
  home: string,
  steps: readonly (readonly string[])[],
  password: string,
): Promise<string> {
  const { command, sourceArgs } = runtime('node');
  const program = [command, ...sourceArgs, PROGRAM];
  const { code, stdout, stderr } = await run(
    '/usr/bin/dbus-run-session',
    ['--', '/bin/sh', '-c', SCRIPT, 'sh', ...program],
    {
      env: {
        HOME: home,
        PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin`,
        XDG_RUNTIME_DIR: home,
        KEYRING_PASSWORD: password,
        KEYWIRE_TEST_STEPS: JSON.stringify({ steps }),
      },
      timeoutMs: 60_000,
    },
  );
  assert.equal(code, 0, stderr);
  return new TextDecoder().decode(stdout);
}
