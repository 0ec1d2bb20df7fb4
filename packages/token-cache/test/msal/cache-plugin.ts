/** The plugin: who locks when, what is read when, and what is never lost. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { PersistenceCachePlugin } from '../../src/msal/cache-plugin.ts';
import { createLogger } from '../../src/msal/logger.ts';
import { FilePersistence, MsalPersistence } from '../../src/msal/persistence.ts';
import { acquireCacheLock } from '../../src/sharing/cache-lock.ts';
import type {
  IPersistence,
  ISerializableTokenCache,
  TokenCacheContext,
} from '../../src/types/msal.ts';
import { MemoryPersistence } from '../support/memory-persistence.ts';

/** A cache in memory as MSAL has one: entries of one section. */
class Memory implements ISerializableTokenCache {
  entries: Record<string, unknown> = {};
  deserialized = 0;

  deserialize(cache: string): void {
    this.deserialized += 1;
    const json: { Account?: Record<string, unknown> } = JSON.parse(cache);
    this.entries = { ...json.Account };
  }

  serialize(): string {
    return JSON.stringify({ Account: this.entries });
  }

  access(cacheHasChanged: boolean): TokenCacheContext {
    return { cacheHasChanged, tokenCache: this };
  }
}

async function write(plugin: PersistenceCachePlugin, memory: Memory, name: string): Promise<void> {
  const context = memory.access(true);
  await plugin.beforeCacheAccess(context);
  memory.entries[name] = { name };
  await plugin.afterCacheAccess(context);
}

async function read(plugin: PersistenceCachePlugin, memory: Memory): Promise<string[]> {
  const context = memory.access(false);
  await plugin.beforeCacheAccess(context);
  const names = Object.keys(memory.entries).toSorted();
  await plugin.afterCacheAccess(context);
  return names;
}

async function withFile(
  work: (open: () => Promise<PersistenceCachePlugin>, path: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const path = join(folder, 'cache');
    await work(async () => new PersistenceCachePlugin(await FilePersistence.create(path)), path);
    assert.equal(existsSync(`${path}.lockfile`), false);
  });
}

// @rule token/msal-reread
test('what one writes another sees, and adds to', async () => {
  await withFile(async (open) => {
    const [one, two, first, second] = [await open(), await open(), new Memory(), new Memory()];
    assert.deepEqual(await read(one, first), []);
    await write(one, first, 'a');
    await write(two, second, 'b');
    assert.deepEqual(await read(one, first), ['a', 'b']);
    assert.deepEqual(await read(two, second), ['a', 'b']);
    assert.equal(one.currentCache, first.serialize());
    assert.ok(one.lastSync > 0);
  });
});

test('one plugin serves several caches in memory', async () => {
  await withFile(async (open) => {
    const plugin = await open();
    const [first, second] = [new Memory(), new Memory()];
    await write(plugin, first, 'a');
    assert.deepEqual(await read(plugin, second), ['a']);
    await write(plugin, second, 'b');
    assert.deepEqual(await read(plugin, first), ['a', 'b']);
  });
});

test('reading takes no lock and removes none', async () => {
  await withFile(async (open, path) => {
    const plugin = await open();
    await write(plugin, new Memory(), 'a');
    await using lock = await acquireCacheLock(path);
    assert.deepEqual(await read(plugin, new Memory()), ['a']);
    await lock.assertHeld();
  });
});

test('writing waits for the lock; who cannot have it saves nothing', async () => {
  await withFile(async (_open, path) => {
    const persistence = await FilePersistence.create(path);
    const plugin = new PersistenceCachePlugin(persistence, { retryNumber: 2, retryDelay: 50 });
    assert.equal(plugin.lockFilePath, `${path}.lockfile`);
    await using _lock = await acquireCacheLock(path);
    const memory = new Memory();
    const context = memory.access(true);
    await assert.rejects(plugin.beforeCacheAccess(context), {
      errorCode: 'CrossPlatformLockError',
    });
    memory.entries['a'] = {};
    // MSAL calls it all the same.
    await plugin.afterCacheAccess(context);
    assert.equal(readFileSync(path, 'utf8'), '');
  });
});

test('accesses of one process at once lose nothing, and no read undoes a write under way', async () => {
  await withFile(async (open) => {
    const plugin = await open();
    const memory = new Memory();
    const names = Array.from({ length: 10 }, (_, index) => `n${index}`);
    const writing = memory.access(true);
    await plugin.beforeCacheAccess(writing);
    memory.entries['under way'] = {};
    assert.deepEqual(await read(plugin, memory), ['under way']);
    const others = names.map((name) => write(plugin, memory, name));
    await plugin.afterCacheAccess(writing);
    await Promise.all([...others, read(plugin, memory), read(plugin, memory)]);
    assert.deepEqual(await read(plugin, new Memory()), [...names, 'under way']);
  });
});

