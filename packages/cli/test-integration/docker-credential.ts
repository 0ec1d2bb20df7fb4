/**
 * Docker's protocol spoken by docker-credential-keywire, by its own name, beside
 * docker-credential-secretservice: the same answers to the same questions, and each reads, lists and
 * erases what the other stored.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  type RunResult,
  requires,
  run,
} from '../../../test-fixtures/src/index.ts';
import { BUNDLE, keywire, onEachKeyring } from './support/keywire.ts';

type Environment = Readonly<Record<string, string>>;
type Answer = readonly [code: number | null, stdout: string];

const bin = mkdtempSync(path.join(tmpdir(), 'kw-docker-'));
process.once('exit', () => rmSync(bin, { recursive: true }));
const OURS = path.join(bin, 'docker-credential-keywire');
symlinkSync(BUNDLE, OURS);
const THEIRS = '/usr/bin/docker-credential-secretservice';

const HUB = 'https://index.docker.io/v1/';
const OTHER = 'registry.example:5000/ü?a=b&c';
const NOT_FOUND = 'credentials not found in native keychain\n';

async function call(program: string, env: Environment, word: string, input = ''): Promise<Answer> {
  const { code, stdout, stderr }: RunResult = await run(program, [word], { env, input });
  assert.equal(stderr, '');
  return [code, new TextDecoder().decode(stdout)];
}

function credentials(url: string, user: string, secret: string): string {
  return JSON.stringify({ ServerURL: url, Username: user, Secret: secret });
}

const missing = requires('docker-credential-secretservice');
if (missing !== undefined) test.skip('docker-credential-secretservice', missing);
else {
  onEachKeyring([
    [
      'docker: the same transcript, and what either helper stored the other gives',
      async ({ env: own, peerEnv, kind }) => {
        const env = { ...own, PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin` };
        const ours = (word: string, input?: string): Promise<Answer> =>
          call(OURS, env, word, input);
        const theirs = (word: string, input?: string): Promise<Answer> =>
          call(THEIRS, peerEnv, word, input);
        const both = async (word: string, input: string, wanted: Answer): Promise<void> => {
          assert.deepEqual(await ours(word, input), wanted, `ours ${word}`);
          assert.deepEqual(await theirs(word, input), wanted, `theirs ${word}`);
        };

        await both('get', HUB, [1, NOT_FOUND]);
        await both('list', 'unused', [0, '{}\n']);
        await both('get', ' \n', [1, 'no credentials server URL\n']);
        await both('erase', '\n', [1, 'no credentials server URL\n']);
        await both('store', '{"Username":"u","Secret":"s"}', [1, 'no credentials server URL\n']);
        await both('store', '{"ServerURL":"x","Secret":"s"}', [1, 'no credentials username\n']);

        const hub = credentials(HUB, '<token>', 'a<b>&"ü\\');
        assert.deepEqual(await ours('store', hub.replace(',', ',\n')), [0, '']);
        const other = credentials(OTHER, 'me', 'second');
        const first =
          kind === 'keepassxc' ? await ours('store', other) : await theirs('store', other);
        assert.deepEqual(first, [0, '']);
        const answer =
          `{"ServerURL":"${HUB}","Username":"\\u003ctoken\\u003e",` +
          '"Secret":"a\\u003cb\\u003e\\u0026\\"ü\\\\"}\n';
        await both('get', `${HUB}\n`, [0, answer]);
        const escaped = OTHER.replace('&', '\\u0026');
        await both('get', OTHER, [
          0,
          `{"ServerURL":"${escaped}","Username":"me","Secret":"second"}\n`,
        ]);
        // A URL is compared as it stands.
        await both('get', HUB.slice(0, -1), [1, NOT_FOUND]);
        await both('list', 'unused', [0, `{"${HUB}":"\\u003ctoken\\u003e","${escaped}":"me"}\n`]);

        // Its names are all that a list needs: no secret passes over the bus for it.
        const traced = await keywire(env, ['docker-credential', 'list', '--trace']);
        assert.match(traced.stderr, /SearchItems/u);
        assert.doesNotMatch(traced.stderr, /GetSecret/u);
        assert.match(traced.stdout, /"me"/u);

        // Another user for the same server takes the place of the first.
        await ours('store', credentials(HUB, 'new', 's'));
        await both('list', 'unused', [0, `{"${HUB}":"new","${escaped}":"me"}\n`]);

        assert.deepEqual(await ours('erase', OTHER), [0, '']);
        assert.deepEqual(await theirs('get', OTHER), [1, NOT_FOUND]);
        if (kind === 'keepassxc') assert.deepEqual(await ours('erase', HUB), [0, '']);
        else assert.deepEqual(await theirs('erase', HUB), [0, '']);
        await both('get', HUB, [1, NOT_FOUND]);
        assert.deepEqual(await ours('erase', HUB), [0, '']);
      },
    ],
  ]);
}

const noKeyring = requires('dbus-daemon', 'gnome-keyring');
if (noKeyring !== undefined) test.skip('docker: a locked keyring', noKeyring);
else {
  test('docker: a locked keyring and no bus are never "not found"', async () => {
    await using keyring = await bootGnomeKeyring({ state: 'locked' });
    const env = { ...keyring.env, PATH: `${path.dirname(process.execPath)}:/usr/bin:/bin` };
    const locked = await call(OURS, env, 'get', HUB);
    assert.equal(locked[0], 1);
    assert.match(locked[1], /^[^\n]*unlock[^\n]*\n$/u);
    const noBus = { ...env, DBUS_SESSION_BUS_ADDRESS: 'disabled:' };
    for (const [word, input] of [
      ['get', HUB],
      ['list', ''],
      ['erase', HUB],
      ['store', credentials(HUB, 'u', 'hunter2')],
    ] as const) {
      const [code, stdout] = await call(OURS, noBus, word, input);
      assert.equal(code, 1);
      assert.match(stdout, /^[^\n]*disabled[^\n]*\n$/u);
      assert.doesNotMatch(stdout, /hunter2/u);
    }
  });
}
