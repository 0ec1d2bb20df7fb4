/** Single-flight refresh, with several stores in one process standing for several processes. */
import assert from 'node:assert/strict';
import { EventEmitter, on, once } from 'node:events';
import { readdirSync, rmSync, symlinkSync, watch, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CrossProcessLock } from '@keywire/file-lock';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { sha256Hex } from '../../src/io/sha256.ts';
import { FilePersistence } from '../../src/persistences/file-persistence.ts';
import type { NewToken } from '../../src/tokens/token-record.ts';
import { type Refresh, TokenStore, type TokenStoreOptions } from '../../src/tokens/token-store.ts';
import { isTokenStoreError } from '../../src/tokens/token-store-error.ts';
import type { Persistence } from '../../src/types/persistence.ts';
import { MemoryPersistence } from '../support/memory-persistence.ts';

const HOUR = 3_600_000;

/** A server that rotates refresh tokens, and signs out who uses one twice. */
class Server {
  refreshes = 0;
  reuses = 0;
  logins = 0;
  #valid = 'none';
  #count = 0;

  /** Signs in some other way. */
  login: Refresh = async () => {
    this.logins += 1;
    return this.#issue();
  };

  refresh: Refresh = async ({ current }) => {
    this.refreshes += 1;
    if (current?.refreshToken !== this.#valid) {
      this.reuses += 1;
      throw Object.assign(new Error('the refresh token was used before'), {
        code: 'invalid_grant',
      });
    }
    return this.#issue();
  };

  #issue(): NewToken {
    this.#count += 1;
    this.#valid = `refresh ${this.#count}`;
    return {
      accessToken: `access ${this.#count}`,
      refreshToken: this.#valid,
      expiresInMs: HOUR,
    };
  }
}

/** A clock that a test sets. */
class TestClock {
  nowMs = 1_000 * HOUR;
  moment = (): { nowMs: number } => ({ nowMs: this.nowMs });
}

interface World {
  readonly server: Server;
  readonly clock: TestClock;
  readonly persistence: Persistence;
  readonly open: (options?: Partial<TokenStoreOptions>) => TokenStore;
}

async function inWorld(
  work: (world: World) => Promise<void>,
  make: (location: string) => Persistence = (location) => new FilePersistence(location),
): Promise<void> {
  await inFolder(async (folder) => {
    const clock = new TestClock();
    const persistence = make(join(folder, 'tokens'));
    const open = (options: Partial<TokenStoreOptions> = {}): TokenStore =>
      new TokenStore({ persistence, clock, ...options });
    await work({ server: new Server(), clock, persistence, open });
    assert.deepEqual(
      readdirSync(folder).filter((name) => name !== 'tokens'),
      [],
      'no lock stays behind',
    );
  });
}

/** A token that is due for a refresh, in a place that can be made to fail. */
async function inDueWorld(
  work: (
    world: World & { readonly persistence: MemoryPersistence; readonly store: TokenStore },
  ) => Promise<void>,
): Promise<void> {
  await inWorld(
    async (world) => {
      const { server, clock, persistence, open } = world;
      assert.ok(persistence instanceof MemoryPersistence);
      const store = open();
      await store.get('me', { refresh: server.login });
      clock.nowMs += 2 * HOUR;
      await work({ ...world, persistence, store });
    },
    (location) => new MemoryPersistence(location),
  );
}

test('the first time, when expired, and never in between', async () => {
  await inWorld(async ({ server, clock, open }) => {
    const store = open();
    assert.equal(await store.peek('me'), undefined);
    const first = await store.get('me', { refresh: server.login });
    assert.deepEqual(first, {
      accessToken: 'access 1',
      refreshToken: 'refresh 1',
      expiresAtMs: clock.nowMs + HOUR,
    });
    assert.deepEqual(await open().get('me', { refresh: server.refresh }), first);
    clock.nowMs += HOUR - 30_000;
    const options = { refresh: server.refresh, minValidityMs: 10_000 };
    assert.equal((await store.get('me', options)).accessToken, 'access 1');
    assert.equal((await store.get('me', { refresh: server.refresh })).accessToken, 'access 2');
    assert.deepEqual([server.logins, server.refreshes, server.reuses], [1, 1, 0]);
  });
});