test('a lock that another program broke fails the save; memory is read anew', async () => {
  await withFile(async (open, path) => {
    const plugin = await open();
    const memory = new Memory();
    await write(plugin, memory, 'a');
    const context = memory.access(true);
    await plugin.beforeCacheAccess(context);
    memory.entries['lost'] = {};
    writeFileSync(`${path}.lockfile`, '12345 python');
    await assert.rejects(plugin.afterCacheAccess(context), { errorCode: 'CrossPlatformLockError' });
    unlinkSync(`${path}.lockfile`);
    assert.deepEqual(await read(plugin, memory), ['a']);
  });
});

test('a save that fails keeps no lock, and the next access reads what is kept', async () => {
  await inFolder(async (folder) => {
    const kept = new MemoryPersistence(join(folder, 'cache'));
    const plugin = new PersistenceCachePlugin(new MsalPersistence(kept), {
      retryNumber: 0,
      retryDelay: 1,
    });
    const memory = new Memory();
    await write(plugin, memory, 'a');
    const full = (step: string): void => {
      if (step === 'save') throw new Error('a full disk');
    };
    kept.before = full;
    await assert.rejects(write(plugin, memory, 'lost'), { message: 'a full disk' });
    const empty = new MemoryPersistence(join(folder, 'empty'));
    empty.before = full;
    const [first, fresh] = [new PersistenceCachePlugin(new MsalPersistence(empty)), new Memory()];
    await assert.rejects(write(first, fresh, 'lost'), { message: 'a full disk' });
    assert.deepEqual(await read(first, fresh), [], 'what was not saved is not to be seen');
    await (await acquireCacheLock(kept.location, { lockTimeoutMs: 0 })).release();
    kept.before = () => {};
    assert.deepEqual(await read(plugin, memory), ['a']);
    // Saved under the lock, which broke before it was given back.
    kept.before = (step) => {
      if (step === 'save') writeFileSync(`${kept.location}.lockfile`, '12345 python');
    };
    await assert.rejects(write(plugin, memory, 'b'), { errorCode: 'CrossPlatformLockError' });
    unlinkSync(`${kept.location}.lockfile`);
  });
});

test('an access that ends twice saves once, and what is kept is known by its version', async () => {
  await inFolder(async (folder) => {
    const kept = new MemoryPersistence(join(folder, 'cache'));
    const plugin = new PersistenceCachePlugin(new MsalPersistence(kept));
    const memory = new Memory();
    const context = memory.access(true);
    await plugin.beforeCacheAccess(context);
    memory.entries['a'] = {};
    await plugin.afterCacheAccess(context);
    assert.equal(plugin.currentCache, memory.serialize());
    await plugin.afterCacheAccess(context);
    assert.equal(kept.saves, 1);
    await read(plugin, memory);
    const { loads } = kept;
    await read(plugin, memory);
    assert.equal(kept.loads, loads);
  });
});

test('what is no cache is an error, is not given to MSAL, and stays', async () => {
  await withFile(async (open, path) => {
    const plugin = await open();
    writeFileSync(path, '{"Account":');
    const memory = new Memory();
    for (const isWriting of [false, true]) {
      const context = memory.access(isWriting);
      await assert.rejects(plugin.beforeCacheAccess(context), {
        errorCode: 'CachePersistenceError',
      });
      await plugin.afterCacheAccess(context);
    }
    assert.equal(memory.deserialized, 0);
    assert.equal(readFileSync(path, 'utf8'), '{"Account":');
  });
});

test('what cannot be read is told as it is, also when the lock was removed meanwhile', async () => {
  await withFile(async (_open, path) => {
    const own: IPersistence = {
      save: async () => {},
      load: async () => {
        unlinkSync(`${path}.lockfile`);
        throw new Error('a disk of the program');
      },
      delete: async () => false,
      reloadNecessary: async () => true,
      getFilePath: () => path,
      getLogger: () => createLogger(),
      verifyPersistence: async () => true,
      createForPersistenceValidation: async () => own,
    };
    const plugin = new PersistenceCachePlugin(own);
    const context = new Memory().access(true);
    await assert.rejects(plugin.beforeCacheAccess(context), { message: 'a disk of the program' });
  });
});

