// @rule keyring/migration-verifies
// @rule keyring/migration-deletes-copied
import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { SchemeBackend } from '../../src/backends/scheme-backend.ts';
import { memoryBackend } from '../../src/index.ts';
import { type MigrationProgress, migrateEntries } from '../../src/keyring/migrate.ts';
import { schemesOf } from '../../src/schemes/schemes.ts';
import { MemoryStore } from '../../src/stores/memory-store.ts';
import type { Backend } from '../../src/types/backend.ts';
import { failsWith } from '../support/failing.ts';
import { viewOf } from '../support/view-of.ts';

const ENTRIES = [
  { service: 'one', username: 'alice', password: 'a' },
  { service: 'one', username: 'bob', password: 'b' },
  { service: 'two', username: 'alice', password: '' },
];

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function filled(): Promise<{ from: Backend; to: Backend }> {
  const from = memoryBackend({ schemes: schemesOf('keytar') });
  for (const { service, username, password } of ENTRIES) {
    await from.set({ service, username }, bytes(password));
  }
  return { from, to: memoryBackend() };
}

async function contents(backend: Backend): Promise<string[]> {
  const found = await backend.search({});
  return found
    .map(
      ({ service, username, secret }) =>
        `${service}/${username}=${new TextDecoder().decode(secret)}`,
    )
    .sort();
}

const ALL = ENTRIES.map(({ service, username, password }) => `${service}/${username}=${password}`);

// @rule keyring/migration-words
test('a word that is none is refused before anything is read', async () => {
  const { from, to } = await filled();
  for (const wrong of [
    { dryRun: 'yes' },
    { deleteSource: 1 },
    { onConflict: 'replace' },
    { dryrun: true },
    { filter: { user: 'alice' } },
    { filter: 'one' },
    null,
  ]) {
    // @ts-expect-error what a caller without a compiler may pass
    await failsWith('invalid-argument', migrateEntries(from, to, wrong));
  }
  assert.deepEqual(await contents(to), []);
});

// @rule keyring/migration-puts-back
test('an item that both backends know is never deleted as the copy of itself', async () => {
  const { from } = await filled();
  await failsWith('invalid-argument', migrateEntries(from, from, { deleteSource: true }));
  assert.deepEqual(await contents(from), ALL);
  const store = new MemoryStore(Date.now);
  const [python, ours] = ['python-keyring', 'keywire'].map(
    (scheme) => new SchemeBackend({ name: scheme, store, schemes: schemesOf(scheme) }),
  );
  assert.ok(python !== undefined && ours !== undefined);
  for (const { service, username, password } of ENTRIES) {
    await python.set({ service, username }, bytes(password));
  }
  const controller = new AbortController();
  const once: Backend = {
    ...viewOf(python),
    delete: async (key, options) => {
      const deleted = await python.delete(key, options);
      if (key.username === 'bob') controller.abort();
      return deleted;
    },
  };
  const { signal } = controller;
  const moving = migrateEntries(once, ours, { deleteSource: true, signal });
  await failsWith('aborted', moving);
  assert.deepEqual(await contents(ours), ALL);
  const report = await migrateEntries(python, ours, { deleteSource: true });
  assert.deepEqual([report.alreadyThere, report.deleted, report.left], [3, 0, 3]);
  assert.deepEqual(await contents(ours), ALL);
  const full: Backend = { ...viewOf(ours), set: () => Promise.reject(new RangeError('full')) };
  await failsWith('backend-failed', migrateEntries(python, full, { deleteSource: true }));
});

test('entries are copied, and stay where they were unless asked otherwise', async () => {
  const { from, to } = await filled();
  const steps: MigrationProgress[] = [];
  const report = await migrateEntries(from, to, { onProgress: (step) => steps.push(step) });
  assert.deepEqual(report, {
    total: 3,
    copied: 3,
    alreadyThere: 0,
    keptTarget: 0,
    deleted: 0,
    left: 0,
  });
  assert.deepEqual(await contents(to), ALL);
  assert.deepEqual(await contents(from), ALL);
  assert.deepEqual(
    steps.map(({ step, done, total }) => [step, done, total]),
    [
      ['copied', 1, 3],
      ['copied', 2, 3],
      ['copied', 3, 3],
    ],
  );
  assert.ok(!JSON.stringify(steps).includes('"a"'));
});

test('with deleteSource they move; the same call again does nothing', async () => {
  const { from, to } = await filled();
  const report = await migrateEntries(from, to, { deleteSource: true });
  assert.equal(report.deleted, 3);
  assert.deepEqual(await contents(from), []);
  assert.deepEqual(await contents(to), ALL);
  assert.equal((await migrateEntries(from, to, { deleteSource: true })).total, 0);
});

