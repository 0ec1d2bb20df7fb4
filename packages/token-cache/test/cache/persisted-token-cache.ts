/** A token cache that several objects and processes share. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CrossProcessLock } from '@keywire/file-lock';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { PersistedTokenCache } from '../../src/cache/persisted-token-cache.ts';
import { FilePersistence } from '../../src/persistences/file-persistence.ts';
import { MemoryPersistence } from '../support/memory-persistence.ts';

const ACCOUNT = { home_account_id: 'u.t', environment: 'e', realm: 'r', username: 'me' };
const TOKEN = { home_account_id: 'u.t', environment: 'e', client_id: 'app', secret: 's' };

/** Two objects on one file, as two processes would have them. */
async function withTwo(
  work: (one: PersistedTokenCache, two: PersistedTokenCache, file: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const file = join(folder, 'cache');
    const open = (): PersistedTokenCache => new PersistedTokenCache(new FilePersistence(file));
    await work(open(), open(), file);
  });
}

test('a first run finds nothing, and makes no file', async () => {
  await withTwo(async (one, _two, file) => {
    assert.deepEqual(await one.search('AccessToken'), []);
    assert.equal(await one.remove('Account', ACCOUNT), false);
    assert.equal(existsSync(file), false);
    assert.equal(one.isEncrypted, false);
    assert.equal(one.lockLocation, `${file}.lockfile`);
  });
});

test('what one adds, modifies and removes the other sees', async () => {
  await withTwo(async (one, two) => {
    await one.add('Account', ACCOUNT);
    await two.add('RefreshToken', TOKEN);
    assert.deepEqual(await one.search('RefreshToken', { home_account_id: 'u.t' }), [TOKEN]);
    assert.deepEqual(await two.search('Account', { username: 'me' }), [ACCOUNT]);
    const modified = await one.modify('RefreshToken', TOKEN, { secret: 't' });
    assert.deepEqual(modified, { ...TOKEN, secret: 't' });
    assert.deepEqual(await two.search('RefreshToken'), [modified]);
    assert.equal(await two.remove('RefreshToken', modified), true);
    assert.deepEqual(await one.search('RefreshToken'), []);
    assert.equal((await one.search('Account')).length, 1);
  });
});

test('changes at once, in one object and in two, are all kept', async () => {
  await withTwo(async (one, two) => {
    const add = (cache: PersistedTokenCache, count: number): Promise<void> =>
      cache.add('Account', { ...ACCOUNT, home_account_id: `u${count}` });
    await Promise.all([one, one, two, two, one, two].map(add));
    for (const each of [one, two]) assert.equal((await each.search('Account')).length, 6);
    assert.deepEqual(JSON.parse(one.serialize()), JSON.parse(two.serialize()));
  });
});

test('serialize gives what was read; deserialize brings another text, which publish merges', async () => {
  await withTwo(async (one, two) => {
    await one.add('Account', ACCOUNT);
    const other = { ...ACCOUNT, home_account_id: 'other' };
    const json: { Account: Record<string, unknown> } = JSON.parse(one.serialize());
    json.Account['other-e-r'] = other;
    one.deserialize(JSON.stringify(json));
    await two.add('RefreshToken', TOKEN);
    assert.equal((await two.search('Account')).length, 1, 'not published yet');
    assert.equal((await one.search('Account')).length, 2);
    await one.publish();
    assert.equal((await two.search('Account')).length, 2);
    assert.equal((await two.search('RefreshToken')).length, 1);
    assert.throws(() => one.deserialize('{'), { code: 'malformed' });
    one.deserialize('');
    await one.publish();
    assert.deepEqual(await two.search('Account'), []);
  });
});

test('a cache cut short, or of another form, is an error, and stays as it was', async () => {
  await withTwo(async (one, two, file) => {
    await one.add('Account', ACCOUNT);
    const whole = readFileSync(file, 'utf8');
    for (const bad of [whole.slice(0, 40), 'foreign', '[]', '\u0000\u0001']) {
      writeFileSync(file, bad);
      await assert.rejects(two.search('Account'), { code: 'malformed', location: file });
      await assert.rejects(two.add('Account', ACCOUNT), { code: 'malformed' });
      assert.equal(readFileSync(file, 'utf8'), bad);
    }
    writeFileSync(file, whole);
    assert.equal((await two.search('Account')).length, 1);
  });
});

test('reload tells whether there is something new', async () => {
  await withTwo(async (one, two) => {
    await one.add('Account', ACCOUNT);
    assert.equal(await one.reload(), false);
    assert.equal(await two.reload(), true);
    assert.equal(await two.reload(), false);
  });
});