// @rule token/adopted
// @rule token/too-short-told
test('a server whose tokens last too short a time is asked once for all who wait', async () => {
  const PROCESSES = 8;
  for (const expiresInMs of [-HOUR, 0, 1, 60_000]) {
    await inWorld(
      async ({ persistence, open }) => {
        let asked = 0;
        const looked = new Set<number>();
        const all = new EventEmitter();
        const allLooked = once(all, 'looked');
        const refresh: Refresh = async () => {
          asked += 1;
          await allLooked;
          return { accessToken: `access ${asked}`, refreshToken: `refresh ${asked}`, expiresInMs };
        };
        const getting = Array.from({ length: PROCESSES }, (_, process) => {
          const load = (): Promise<string> =>
            persistence.load().finally(() => {
              looked.add(process);
              if (looked.size === PROCESSES) all.emit('looked');
            });
          const save = (content: string): Promise<void> => persistence.save(content);
          const own: Persistence = Object.assign(Object.create(persistence), { load, save });
          return open({ persistence: own }).get('me', { refresh });
        });
        for (const { accessToken, isTooShort } of await Promise.all(getting)) {
          assert.deepEqual([accessToken, isTooShort], ['access 1', true]);
        }
        assert.equal((await open().get('me', { refresh })).accessToken, 'access 2');
        assert.equal(asked, 2, String(expiresInMs));
      },
      (location) => new MemoryPersistence(location),
    );
  }
});

test('many at once: one refreshes, all others adopt its result', async () => {
  await inWorld(async ({ server, clock, open }) => {
    await open().set('me', await server.login({ current: undefined, signal: AbortSignal.abort() }));
    for (let round = 1; round <= 5; round += 1) {
      clock.nowMs += 2 * HOUR;
      const tokens = await Promise.all(
        Array.from({ length: 12 }, () => open().get('me', { refresh: server.refresh })),
      );
      const given = new Set(tokens.map((token) => token.accessToken));
      assert.deepEqual([...given], [`access ${round + 1}`]);
      assert.equal(server.refreshes, round);
    }
    assert.equal(server.reuses, 0);
  });
});

test('keys are apart: each has its own refresh', async () => {
  await inWorld(async ({ open }) => {
    const store = open();
    const give = (accessToken: string) => async () => ({ accessToken });
    const tokens = await Promise.all([
      store.get('a', { refresh: give('of a') }),
      store.get('b', { refresh: give('of b') }),
    ]);
    assert.deepEqual(
      tokens.map((token) => token.accessToken),
      ['of a', 'of b'],
    );
    assert.deepEqual((await store.keys()).toSorted(), ['a', 'b']);
    assert.equal(await store.delete('a'), true);
    assert.equal(await store.delete('a'), false);
    assert.deepEqual(await store.keys(), ['b']);
  });
});

test('a key that is no text is refused by each method, before anything is refreshed', async () => {
  await inWorld(async ({ open }) => {
    const store = open();
    const refresh = async () => assert.fail('refreshed');
    for (const call of [
      () => Reflect.apply(store.get, store, [5, { refresh }]),
      () => Reflect.apply(store.peek, store, [undefined]),
      () => Reflect.apply(store.set, store, [null, { accessToken: 'a' }]),
      () => Reflect.apply(store.delete, store, [{}]),
    ]) {
      await assert.rejects(call, { name: 'TypeError', message: /^key: expected a string/u });
    }
    assert.deepEqual(await store.keys(), []);
  });
});

test('a failure is told to all who wait, with its reason; who comes later tries again', async () => {
  await inWorld(
    async ({ server, open }) => {
      let calls = 0;
      const refresh: Refresh = async () => {
        calls += 1;
        throw Object.assign(new Error('account disabled'), { code: 'invalid_grant' });
      };
      // In memory all of them have looked before the first has the lock, which is a file.
      const waiting = Array.from({ length: 8 }, () => open().get('me', { refresh }));
      const reason = { name: 'Error', message: 'account disabled', code: 'invalid_grant' };
      for (const result of await Promise.allSettled(waiting)) {
        assert.equal(result.status, 'rejected');
        assert.equal(result.reason.code, 'refresh-failed');
        assert.deepEqual(result.reason.reason, reason);
      }
      assert.equal(calls, 1);
      assert.equal((await open().get('me', { refresh: server.login })).accessToken, 'access 1');
    },
    (location) => new MemoryPersistence(location),
  );
});

