/**
 * The real @azure/msal-node and @azure/identity with our plugins, as the example beside the workspace
 * has them: accounts and tokens outlive the process, other processes see them, and Python's library
 * reads the same item.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { inFolder } from '../../../test-fixtures/src/folder.ts';
import { test } from '../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  type Keyring,
  missingHere,
  requires,
  run,
} from '../../../test-fixtures/src/index.ts';
import { msalPeer } from './support/msal-peer.ts';

const EXAMPLE = fileURLToPath(new URL('../../../examples/msal/', import.meta.url));
const isInstalled = existsSync(join(EXAMPLE, 'node_modules/.installed-lock.json'));
const missing =
  missingHere(isInstalled ? [] : ['@azure/msal-node'], '../examples/msal/install') ??
  requires('dbus-daemon', 'gnome-keyring', 'msal-extensions');

interface World {
  readonly keyring: Keyring;
  readonly folder: string;
  /** Runs a program of the example in a process of its own; gives what it prints. */
  readonly program: (name: string, ...args: string[]) => Promise<unknown>;
}

function inWorld(name: string, work: (world: World) => Promise<void>): void {
  if (missing !== undefined) {
    test.skip(name, missing);
    return;
  }
  test(name, () =>
    inFolder(async (folder) => {
      await using keyring = await bootGnomeKeyring({ state: 'unlocked' });
      const env = { ...keyring.env, APP_FOLDER: folder, MOCK_AUTHORITY: '1' };
      const program = async (file: string, ...args: string[]): Promise<unknown> => {
        // As users have it: the built packages, which "npm test" builds first.
        const argv = [join(EXAMPLE, file), ...args];
        const result = await run(process.execPath, argv, { env, timeoutMs: 60_000 });
        assert.equal(result.code, 0, result.stderr);
        assert.equal(result.stderr, '');
        return JSON.parse(new TextDecoder().decode(result.stdout));
      };
      await work({ keyring, folder, program });
    }),
  );
}

inWorld(
  'PublicClientApplication: signed in once, in every process, until signed out',
  async (world) => {
    const { program, folder, keyring } = world;
    assert.deepEqual(await program('app.mjs', 'sign-in', 'c0de'), {
      signedIn: 'user@example.org',
      requests: 1,
    });
    assert.deepEqual(await program('app.mjs', 'accounts'), {
      accounts: ['user@example.org'],
      requests: 0,
    });
    const token = (accessToken: string, fromCache: boolean): object => ({
      fromCache,
      accessToken,
      requests: fromCache ? 0 : 1,
    });
    assert.deepEqual(await program('app.mjs', 'token'), token('access 1', true));
    assert.deepEqual(await program('app.mjs', 'token', '--refresh'), token('access 2', false));
    assert.deepEqual(await program('app.mjs', 'token'), token('access 2', true));
    const peer = { kind: 'libsecret', location: join(folder, 'tokens') } as const;
    const [secrets] = await msalPeer(peer, [{ do: 'tokens' }], keyring.peerEnv);
    assert.deepEqual(secrets, ['access 2']);
    // What Python adds stays when MSAL writes.
    await msalPeer(peer, [{ do: 'add', name: 'of Python' }], keyring.peerEnv);
    assert.deepEqual(await program('app.mjs', 'token', '--refresh'), token('access 3', false));
    const [names] = await msalPeer(peer, [{ do: 'find' }], keyring.peerEnv);
    assert.ok(Array.isArray(names) && names.includes('of Python') && names.length === 2);
    await program('app.mjs', 'sign-out');
    const [left] = await msalPeer(peer, [{ do: 'tokens' }], keyring.peerEnv);
    assert.deepEqual(left, []);
    assert.deepEqual(readdirSync(folder), ['tokens']);
  },
);

inWorld(
  'four processes that refresh at once all succeed, and nothing is lost',
  async ({ program }) => {
    await program('app.mjs', 'sign-in', 'c0de');
    await Promise.all(Array.from({ length: 4 }, () => program('app.mjs', 'token', '--refresh')));
    assert.deepEqual(await program('app.mjs', 'accounts'), {
      accounts: ['user@example.org'],
      requests: 0,
    });
  },
);

inWorld(
  'ClientSecretCredential: the second process asks nobody, and names isolate',
  async (world) => {
    const { program, folder } = world;
    const answer = (requests: number): object => ({ token: 'access 1', requests });
    assert.deepEqual(await program('identity.mjs', 'one'), answer(1));
    assert.deepEqual(await program('identity.mjs', 'one'), answer(0));
    assert.deepEqual(await program('identity.mjs', 'two'), answer(1));
    assert.deepEqual(await program('identity.mjs', 'one'), answer(0));
    assert.deepEqual(readdirSync(folder).toSorted(), ['one', 'two']);
  },
);

const title = "the libraries' own types take our plugins";
if (missing !== undefined) test.skip(title, missing);
else
  test(title, async () => {
    const tsc = fileURLToPath(new URL('../../../node_modules/typescript/bin/tsc', import.meta.url));
    const result = await run(process.execPath, [tsc, '-p', EXAMPLE], { timeoutMs: 120_000 });
    assert.equal(result.code, 0, `${new TextDecoder().decode(result.stdout)}${result.stderr}`);
  });