test('what the version says is the same is not read again', async () => {
  await inFolder(async (folder) => {
    const persistence = new MemoryPersistence(join(folder, 'cache'));
    await new PersistedTokenCache(persistence).add('Account', ACCOUNT);
    const cache = new PersistedTokenCache(persistence);
    const before = persistence.loads;
    assert.deepEqual([await cache.reload(), await cache.reload()], [true, false]);
    assert.equal(persistence.loads, before + 1);
  });
});

test('a file that is written again with the same text has not changed', async () => {
  await withTwo(async (one, _two, file) => {
    await one.add('Account', ACCOUNT);
    const persistence = new FilePersistence(file);
    const { load } = persistence;
    let loaded = (): void => {};
    persistence.load = async (options) => {
      const text = await load.call(persistence, options);
      loaded();
      return text;
    };
    const looked = (): Promise<void> =>
      new Promise((resolve) => {
        loaded = resolve;
      });
    const stop = new AbortController();
    const cache = new PersistedTokenCache(persistence);
    const changes = cache.changes({ signal: stop.signal });
    for (const [count, secret] of ['s', 't'].entries()) {
      const first = looked();
      const next = changes.next();
      if (count === 0) await first;
      const again = looked();
      writeFileSync(file, readFileSync(file));
      await again;
      await one.add('RefreshToken', { ...TOKEN, secret });
      assert.equal((await next).value, count + 1);
      // Told for what was added, and not before.
      assert.ok(cache.serialize().includes(`"secret": "${secret}"`));
    }
    stop.abort();
    assert.equal((await changes.next()).done, true);
  });
});

test('changes are told once they have been read, until the signal ends it', async () => {
  await withTwo(async (one, two) => {
    const stop = new AbortController();
    const seen: number[] = [];
    const counts: number[] = [];
    const changes = two.changes({ signal: stop.signal });
    const watching = (async (): Promise<void> => {
      for await (const count of changes) {
        counts.push(count);
        seen.push(JSON.parse(two.serialize()).Account === undefined ? 0 : 1);
        if (counts.length === 1) await one.add('RefreshToken', TOKEN);
        else stop.abort();
      }
    })();
    await one.add('Account', ACCOUNT);
    await watching;
    assert.deepEqual(counts, [1, 2]);
    assert.deepEqual(seen, [1, 1]);
  });
});

test('while nothing changes nothing is read, and what comes with the end is not told', async () => {
  await inFolder(async (folder) => {
    const persistence = new MemoryPersistence(join(folder, 'cache'));
    let looks = 0;
    const started = new Promise<void>((resolve) => {
      persistence.before = () => {
        looks += 1;
        resolve();
      };
    });
    const stop = new AbortController();
    const changes = new PersistedTokenCache(persistence).changes({ signal: stop.signal });
    const next = changes.next();
    await started;
    for (let turn = 0; turn < 50; turn += 1) await new Promise((done) => setImmediate(done));
    assert.ok(looks < 10, `${looks} looks`);
    await new PersistedTokenCache(persistence).add('Account', ACCOUNT);
    stop.abort();
    assert.deepEqual(await next, { done: true, value: undefined });
  });
});

test('changes of a file in a folder that others may write are not watched', async () => {
  await inFolder(async (folder) => {
    mkdirSync(join(folder, 'open'));
    chmodSync(join(folder, 'open'), 0o777);
    const cache = new PersistedTokenCache(new FilePersistence(join(folder, 'open', 'cache')));
    await assert.rejects(cache.changes().next(), { code: 'unsafe-folder' });
  });
});

test('a signal ends the waiting for the lock, of one call or of every call', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'cache');
    const all = new AbortController();
    const cache = new PersistedTokenCache(new FilePersistence(file), { signal: all.signal });
    const held = await CrossProcessLock.acquire(cache.lockLocation);
    const one = new AbortController();
    const { signal } = one;
    const waiting = [
      cache.add('Account', ACCOUNT, { signal }),
      cache.remove('Account', ACCOUNT, { signal }),
      cache.modify('Account', ACCOUNT, {}, { signal }),
      cache.publish({ signal }),
    ].map((call) => assert.rejects(call, { code: 'aborted' }));
    const others = assert.rejects(cache.add('Account', ACCOUNT), { code: 'aborted' });
    setImmediate(() => one.abort());
    await Promise.all(waiting);
    await assert.rejects(cache.search('Account', {}, { signal }), { code: 'aborted' });
    await assert.rejects(cache.reload({ signal }), { code: 'aborted' });
    all.abort();
    await others;
    await held.release();
    assert.equal(existsSync(file), false);
  });
});