/** Leaves the store as a process does that is killed while it refreshes. */
async function cutShort({ open, persistence }: World): Promise<void> {
  let text: string | undefined;
  const killed = open().get('me', {
    refresh: async () => {
      text = await persistence.load();
      throw new Error('killed');
    },
  });
  await assert.rejects(killed);
  await persistence.save(text ?? '');
}

// @rule token/never-reused
test('after a refresh that was cut short the refresh token is not used again, nor shown', async () => {
  await inWorld(async (world) => {
    const { server, clock, open } = world;
    await open().get('me', { refresh: server.login });
    clock.nowMs += 2 * HOUR;
    await cutShort(world);
    await assert.rejects(open().get('me', { refresh: server.refresh }), {
      code: 'refresh-interrupted',
    });
    assert.equal(server.refreshes, 0);
    const shown: unknown[] = [];
    const failing = open().get('me', {
      refresh: server.refresh,
      recover: async ({ current }) => {
        shown.push(current?.accessToken, current?.refreshToken);
        throw new Error('not now');
      },
    });
    await assert.rejects(failing, { code: 'refresh-failed' });
    assert.deepEqual(shown, ['access 1', undefined]);
    // A recovery that failed makes the refresh token no better.
    await assert.rejects(open().get('me', { refresh: server.refresh }), {
      code: 'refresh-interrupted',
    });
    const recovered = { refresh: server.refresh, recover: server.login };
    assert.equal((await open().get('me', recovered)).accessToken, 'access 2');
    clock.nowMs += 2 * HOUR;
    assert.equal((await open().get('me', { refresh: server.refresh })).accessToken, 'access 3');
    assert.equal(server.reuses, 0);
  });
});

test('a refresh token that can be used again is', async () => {
  await inWorld(async (world) => {
    await world.open().get('me', { refresh: world.server.login });
    world.clock.nowMs += 2 * HOUR;
    await cutShort(world);
    const store = world.open({ refreshTokens: 'reusable' });
    assert.equal(
      (await store.get('me', { refresh: world.server.refresh })).accessToken,
      'access 2',
    );
  });
});

test('an error that says it may have happened makes the refresh token doubtful, a token set does not', async () => {
  await inWorld(async ({ server, clock, open }) => {
    const store = open();
    await store.get('me', { refresh: server.login });
    clock.nowMs += 2 * HOUR;
    const refresh: Refresh = async () => {
      throw Object.assign(new Error('connection reset'), { mayHaveHappened: true });
    };
    await assert.rejects(store.get('me', { refresh }), { code: 'refresh-failed' });
    await assert.rejects(store.get('me', { refresh }), { code: 'refresh-interrupted' });
    await store.set('me', await server.login({ current: undefined, signal: AbortSignal.abort() }));
    clock.nowMs += 2 * HOUR;
    assert.equal((await store.get('me', { refresh: server.refresh })).accessToken, 'access 3');
  });
});

// @rule token/odd-answer-is-doubtful
test('an answer that is no token makes the refresh token doubtful', async () => {
  await inWorld(async ({ server, clock, open }) => {
    const store = open();
    await store.get('me', { refresh: server.login });
    clock.nowMs += 2 * HOUR;
    // As the server names it, which is not how it is named here: the refresh token is used up.
    const refresh: Refresh = async (context) => {
      const { accessToken } = await server.refresh(context);
      return { access_token: accessToken } as unknown as NewToken;
    };
    await assert.rejects(store.get('me', { refresh }), {
      code: 'refresh-failed',
      message: /accessToken/u,
    });
    await assert.rejects(store.get('me', { refresh }), { code: 'refresh-interrupted' });
    assert.deepEqual([server.refreshes, server.reuses], [1, 0]);
  });
});

