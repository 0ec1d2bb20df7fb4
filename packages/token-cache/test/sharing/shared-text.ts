/** One text that many change: versions, half texts, the lock around a change, and its loss. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { PersistenceError } from '../../src/errors.ts';
import { FilePersistence } from '../../src/persistences/file-persistence.ts';
import { acquireCacheLock } from '../../src/sharing/cache-lock.ts';
import { SharedText } from '../../src/sharing/shared-text.ts';
import type { Persistence } from '../../src/types/persistence.ts';
import { MemoryPersistence } from '../support/memory-persistence.ts';

function shared(persistence: Persistence): SharedText<number[]> {
  const parse = (text: string): number[] => JSON.parse(text);
  return new SharedText(persistence, {}, parse, () => []);
}

async function append(text: SharedText<number[]>, value: number): Promise<void> {
  await text.update((current) => ({
    text: JSON.stringify([...current, value]),
    result: undefined,
  }));
}

test('what is known by its version is not loaded again; without one it is', async () => {
  await inFolder(async (folder) => {
    const persistence = new MemoryPersistence(join(folder, 'cache'));
    const text = shared(persistence);
    assert.deepEqual((await text.read()).value, []);
    await append(shared(persistence), 1);
    persistence.loads = 0;
    assert.deepEqual((await text.read()).value, [1]);
    assert.deepEqual((await text.read()).value, [1]);
    assert.equal(persistence.loads, 1);
    persistence.hasVersions = false;
    await text.read();
    await text.read();
    assert.equal(persistence.loads, 3);
  });
});

test('changes are made on top of what others saved', async () => {
  await inFolder(async (folder) => {
    const persistence = new FilePersistence(join(folder, 'cache'));
    const texts = Array.from({ length: 5 }, () => shared(persistence));
    await Promise.all(texts.map((text, index) => append(text, index)));
    const { value } = await shared(persistence).read();
    assert.deepEqual(value.toSorted(), [0, 1, 2, 3, 4]);
    assert.equal(existsSync(`${persistence.location}.lockfile`), false);
  });
});

test('a change of nothing saves nothing, and one that throws neither', async () => {
  await inFolder(async (folder) => {
    const persistence = new MemoryPersistence(join(folder, 'cache'));
    const text = shared(persistence);
    assert.equal(await text.update(() => ({ text: undefined, result: 7 })), 7);
    const failing = text.update(() => {
      throw new Error('inside');
    });
    await assert.rejects(failing, { message: 'inside' });
    assert.equal(persistence.saves, 0);
  });
});

// @rule token/lock-lost
test('a lock found overwritten or gone fails the save, and the old content is whole', async () => {
  await inFolder(async (folder) => {
    const persistence = new MemoryPersistence(join(folder, 'cache'));
    const text = shared(persistence);
    await append(text, 1);
    const broken = text.update((current) => {
      writeFileSync(`${persistence.location}.lockfile`, '12345 python');
      return { text: JSON.stringify([...current, 2]), result: undefined };
    });
    await assert.rejects(broken, { name: 'LockError', code: 'lock-lost' });
    assert.equal(persistence.content, '[1]');
    assert.equal(persistence.saves, 1);
  });
});

// @rule token/torn-read
test('half a text is read again under the lock, once its writer is done', async () => {
  await inFolder(async (folder) => {
    for (const half of ['', '[1,']) {
      const persistence = new MemoryPersistence(join(folder, 'cache'));
      const text = shared(persistence);
      await append(text, 1);
      // A writer in another process, which writes in place under the lock.
      const writer = shared(persistence).update((current) => {
        persistence.content = half;
        persistence.saves += 1;
        return { text: JSON.stringify([...current, 2]), result: undefined };
      });
      assert.deepEqual((await shared(persistence).read()).value, [1]);
      await writer;
      assert.deepEqual((await text.read()).value, [1, 2]);
    }
  });
});

// @rule token/torn-read
test('who reads half a text waits for the lock of its writer, and then reads the whole', async () => {
  await inFolder(async (folder) => {
    for (const half of ['', '[1,']) {
      const persistence = new MemoryPersistence(join(folder, 'cache'));
      const lock = await acquireCacheLock(persistence.location);
      persistence.content = half;
      const hasLoaded = new Promise<void>((resolve) => {
        persistence.before = (step) => (step === 'load' ? resolve() : undefined);
      });
      const reading = shared(persistence).read();
      await hasLoaded;
      await new Promise((resolve) => setImmediate(resolve));
      persistence.content = '[1,2]';
      await lock.release();
      assert.deepEqual((await reading).value, [1, 2]);
    }
  });
});

test('what could not be loaded is no empty text: nothing is saved over it', async () => {
  await inFolder(async (folder) => {
    const persistence = new MemoryPersistence(join(folder, 'cache'));
    persistence.content = '[1]';
    persistence.before = (step) => {
      if (step === 'load') throw new PersistenceError('locked', '/x', 'expected it unlocked');
    };
    const text = shared(persistence);
    await assert.rejects(text.read(), { code: 'locked' });
    await assert.rejects(append(text, 2), { code: 'locked' });
    assert.deepEqual([persistence.content, persistence.saves], ['[1]', 0]);
  });
});

test('a version that comes back with an old text is not that of what was saved since', async () => {
  await inFolder(async (folder) => {
    const persistence = new MemoryPersistence(join(folder, 'cache'));
    persistence.content = '[1]';
    persistence.version = async () => persistence.content;
    const text = shared(persistence);
    await text.read();
    await append(text, 2);
    persistence.content = '[1]';
    assert.deepEqual((await text.read()).value, [1]);
  });
});

test('what cannot load, save or tell its place is no persistence', () => {
  const { load, save } = MemoryPersistence.prototype;
  for (const persistence of [undefined, null, {}, { load, save }, { load, location: '/x' }]) {
    assert.throws(() => Reflect.apply(shared, undefined, [persistence]), {
      message: 'persistence: expected an object with load, save and a location',
    });
  }
});

test('a text that is none under the lock as well is an error; an empty one is nothing yet', async () => {
  await inFolder(async (folder) => {
    const persistence = new MemoryPersistence(join(folder, 'cache'));
    persistence.content = '';
    assert.deepEqual(await shared(persistence).read(), { text: undefined, value: [] });
    persistence.content = '[1,';
    await assert.rejects(shared(persistence).read(), SyntaxError);
    await assert.rejects(append(shared(persistence), 2), SyntaxError);
    assert.equal(persistence.content, '[1,');
  });
});

test('what was being read while this object saved does not come back afterwards', async () => {
  await inFolder(async (folder) => {
    const persistence = new MemoryPersistence(join(folder, 'cache'));
    const text = shared(persistence);
    await append(text, 1);
    persistence.hasVersions = false;
    let hasStopped = false;
    persistence.before = async (step) => {
      if (step !== 'load' || hasStopped) return;
      hasStopped = true;
      const old = persistence.content;
      await append(text, 2);
      // The slow read still sees what was there before.
      persistence.content = old;
    };
    assert.deepEqual((await text.read()).value, [1, 2]);
  });
});