test('a dry run says what would be done and does nothing', async () => {
  const { from, to } = await filled();
  const report = await migrateEntries(from, to, { dryRun: true, deleteSource: true });
  assert.equal(report.copied, 3);
  assert.equal(report.deleted, 0);
  assert.deepEqual(await contents(to), []);
  assert.deepEqual(await contents(from), ALL);
  await migrateEntries(from, to);
  const again = await migrateEntries(from, to, { dryRun: true, deleteSource: true });
  assert.deepEqual([again.alreadyThere, again.deleted, again.left], [3, 0, 0]);
  assert.deepEqual(await contents(from), ALL);
});

test('a filter chooses', async () => {
  const { from, to } = await filled();
  await migrateEntries(from, to, { filter: { username: 'alice' }, deleteSource: true });
  assert.deepEqual(await contents(to), ['one/alice=a', 'two/alice=']);
  assert.deepEqual(await contents(from), ['one/bob=b']);
});

test('a group is part of what moves', async () => {
  const scheme = schemesOf('passwd-keyring-secret');
  const from = memoryBackend({ schemes: scheme });
  const [plain, grouped] = [
    { service: 's', username: 'u' },
    { service: 's', username: 'u', group: 'g' },
  ];
  const others = memoryBackend({ schemes: schemesOf('keytar') });
  await from.set(grouped, bytes('grouped'));
  await others.set(plain, bytes('plain'));
  const to = memoryBackend();
  assert.equal((await migrateEntries(from, to, { deleteSource: true })).deleted, 1);
  assert.equal(await to.get(plain), undefined);
  assert.equal((await migrateEntries(others, to)).copied, 1);
  assert.deepEqual(await to.get(grouped), bytes('grouped'));
  assert.deepEqual(await to.get(plain), bytes('plain'));
  assert.equal((await migrateEntries(to, memoryBackend())).copied, 2);
});

test('aborted before it begins, nothing is asked', async () => {
  const from = { ...viewOf(memoryBackend()), search: async () => assert.fail('asked') };
  const signal = AbortSignal.abort();
  await failsWith('aborted', migrateEntries(from, memoryBackend(), { signal }));
});

test('another secret at the target is never overwritten unasked', async () => {
  const { from, to } = await filled();
  await to.set({ service: 'one', username: 'bob' }, bytes('mine'));
  await failsWith('migration-conflict', migrateEntries(from, to, { deleteSource: true }));
  assert.ok((await contents(from)).includes('one/bob=b'));
  const kept = await migrateEntries(from, to, { deleteSource: true, onConflict: 'keep' });
  assert.equal(kept.keptTarget, 1);
  assert.deepEqual(await contents(from), ['one/bob=b']);
  await migrateEntries(from, to, { deleteSource: true, onConflict: 'overwrite' });
  assert.deepEqual(await contents(from), []);
  assert.deepEqual(await contents(to), ALL);
});

test('where the first entry is refused, nothing is done', async () => {
  const { from, to } = await filled();
  for (const { service, username } of ENTRIES) {
    await to.set({ service, username }, bytes('mine'));
    const steps: unknown[] = [];
    const filter = { service, username };
    const onProgress = (step: unknown): void => void steps.push(step);
    await failsWith(
      'migration-conflict',
      migrateEntries(from, to, { filter, deleteSource: true, onProgress }),
    );
    assert.deepEqual(steps, []);
  }
  assert.deepEqual(await contents(from), ALL);
});

test('backends are asked as the caller said, and what they give is wiped', async () => {
  const { from, to } = await filled();
  const { signal } = new AbortController();
  const asked: unknown[] = [];
  const given: Uint8Array[] = [];
  const watched = (backend: Backend): Backend => ({
    ...viewOf(backend),
    get: async (key, options) => {
      asked.push(options);
      const found = await backend.get(key, options);
      if (found !== undefined) given.push(found);
      return found;
    },
    set: (key, secret, options) => {
      asked.push({ signal: options?.signal, interactive: options?.interactive });
      return backend.set(key, secret, options);
    },
    delete: (key, options) => {
      asked.push(options);
      return backend.delete(key, options);
    },
    search: async (filter, options) => {
      asked.push(options);
      const found = await backend.search(filter, options);
      given.push(...found.map(({ secret }) => secret));
      return found;
    },
  });
  await migrateEntries(watched(from), watched(to));
  asked.splice(0);
  const how = { signal, interactive: false };
  await migrateEntries(watched(from), watched(to), { ...how, deleteSource: true });
  assert.ok(asked.length > 9);
  for (const options of asked) assert.deepEqual(options, how);
  assert.ok(given.length > 9);
  for (const secret of given) assert.ok(secret.every((byte) => byte === 0));
});

