/** One text in an encrypted file. */
import assert from 'node:assert/strict';
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { CrossProcessLock } from '@keywire/file-lock';
import { createKeyringFile, isKeyringFileError, openKeyringFile } from '@keywire/keyring-file';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  EncryptedFilePersistence,
  type EncryptedFilePersistenceOptions,
} from '../../src/persistences/encrypted-file-persistence.ts';
import { CHEAP } from '../support/cheap.ts';

function open(
  location: string,
  options: Partial<EncryptedFilePersistenceOptions> = {},
): EncryptedFilePersistence {
  return new EncryptedFilePersistence({ location, password: 'pw', cost: CHEAP, ...options });
}

test('save, load, delete; another object reads it; nothing of it is in clear', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'deep', 'cache');
    const kept = open(location);
    assert.equal(kept.kind, 'encrypted-file');
    assert.equal(kept.isEncrypted, true);
    await assert.rejects(kept.load(), { name: 'PersistenceNotFound', location });
    await assert.rejects(kept.timeLastModified(), { code: 'not-found' });
    await kept.save('{"token":"s3cret"}');
    await kept.save('{"token":"s3cret2"}');
    assert.equal(await open(location).load(), '{"token":"s3cret2"}');
    assert.ok(!readFileSync(location, 'latin1').includes('s3cret'));
    assert.equal(statSync(location).mode & 0o777, 0o600);
    assert.ok((await kept.timeLastModified()) > 0);
    assert.equal(await kept.delete(), true);
    assert.equal(await kept.delete(), false);
    assert.deepEqual(readdirSync(join(folder, 'deep')), []);
  });
});

// @rule token/neighbours-stay
test('deleting leaves what else is in the file, and nothing of a file that holds nothing', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'keys');
    const file = await createKeyringFile(location, { password: 'pw', cost: CHEAP });
    await file.put({ label: 'neighbour', attributes: { of: 'another' }, secret: 'stays' });
    const own = new EncryptedFilePersistence({ location, password: 'pw' });
    assert.equal(await own.delete(), false);
    await own.save('text');
    assert.equal(await own.delete(), true);
    assert.deepEqual(
      (await file.items()).map(({ label }) => label),
      ['neighbour'],
    );
    await assert.rejects(own.load(), { code: 'not-found' });

    const [neighbour] = await file.items();
    assert.equal(await file.delete(neighbour?.id ?? ''), true);
    assert.equal(await own.delete(), false);
    assert.deepEqual(readdirSync(folder), []);
  });
});

// @rule token/neighbours-stay
test('what another program puts into the file while it is being deleted stays', async () => {
  await inFolder(async (folder) => {
    for (let turns = 0; turns < 40; turns += 1) {
      const location = join(folder, `keys-${turns}`);
      const own = open(location);
      await own.save('text');
      const file = await openKeyringFile(location, { password: 'pw' });
      const lock = await CrossProcessLock.acquire(`${location}.lock`);
      const put = file
        .put({ label: 'neighbour', attributes: { of: 'another' }, secret: 'stays' })
        .then(({ label }) => label)
        // The deletion was first: whoever stores hears of it.
        .catch((error: unknown) => {
          assert.ok(isKeyringFileError(error) && error.code === 'file-not-found', String(error));
        });
      const deleted = own.delete();
      // How far the deletion has come when the other program writes is different each time.
      for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
      await lock.release();
      const stored = await put;
      assert.equal(await deleted, true);
      const kept = existsSync(location) ? await file.items() : [];
      assert.deepEqual(
        kept.map(({ label }) => label),
        stored === undefined ? [] : [stored],
      );
    }
  });
});

test('another password or another context opens nothing, changes nothing, deletes nothing', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'cache');
    await open(location, { context: 'app A' }).save('text');
    const before = readFileSync(location);
    const wrong = { code: 'wrong-password', location };
    for (const other of [
      open(location, { context: 'app B' }),
      open(location, { password: 'no' }),
    ]) {
      await assert.rejects(other.load(), { name: 'PersistenceDecryptionError', ...wrong });
      await assert.rejects(other.save('x'), { name: 'PersistenceEncryptionError', ...wrong });
      await assert.rejects(other.delete(), { name: 'PersistenceError', ...wrong });
      await assert.rejects(other.trialRun(), wrong);
    }
    assert.deepEqual(readFileSync(location), before);
    assert.deepEqual(readdirSync(folder), ['cache']);
  });
});