test('a refresh that does not end is given up, and told', async () => {
  await inWorld(async ({ server, clock, open }) => {
    await open().get('me', { refresh: server.login });
    clock.nowMs += 2 * HOUR;
    const store = open({ refreshTimeoutMs: 50 });
    let signal: AbortSignal | undefined;
    const hanging = store.get('me', {
      refresh: (context) => {
        signal = context.signal;
        // The deadline's own timer does not keep the process alive.
        const alive = setTimeout(() => {}, 60_000);
        context.signal.addEventListener('abort', () => clearTimeout(alive));
        return new Promise(() => {});
      },
    });
    await assert.rejects(hanging, { code: 'refresh-timeout' });
    assert.equal(signal?.aborted, true);
    await assert.rejects(store.get('me', { refresh: server.refresh }), {
      code: 'refresh-interrupted',
    });
  });
});

test('waiting ends by time or signal, and the refresh goes on for the others', async () => {
  await inWorld(async ({ open }) => {
    const gate = new EventEmitter();
    const opened = once(gate, 'open');
    const stop = new AbortController();
    const refresh: Refresh = async () => {
      stop.abort(new Error('enough'));
      await opened;
      return { accessToken: 'a' };
    };
    const first = open().get('me', { refresh, signal: stop.signal });
    await assert.rejects(first, { code: 'aborted' });
    await assert.rejects(open().get('me', { refresh, signal: stop.signal }), { code: 'aborted' });
    const impatient = open({ waitTimeoutMs: 50 }).get('me', { refresh });
    await assert.rejects(impatient, { code: 'wait-timeout' });
    const patient = open().get('me', { refresh });
    gate.emit('open');
    assert.equal((await patient).accessToken, 'a');
    // Whoever gets the next turn knows that the caller that gave up has given back everything.
    await open().set('me', { accessToken: 'expired', expiresInMs: 0 });
    await open().get('me', { refresh: async () => ({ accessToken: 'b' }) });
  });
});

// @rule token/none-after-abort
test('who has given up waiting begins no refresh when its turn comes', async () => {
  await inWorld(
    async ({ persistence, open }) => {
      assert.ok(persistence instanceof MemoryPersistence);
      const path = `${persistence.location}.${sha256Hex('me').slice(0, 32)}.refreshing`;
      const held = await CrossProcessLock.acquire(path);
      const gate = new EventEmitter();
      let looks = 0;
      persistence.before = (step) => {
        if (step === 'version') looks += 1;
        // Once before the lock is asked for, then while it is waited for.
        if (looks === 2) gate.emit('waiting');
      };
      const stop = new AbortController();
      let refreshes = 0;
      const refresh: Refresh = async () => {
        refreshes += 1;
        return { accessToken: 'unwanted' };
      };
      const begun = once(gate, 'waiting');
      const waiting = open().get('me', { refresh, signal: stop.signal });
      await begun;
      stop.abort(new Error('enough'));
      await assert.rejects(waiting, { code: 'aborted' });
      await held.release();
      await open().get('me', { refresh: async () => ({ accessToken: 'wanted' }) });
      assert.equal(refreshes, 0);
    },
    (location) => new MemoryPersistence(location),
  );
});

test('a token set or deleted while it is refreshed stays so', async () => {
  await inWorld(
    async ({ persistence, open }) => {
      assert.ok(persistence instanceof MemoryPersistence);
      const store = open();
      const refreshed = await store.get('me', {
        refresh: async () => {
          await open().set('me', { accessToken: 'signed in anew' });
          return { accessToken: 'refreshed' };
        },
      });
      assert.equal(refreshed.accessToken, 'signed in anew');
      assert.equal(persistence.saves, 2, 'that a refresh begins, and the token that was set');
      await store.set('me', { accessToken: 'expired', expiresInMs: 0 });
      const deleted = store.get('me', {
        refresh: async () => {
          await open().delete('me');
          return { accessToken: 'refreshed' };
        },
      });
      await assert.rejects(deleted, { code: 'superseded' });
      assert.equal(await store.peek('me'), undefined);
    },
    (location) => new MemoryPersistence(location),
  );
});

// @rule token/set-stays
test('a token deleted and set anew while the first one is asked for stays so', async () => {
  await inWorld(async ({ server, open }) => {
    const refresh: Refresh = async (context) => {
      const other = open();
      await other.delete('me');
      await other.set('me', { accessToken: 'of another user' });
      return server.login(context);
    };
    const { accessToken } = await open().get('me', { refresh });
    assert.equal(accessToken, 'of another user');
    assert.equal((await open().peek('me'))?.accessToken, 'of another user');
  });
});