test('an abort stops also where the backends take no notice of it', async () => {
  const { from, to } = await filled();
  for (const at of ['copied', 'deleted']) {
    const controller = new AbortController();
    const deaf = (backend: Backend): Backend => ({
      ...viewOf(backend),
      get: (key) => backend.get(key),
      set: async (key, secret) => {
        await backend.set(key, secret);
        if (at === 'copied') controller.abort();
      },
      delete: (key) => backend.delete(key),
      search: (filter) => backend.search(filter),
    });
    const onProgress = ({ step }: MigrationProgress): void => {
      if (step === at) controller.abort();
    };
    const { signal } = controller;
    await failsWith(
      'aborted',
      migrateEntries(deaf(from), deaf(to), { signal, deleteSource: true, onProgress }),
    );
    const [copied, left] = [await contents(to), await contents(from)];
    assert.deepEqual([copied.length, left.length], at === 'copied' ? [1, 3] : [3, 2]);
  }
});

test('what changes meanwhile is not deleted', async () => {
  const { from, to } = await filled();
  const racing: Backend = {
    ...viewOf(to),
    set: async (key, secret, options) => {
      await to.set(key, secret, options);
      if (key.username === 'bob') await from.set(key, bytes('changed'));
    },
  };
  const report = await migrateEntries(from, racing, { deleteSource: true });
  assert.equal(report.left, 1);
  assert.deepEqual(await contents(from), ['one/bob=changed']);
});

test('what does not come back from the target is not deleted', async () => {
  const { from, to } = await filled();
  const lossy: Backend = { ...viewOf(to), set: async () => {} };
  await failsWith('probe-failed', migrateEntries(from, lossy, { deleteSource: true }));
  assert.deepEqual(await contents(from), ALL);
});

test('stopped at any step, nothing is lost, and the same call finishes it', async () => {
  let steps = 0;
  for (let limit = 0; ; limit += 1) {
    const { from, to } = await filled();
    let left = limit;
    // From the fault on nothing works any more, as for a process that was killed.
    const step = (): void => {
      steps += 1;
      left -= 1;
      if (left < 0) throw new Error('killed');
    };
    const finished = await migrateEntries(faulty(from, step), faulty(to, step), {
      deleteSource: true,
    }).then(
      () => true,
      () => false,
    );
    const whole = new Set([...(await contents(from)), ...(await contents(to))]);
    assert.deepEqual([...whole].sort(), ALL, `stopped at step ${limit}`);
    await migrateEntries(from, to, { deleteSource: true });
    assert.deepEqual(await contents(to), ALL);
    assert.deepEqual(await contents(from), []);
    if (finished) break;
  }
  assert.ok(steps > 15);
});

test('an abort stops between two entries', async () => {
  const { from, to } = await filled();
  const controller = new AbortController();
  const { signal } = controller;
  const aborting: Backend = {
    ...viewOf(to),
    set: async (key, secret, options) => {
      await to.set(key, secret, options);
      controller.abort('enough');
    },
  };
  await failsWith('aborted', migrateEntries(from, aborting, { signal, deleteSource: true }));
  assert.equal((await contents(to)).length, 1);
  assert.deepEqual(await contents(from), ALL);
});

test('many entries are told of in their order, each once it is through', async () => {
  const from = memoryBackend({ schemes: schemesOf('keytar') });
  for (let index = 0; index < 40; index += 1) {
    await from.set({ service: 's', username: `u${index}` }, bytes(String(index)));
  }
  const to = memoryBackend();
  const told: MigrationProgress[] = [];
  const options = { deleteSource: true, onProgress: (step: MigrationProgress) => told.push(step) };
  const report = await migrateEntries(from, to, options);
  assert.deepEqual([report.total, report.copied, report.deleted], [40, 40, 40]);
  assert.equal((await to.search({})).length, 40);
  assert.deepEqual(
    told.map(({ step, done, total }) => [step, done, total]),
    Array.from({ length: 40 }, (_, index) => [
      ['copied', index + 1, 40],
      ['deleted', index + 1, 40],
    ]).flat(),
  );
});

test('what the target loses meanwhile is not deleted either', async () => {
  const { from, to } = await filled();
  await migrateEntries(from, to);
  const forgetful: Backend = {
    ...viewOf(to),
    get: async (key, options) => {
      const found = await to.get(key, options);
      if (key.username === 'bob') await to.delete(key);
      return found;
    },
  };
  const report = await migrateEntries(from, forgetful, { deleteSource: true });
  assert.deepEqual([report.alreadyThere, report.deleted, report.left], [3, 2, 1]);
  assert.deepEqual(await contents(from), ['one/bob=b']);
  // Only what was deleted is put back: who took it away from the target had a reason.
  assert.deepEqual(await contents(to), ['one/alice=a', 'two/alice=']);
});

/** A backend whose calls fail before, or after, they had an effect. */
function faulty(backend: Backend, step: () => void): Backend {
  return {
    ...viewOf(backend),
    get: async (key, options) => {
      step();
      return backend.get(key, options);
    },
    set: async (key, secret, options) => {
      step();
      await backend.set(key, secret, options);
      step();
    },
    delete: async (key, options) => {
      step();
      const deleted = await backend.delete(key, options);
      step();
      return deleted;
    },
  };
}