test('no password is no password source', async () => {
  await inFolder(async (folder) => {
    for (const password of [undefined, '']) {
      const kept = open(join(folder, 'cache'), { password });
      await assert.rejects(kept.save('x'), { code: 'no-password-source' });
      await assert.rejects(kept.trialRun(), { code: 'no-password-source' });
    }
    assert.deepEqual(readdirSync(folder), []);
  });
});

test('cut short, altered at any place, or foreign: a typed error, and the file stays', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'cache');
    await open(location).save('text');
    const whole = readFileSync(location);
    const codes = new Set<string>();
    for (let position = 0; position < whole.length; position += 7) {
      const altered = Uint8Array.from(whole);
      altered[position] = (altered[position] ?? 0) ^ 1;
      // Bytes of the cost decide how long a derivation takes, and are bounded by the form's tests.
      if (position >= 18 && position < 32) continue;
      for (const bytes of [altered, whole.subarray(0, position)]) {
        writeFileSync(location, bytes);
        await assert.rejects(open(location).load(), (error: Error & { code?: string }) => {
          assert.equal(error.name, 'PersistenceDecryptionError');
          codes.add(String(error.code));
          return true;
        });
        await assert.rejects(open(location).save('new'), { name: 'PersistenceEncryptionError' });
        assert.deepEqual(readFileSync(location), Buffer.from(bytes));
      }
    }
    assert.deepEqual([...codes].sort(), ['malformed', 'tampered', 'wrong-password']);
  });
});

test('deleted by another process: saved again; replaced by one with another password: told', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'cache');
    const kept = open(location);
    await kept.save('one');
    await open(location).delete();
    await assert.rejects(kept.load(), { code: 'not-found' });
    await kept.save('two');
    assert.equal(await open(location).load(), 'two');
    await open(location).delete();
    await open(location, { password: 'other' }).save('three');
    await assert.rejects(kept.load(), { code: 'wrong-password' });
    assert.equal(await open(location, { password: 'other' }).load(), 'three');
  });
});

test('replaced by one with the same password: opened anew, to read and to write', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'cache');
    const kept = open(location);
    await kept.save('one');
    const replace = async (content: string): Promise<void> => {
      await open(location).delete();
      await open(location).save(content);
    };
    await replace('two');
    assert.equal(await kept.load(), 'two');
    await replace('three');
    await kept.save('four');
    assert.equal(await open(location).load(), 'four');
    await replace('five');
    assert.equal(await kept.delete(), true);
    assert.deepEqual(readdirSync(folder), []);
  });
});

test('deleted while the password is asked for: there is nothing', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'cache');
    const gone = async (): Promise<EncryptedFilePersistence> => {
      await open(location).save('text');
      const password = (): string => {
        rmSync(location);
        return 'pw';
      };
      return open(location, { password });
    };
    await assert.rejects((await gone()).load(), { name: 'PersistenceNotFound' });
    assert.equal(await (await gone()).delete(), false);
  });
});

test('a password function is asked again after a change, and after close', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'cache');
    let asked = 0;
    const kept = open(location, {
      password: () => {
        asked += 1;
        return 'pw';
      },
    });
    await kept.save('one');
    await kept.load();
    assert.equal(asked, 1);
    kept.close();
    assert.equal(await kept.load(), 'one');
    assert.equal(asked, 2);
  });
});

test('a symbolic link is refused', async () => {
  await inFolder(async (folder) => {
    await open(join(folder, 'real')).save('text');
    symlinkSync('real', join(folder, 'link'));
    const kept = open(join(folder, 'link'));
    await assert.rejects(kept.load(), { code: 'symbolic-link' });
    await assert.rejects(kept.save('x'), { code: 'symbolic-link' });
  });
});