// @rule token/refresh-token-stays
test('a server that sends no refresh token with a new token goes on with the one before', async () => {
  await inWorld(async (world) => {
    const { clock, open } = world;
    const store = open();
    await store.set('me', { accessToken: 'a', refreshToken: 'r', expiresInMs: 0 });
    const shown: unknown[] = [];
    const refresh: Refresh = async ({ current }) => {
      shown.push(current?.refreshToken);
      return { accessToken: 'b', expiresInMs: HOUR };
    };
    for (let count = 1; count <= 2; count += 1) {
      assert.equal((await store.get('me', { refresh })).refreshToken, 'r');
      clock.nowMs += 2 * HOUR;
    }
    assert.deepEqual(shown, ['r', 'r']);
    await cutShort(world);
    // One that may be used up does not come back that way.
    assert.equal((await open().get('me', { refresh, recover: refresh })).refreshToken, undefined);
    await store.set('me', { accessToken: 'signed in without' });
    assert.equal((await store.peek('me'))?.refreshToken, undefined);
  });
});

test('what went wrong is told as it is, also when the lock of the refresh was removed meanwhile', async () => {
  await inDueWorld(async ({ persistence, store }) => {
    const refresh: Refresh = async () => {
      rmSync(`${persistence.location}.${sha256Hex('me').slice(0, 32)}.refreshing`);
      throw Object.assign(new Error('refused'), { code: 'invalid_grant' });
    };
    const failed = await store.get('me', { refresh }).catch((error: unknown) => error);
    assert.ok(isTokenStoreError(failed, 'refresh-failed'));
    assert.equal(failed.reason?.code, 'invalid_grant');
  });
});

test('for a caller that has given up already nothing is read', async () => {
  await inDueWorld(async ({ persistence, server, store }) => {
    let reads = 0;
    persistence.before = () => {
      reads += 1;
    };
    const signal = AbortSignal.abort('enough');
    const given = store.get('me', { refresh: server.refresh, signal });
    await assert.rejects(given, { name: 'TokenStoreError', code: 'aborted', cause: 'enough' });
    assert.equal(reads, 0);
  });
});

test('an access token that the server refused is replaced, once for all who had it', async () => {
  await inWorld(async ({ server, open }) => {
    const { accessToken } = await open().get('me', { refresh: server.login });
    const options = { refresh: server.refresh, rejected: accessToken };
    const tokens = await Promise.all([open(), open(), open()].map((one) => one.get('me', options)));
    assert.deepEqual(
      tokens.map((token) => token.accessToken),
      ['access 2', 'access 2', 'access 2'],
    );
    assert.equal(server.refreshes, 1);
  });
});

test('a place that cannot be written is noticed before the refresh token is used', async () => {
  await inWorld(
    async ({ server, clock, persistence, open }) => {
      assert.ok(persistence instanceof MemoryPersistence);
      await open().get('me', { refresh: server.login });
      clock.nowMs += 2 * HOUR;
      persistence.before = (step) => {
        if (step === 'save') throw new Error('disk full');
      };
      await assert.rejects(open().get('me', { refresh: server.refresh }), { message: 'disk full' });
      assert.equal(server.refreshes, 0);
    },
    (location) => new MemoryPersistence(location),
  );
});

test('a refresh that fails is told as it is, also where that cannot be saved', async () => {
  await inWorld(
    async ({ persistence, open }) => {
      assert.ok(persistence instanceof MemoryPersistence);
      const refresh: Refresh = async () => {
        persistence.before = (step) => {
          if (step === 'save') throw new Error('disk full');
        };
        throw Object.assign(new Error('refused'), { code: 'invalid_grant' });
      };
      const failed = await open()
        .get('me', { refresh })
        .catch((error: unknown) => error);
      assert.ok(isTokenStoreError(failed, 'refresh-failed'));
      assert.equal(failed.reason?.code, 'invalid_grant');
      assert.ok(failed.cause instanceof AggregateError);
      assert.match(String(failed.cause.errors[1]), /disk full/u);
    },
    (location) => new MemoryPersistence(location),
  );
});