test('a cache that was deleted elsewhere is empty here', async () => {
  await withFile(async (open, path) => {
    const plugin = await open();
    const memory = new Memory();
    memory.entries['of its own'] = {};
    await read(plugin, memory);
    assert.equal(memory.deserialized, 0, 'nothing was ever kept');
    await write(plugin, memory, 'a');
    assert.deepEqual(await read(plugin, memory), ['a', 'of its own']);
    unlinkSync(path);
    assert.deepEqual(await read(plugin, memory), []);
  });
});

test('a program can bring a persistence of its own', async () => {
  await inFolder(async (folder) => {
    let kept: string | null | undefined;
    const file = await FilePersistence.create(join(folder, 'cache'));
    const own: IPersistence = {
      save: async (contents) => {
        kept = contents;
      },
      // @ts-expect-error what a caller without a compiler may give for nothing
      load: async () => kept,
      delete: async () => false,
      reloadNecessary: async () => true,
      getFilePath: () => file.getFilePath(),
      getLogger: () => file.getLogger(),
      verifyPersistence: async () => true,
      createForPersistenceValidation: async () => own,
    };
    const plugin = new PersistenceCachePlugin(own);
    assert.equal(plugin.persistence, own);
    await write(plugin, new Memory(), 'a');
    await write(new PersistenceCachePlugin(own), new Memory(), 'b');
    assert.deepEqual(await read(plugin, new Memory()), ['a', 'b']);
  });
});

/** As MSAL looks for a token: it empties its memory, and goes back to the text that it was given last. */
class Forgetful extends Memory {
  #snapshot = '{}';

  override deserialize(cache: string): void {
    this.#snapshot = cache;
    super.deserialize(cache);
  }

  async look(plugin: PersistenceCachePlugin): Promise<string[]> {
    this.entries = {};
    const context = this.access(false);
    await plugin.beforeCacheAccess(context);
    this.deserialize(this.#snapshot);
    await plugin.afterCacheAccess(context);
    return Object.keys(this.entries).toSorted();
  }
}

// @rule token/msal-given-anew
test('a cache that forgets is given again what it had, and what it has saved', async () => {
  await withFile(async (open) => {
    const [plugin, memory] = [await open(), new Forgetful()];
    await write(plugin, memory, 'a');
    assert.deepEqual(await memory.look(plugin), ['a']);
    const looking = memory.look(plugin);
    assert.deepEqual(await read(plugin, memory), ['a'], 'emptied by another access');
    assert.deepEqual(await looking, ['a']);
  });
});

// @rule token/msal-reads-after-saving
test('who reads while its own process saves is given what was saved', async () => {
  await inFolder(async (folder) => {
    const kept = new MemoryPersistence(join(folder, 'cache'));
    kept.hasVersions = false;
    const plugin = new PersistenceCachePlugin(new MsalPersistence(kept));
    const memory = new Forgetful();
    await write(plugin, memory, 'a');

    // Loaded before, given after.
    const steps = new EventEmitter();
    const load = kept.load.bind(kept);
    kept.load = async () => {
      kept.load = load;
      const text = await load();
      steps.emit('loaded');
      await once(steps, 'go on');
      return text;
    };
    const loaded = once(steps, 'loaded');
    const early = memory.look(plugin);
    await loaded;
    await write(plugin, memory, 'b');
    steps.emit('go on');
    assert.deepEqual(await early, ['a', 'b']);

    // Begun while it is being saved.
    const context = memory.access(true);
    await plugin.beforeCacheAccess(context);
    memory.entries['c'] = {};
    const saving = once(steps, 'saving');
    kept.before = async (step) => {
      if (step !== 'save') return;
      const goOn = once(steps, 'go on');
      steps.emit('saving');
      await goOn;
    };
    const ended = plugin.afterCacheAccess(context);
    await saving;
    const late = memory.look(plugin);
    // It would have read by then, if it did not wait.
    await new Promise(setImmediate);
    steps.emit('go on');
    assert.deepEqual(await late, ['a', 'b', 'c']);
    await ended;
  });
});

test('what another puts back as it was is seen', async () => {
  await withFile(async (open) => {
    const [one, two, memory, other] = [await open(), await open(), new Memory(), new Memory()];
    await write(two, other, 'a');
    await read(one, memory);
    await write(one, memory, 'b');
    // Signed out elsewhere: the text is the very one that was given first.
    const context = other.access(true);
    await two.beforeCacheAccess(context);
    delete other.entries['b'];
    await two.afterCacheAccess(context);
    assert.deepEqual(await read(one, memory), ['a']);
  });
});
