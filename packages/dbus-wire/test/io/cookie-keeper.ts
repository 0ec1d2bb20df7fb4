import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {
  asOtherUser,
  noEffectiveUser,
  OTHER_USER,
} from '../../../../test-fixtures/src/effective-user.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { cookieMechanism } from '../../src/io/cookie-keeper.ts';
import { cookieKeyring } from '../../src/io/cookie-keyring.ts';
import { respondToCookieChallenge } from '../../src/sasl/cookie-sha1.ts';
import { asciiBytes, asciiText } from '../../src/sasl/hex.ts';
import type { ServerVerdict } from '../../src/sasl/server.ts';
import { rejectsCode } from '../support/expect-error.ts';

const USER = asciiBytes(String(process.getuid?.()));

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const parent = mkdtempSync(path.join(tmpdir(), 'keeper-'));
  try {
    await body(path.join(parent, '.dbus-keyrings'));
  } finally {
    rmSync(parent, { recursive: true });
  }
}

function dataOf(verdict: ServerVerdict): Uint8Array {
  assert.ok(verdict.verdict === 'challenge');
  return verdict.data;
}

// @rule sasl/keyring-permissions
test('cookie keeper: makes the folder and a cookie, and accepts who can read it', async () => {
  await withFolder(async (folder) => {
    const judge = cookieMechanism({ folder }).start();
    const challenge = dataOf(await judge(USER));
    const file = path.join(folder, 'org_freedesktop_general');
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(existsSync(`${file}.lock`), false);
    assert.match(readFileSync(file, 'latin1'), /^1 [0-9]+ [0-9a-f]{48}\n$/);
    assert.match(asciiText(challenge) ?? '', /^org_freedesktop_general 1 [0-9a-f]{32}$/);
    const answer = await respondToCookieChallenge(challenge, cookieKeyring(folder));
    assert.equal((await judge(answer)).verdict, 'accept');
    const wrong = cookieMechanism({ folder }).start();
    await wrong(USER);
    assert.equal((await wrong(answer)).verdict, 'reject');
  });
});

test('cookie keeper: many at once ask for one cookie, and keep those of others', async () => {
  await withFolder(async (folder) => {
    const mechanism = cookieMechanism({ folder });
    await mechanism.start()(USER);
    const file = path.join(folder, 'org_freedesktop_general');
    const before = readFileSync(file, 'latin1');
    const seconds = Math.floor(Date.now() / 1000);
    writeFileSync(file, `${before}99 ${seconds} abcdef\n`);
    const { ino } = statSync(file);
    const asked = await Promise.all([1, 2, 3].map(() => mechanism.start()(USER)));
    const ids = asked.map((verdict) => asciiText(dataOf(verdict))?.split(' ')[1]);
    assert.deepEqual(ids, ['1', '1', '1']);
    assert.equal(readFileSync(file, 'latin1'), `${before}99 ${seconds} abcdef\n`);
    assert.equal(statSync(file).ino, ino, 'what is up to date is not written');
  });
});

test('cookie keeper: without a folder of its own, in the home that the environment names', async () => {
  await withFolder(async (folder) => {
    const home = process.env['HOME'];
    process.env['HOME'] = path.dirname(folder);
    try {
      const judge = cookieMechanism().start();
      const challenge = dataOf(await judge(USER));
      assert.ok(existsSync(path.join(folder, 'org_freedesktop_general')));
      const answer = await respondToCookieChallenge(challenge, cookieKeyring());
      assert.equal((await judge(answer)).verdict, 'accept');
    } finally {
      if (home === undefined) delete process.env['HOME'];
      else process.env['HOME'] = home;
    }
  });
});

test('cookie keeper: a folder that others can look into is not used', async () => {
  await withFolder(async (folder) => {
    const mechanism = cookieMechanism({ folder });
    await mechanism.start()(USER);
    chmodSync(folder, 0o755);
    await rejectsCode(Promise.resolve(mechanism.start()(USER)), 'keyring-unusable');
  });
});

test('cookie keeper: waits for the lock, and takes one over that nobody gives back', async () => {
  await withFolder(async (folder) => {
    const mechanism = cookieMechanism({ folder, lockWaitMs: 1 });
    await mechanism.start()(USER);
    const lock = path.join(folder, 'org_freedesktop_general.lock');
    writeFileSync(lock, '');
    dataOf(await mechanism.start()(USER));
    assert.equal(existsSync(lock), false);
    const patient = cookieMechanism({ folder, lockWaitMs: 5 });
    writeFileSync(lock, '');
    const waiting = patient.start()(USER);
    rmSync(lock);
    dataOf(await waiting);
  });
});

test('cookie keeper: a lock that cannot be removed is told with the reason', async () => {
  await withFolder(async (folder) => {
    const mechanism = cookieMechanism({ folder, lockWaitMs: 1 });
    await mechanism.start()(USER);
    const lock = path.join(folder, 'org_freedesktop_general.lock');
    // A folder cannot be unlinked by anybody; Deno removes an empty one.
    mkdirSync(path.join(lock, 'x'), { recursive: true });
    const error = await rejectsCode(Promise.resolve(mechanism.start()(USER)), 'keyring-unusable');
    assert.match(error.message, /expected to remove this lock/);
    assert.ok(error.cause instanceof Error);
    assert.ok(error.message.includes(error.cause.message));
  });
});

const cannotSwitch = noEffectiveUser();
if (cannotSwitch !== undefined) test.skip('cookie keeper: another effective user', cannotSwitch);
else {
  // @rule sasl/keyring-permissions
  test('cookie keeper: cookies are those of the user whom we act as', async () => {
    await withFolder(async (folder) => {
      mkdirSync(folder, { mode: 0o700 });
      chmodSync(path.dirname(folder), 0o755);
      await asOtherUser(folder, async () => {
        const judge = cookieMechanism({ folder }).start();
        const challenge = dataOf(await judge(asciiBytes(String(OTHER_USER))));
        const answer = await respondToCookieChallenge(challenge, cookieKeyring(folder));
        assert.deepEqual(await judge(answer), {
          verdict: 'accept',
          identity: String(OTHER_USER),
        });
        assert.equal((await cookieMechanism({ folder }).start()(USER)).verdict, 'reject');
      });
    });
  });
}