test('a result that could not be saved is saved by the next call', async () => {
  await inDueWorld(async ({ server, persistence, store, open }) => {
    let saves = 0;
    const refresh: Refresh = async (context) => {
      persistence.before = (step) => {
        if (step !== 'save') return;
        saves += 1;
        throw new Error('disk full');
      };
      return server.refresh(context);
    };
    await assert.rejects(store.get('me', { refresh }), { message: 'disk full' });
    assert.equal(saves, 1);
    persistence.before = () => {};
    assert.equal((await store.get('me', { refresh })).accessToken, 'access 2');
    assert.equal((await open().get('me', { refresh })).accessToken, 'access 2');
    assert.deepEqual([server.refreshes, server.reuses], [1, 0]);
  });
});

// @rule token/unsaved-is-of-its-token
test('a result that could not be saved is not given to who signed in meanwhile', async () => {
  await inDueWorld(async (world) => {
    const { server, persistence, store, open } = world;
    const refresh: Refresh = async (context) => {
      persistence.before = (step) => {
        if (step === 'save') throw new Error('disk full');
      };
      return server.refresh(context);
    };
    await assert.rejects(store.get('me', { refresh }), { message: 'disk full' });
    persistence.before = () => {};
    // Another user, whose first refresh is cut short: it is the second attempt again.
    await open().delete('me');
    await open().set('me', { accessToken: 'other', refreshToken: 'theirs', expiresInMs: 0 });
    await cutShort(world);
    await assert.rejects(store.get('me', { refresh: server.refresh }), {
      code: 'refresh-interrupted',
    });
  });
});

test('a refresh that was refused leaves the refresh token as good as it was', async () => {
  await inDueWorld(async ({ server, store }) => {
    const refresh: Refresh = async () => {
      throw new Error('no connection');
    };
    await assert.rejects(store.get('me', { refresh }), { code: 'refresh-failed' });
    assert.equal((await store.get('me', { refresh: server.refresh })).accessToken, 'access 2');
  });
});

test('who waits for another and adopts its token writes nothing', async () => {
  await inDueWorld(async ({ server, persistence, open }) => {
    persistence.saves = 0;
    const waiting = Array.from({ length: 8 }, () => open().get('me', { refresh: server.refresh }));
    await Promise.all(waiting);
    assert.equal(persistence.saves, 2, 'that a refresh begins, and its result');
  });
});

test('the first token makes its folder, lock and all', async () => {
  await inFolder(async (folder) => {
    const persistence = new MemoryPersistence(join(folder, 'new', 'tokens'));
    const store = new TokenStore({ persistence });
    const { accessToken } = await store.get('me', { refresh: new Server().login });
    assert.equal(accessToken, 'access 1');
  });
});

test('a lock that cannot be taken at all is told as such', async () => {
  await inFolder(async (folder) => {
    const persistence = new MemoryPersistence(join(folder, 'tokens'));
    const store = new TokenStore({ persistence });
    const path = `${persistence.location}.${sha256Hex('me').slice(0, 32)}.refreshing`;
    symlinkSync('elsewhere', path);
    const refresh = async () => assert.fail('refreshed');
    await assert.rejects(store.get('me', { refresh }), {
      name: 'LockError',
      code: 'symbolic-link',
    });
  });
});

// @rule token/none-after-abort
test('who gives up while a free lock is taken begins no refresh', async () => {
  await inWorld(async ({ persistence, open }) => {
    const stop = new AbortController();
    // Read after the token was looked for, before the lock is asked for.
    const moment = (): { nowMs: number } => {
      stop.abort();
      return { nowMs: 0 };
    };
    let refreshes = 0;
    const refresh: Refresh = async () => {
      refreshes += 1;
      return { accessToken: 'unwanted' };
    };
    const watcher = watch(dirname(persistence.location));
    const changes = on(watcher, 'change');
    const given = open({ clock: { moment } }).get('me', { refresh, signal: stop.signal });
    await assert.rejects(given, { name: 'TokenStoreError', code: 'aborted' });
    // The lock is asked for all the same; who asks behind it comes when all is over.
    for await (const [, name] of changes) if (String(name).includes('.refreshing')) break;
    watcher.close();
    const path = `${persistence.location}.${sha256Hex('me').slice(0, 32)}.refreshing`;
    await (await CrossProcessLock.acquire(path)).release();
    assert.equal(refreshes, 0);
  });
});