// @rule token/made-anew
test('a file that another process deleted and made anew is opened anew, however it is opened', async () => {
  await inFolder(async (folder) => {
    for (const password of ['pw', () => 'pw']) {
      const [location, other] = [join(folder, 'cache'), open(join(folder, 'cache'))];
      const kept = open(location, { password });
      for (const text of ['one', 'two', 'three']) await kept.save(text);
      assert.equal(await other.delete(), true);
      await other.save('of another login');
      assert.equal(await kept.load(), 'of another login');
      await kept.save('four');
      assert.equal(await other.load(), 'four');
      await other.delete();
    }
  });
});

// @rule token/password-copied
test('a password whose bytes were wiped meanwhile still is the password', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'cache');
    const password = new TextEncoder().encode('pw');
    const kept = open(location, { password });
    password.fill(0);
    await kept.save('text');
    assert.equal(await open(location).load(), 'text');
  });
});

// @rule token/trial-password
test("what the disk may keep of a trial says nothing of the user's password", async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'cache');
    let trial: Uint8Array | undefined;
    let isOver = false;
    // Each turn of the event loop, until it is there: that it goes again takes it several more.
    const look = (): void => {
      const name = readdirSync(folder).find((each) => each.endsWith('.trial'));
      if (name !== undefined) trial = readFileSync(join(folder, name));
      else if (!isOver) setImmediate(look);
    };
    look();
    await open(location)
      .trialRun()
      .finally(() => {
        isOver = true;
      });
    assert.ok(trial !== undefined);
    writeFileSync(location, trial);
    await assert.rejects(open(location).load(), { code: 'wrong-password' });
  });
});

test('a trial run leaves nothing, checks the password, and works beside others', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'cache');
    await Promise.all(Array.from({ length: 4 }, () => open(location).trialRun()));
    assert.deepEqual(readdirSync(folder), []);
    await open(location).save('kept');
    await open(location).trialRun();
    assert.deepEqual(readdirSync(folder), ['cache']);
  });
});

test('the lock of the file is respected', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'cache');
    const kept = open(location);
    await kept.save('one');
    const lock = await CrossProcessLock.acquire(`${location}.lock`);
    const saving = kept.save('two');
    assert.equal(await open(location).load(), 'one');
    await lock.release();
    await saving;
    assert.equal(await open(location).load(), 'two');
  });
});

test('a signal ends the waiting for the lock, for a password, and for those before in the row', async () => {
  await inFolder(async (folder) => {
    const location = join(folder, 'cache');
    const kept = open(location);
    await kept.save('one');
    const held = await CrossProcessLock.acquire(`${location}.lock`);
    const controller = new AbortController();
    const { signal } = controller;
    const first = kept.save('two');
    const waiting = [
      kept.save('three', { signal }),
      kept.delete({ signal }),
      open(location).save('three', { signal }),
      open(location).delete({ signal }),
    ].map((call) => assert.rejects(call, { code: 'aborted' }));
    const asking = open(location, { password: () => new Promise(() => {}) });
    const asked = [
      asking.load({ signal }),
      asking.save('three', { signal }),
      asking.trialRun({ signal }),
    ].map((call) => assert.rejects(call, { code: 'aborted', location }));
    setImmediate(() => controller.abort('enough'));
    await Promise.all([...waiting, ...asked]);
    await held.release();
    await first;
    assert.equal(await kept.load(), 'two');
    await assert.rejects(kept.load({ signal }), { code: 'aborted', cause: 'enough' });
    assert.deepEqual(readdirSync(folder), ['cache']);
  });
});

const FORGETS = 'what was loaded is not kept by those who come next';
if (process.versions['bun'] !== undefined || process.versions['deno'] !== undefined) {
  test.skip(FORGETS, 'only Node collects when it is asked to');
} else {
  test(FORGETS, async () => {
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    await inFolder(async (folder) => {
      const kept = open(join(folder, 'cache'));
      const length = 1_000_000;
      await kept.save('x'.repeat(length));
      collect();
      const before = process.memoryUsage().heapUsed;
      for (let count = 0; count < 20; count += 1) {
        assert.equal((await kept.load()).length, length);
      }
      collect();
      const grown = process.memoryUsage().heapUsed - before;
      assert.ok(grown < 5 * length, `${grown} bytes more after 20 texts of ${length}`);
    });
  });
}