test('a lock broken by another program while the result is saved costs nothing', async () => {
  await inDueWorld(async ({ server, persistence, store, open }) => {
    const lock = `${persistence.location}.lockfile`;
    let breaks = 0;
    const refresh: Refresh = async (context) => {
      persistence.before = (step) => {
        if (step !== 'load' || breaks === 2) return;
        breaks += 1;
        writeFileSync(lock, '12345 python');
        // It goes away again by itself.
        setTimeout(() => rmSync(lock, { force: true }), 20);
      };
      return server.refresh(context);
    };
    assert.equal((await store.get('me', { refresh })).accessToken, 'access 2');
    assert.equal(breaks, 2);
    assert.equal((await open().get('me', { refresh })).accessToken, 'access 2');
  });
});

// @rule token/begun-is-not-cut-short
test('a lock lost right after the refresh was noted signs nobody out', async () => {
  await inDueWorld(async ({ server, persistence, store }) => {
    const { save } = persistence;
    let losses = 0;
    persistence.save = async (text) => {
      await save.call(persistence, text);
      losses += 1;
      if (losses === 1) rmSync(`${persistence.location}.lockfile`);
    };
    assert.equal((await store.get('me', { refresh: server.refresh })).accessToken, 'access 2');
    assert.deepEqual([losses, server.refreshes, server.reuses], [2, 1, 0]);
  });
});

test('a lock that is broken again and again while the result is saved is told, not fought', async () => {
  await inDueWorld(async ({ server, persistence, store }) => {
    const lock = `${persistence.location}.lockfile`;
    let breaks = 0;
    const refresh: Refresh = async (context) => {
      persistence.before = async (step) => {
        if (step !== 'load') return;
        breaks += 1;
        // Taken from its holder, and free again for the next attempt.
        rmSync(lock, { force: true });
      };
      return server.refresh(context);
    };
    await assert.rejects(store.get('me', { refresh }), { code: 'lock-lost' });
    assert.equal(breaks, 5);
    persistence.before = () => {};
    assert.equal((await store.get('me', { refresh })).accessToken, 'access 2');
    assert.deepEqual([server.refreshes, server.reuses], [1, 0]);
  });
});

test('a clock that jumps neither signs out nor refreshes twice', async () => {
  await inWorld(async ({ server, clock, open }) => {
    await open().get('me', { refresh: server.login });
    clock.nowMs -= 10_000 * HOUR;
    const back = await open().get('me', { refresh: server.refresh });
    assert.equal(back.accessToken, 'access 2', 'nobody knows whether it is still good');
    assert.equal((await open().get('me', { refresh: server.refresh })).accessToken, 'access 2');
    clock.nowMs += 20_000 * HOUR;
    assert.equal((await open().get('me', { refresh: server.refresh })).accessToken, 'access 3');
    assert.equal((await open().get('me', { refresh: server.refresh })).accessToken, 'access 3');
    assert.equal(server.reuses, 0);
  });
});

test('a store of another form is an error, and stays', async () => {
  await inWorld(async ({ server, persistence, open }) => {
    await persistence.save('{"AccessToken":{}}');
    await assert.rejects(open().get('me', { refresh: server.login }), { code: 'malformed' });
    await assert.rejects(open().set('me', { accessToken: 'a' }), { code: 'malformed' });
    assert.equal(await persistence.load(), '{"AccessToken":{}}');
    assert.equal(server.logins, 0);
  });
});

test('options that are none are refused before anything is kept or refreshed', async () => {
  await inWorld(async ({ server, persistence, open }) => {
    const store = open();
    const { refresh } = server;
    const wrong: object[] = [{}, { refresh: 'x' }, { refresh, recover: 5 }];
    wrong.push({ refresh, minValidityMs: Number.NaN }, { refresh, minValidityMs: '5' });
    for (const options of wrong) {
      // @ts-expect-error what a caller without a compiler may pass
      await assert.rejects(store.get('me', options), /^(Type|Range)Error: (refresh|recover|minV)/);
    }
    assert.deepEqual(await store.keys(), []);
    const bad: object[] = [{ refreshTokens: 'single' }, { refreshTimeoutMs: -1 }];
    bad.push({ waitTimeoutMs: Number.NaN }, { persistence: {} });
    for (const options of bad) {
      assert.throws(() => new TokenStore({ persistence, ...options }), /^(Type|Range)Error: /);
    }
  });
});
