/** Taking over a plain cache: into every kind, on the same path, and after being killed anywhere. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { adopt } from '../../src/cache/adopt.ts';
import { EncryptedFilePersistence } from '../../src/persistences/encrypted-file-persistence.ts';
import { FilePersistence } from '../../src/persistences/file-persistence.ts';
import { SecretServicePersistence } from '../../src/persistences/secret-service-persistence.ts';
import { acquireCacheLock } from '../../src/sharing/cache-lock.ts';
import { CHEAP } from '../support/cheap.ts';
import { withKeyring } from '../support/keyring.ts';
import { MemoryPersistence } from '../support/memory-persistence.ts';

const TEXT = '{"Account":{"a":{"v":"old"},"b":{"v":"old"}}}';

async function withOld(work: (old: string, folder: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const old = join(folder, 'old.json');
    writeFileSync(old, TEXT);
    await work(old, folder);
  });
}

test('into an encrypted file: saved, compared, and the old one removed or kept', async () => {
  await withOld(async (old, folder) => {
    const location = join(folder, 'new');
    const kept = new EncryptedFilePersistence({ location, password: 'pw', cost: CHEAP });
    assert.deepEqual(await adopt(old, kept, { keepOld: true }), {
      outcome: 'adopted',
      oldFile: 'kept',
    });
    assert.deepEqual(await adopt(old, kept), { outcome: 'already-there', oldFile: 'removed' });
    assert.equal(await kept.load(), TEXT);
    assert.deepEqual(await adopt(old, kept), { outcome: 'nothing-to-adopt', oldFile: 'absent' });
    assert.deepEqual(readdirSync(folder), ['new']);
  });
});

test('into an encrypted file at the same path', async () => {
  await withOld(async (location, folder) => {
    const kept = new EncryptedFilePersistence({ location, password: 'pw', cost: CHEAP });
    // What a call that was killed left, with whatever password.
    const beside = kept.at(`${location}.adopting`);
    await beside.save('unfinished');
    await assert.rejects(adopt(location, kept, { keepOld: true }), TypeError);
    assert.deepEqual(await adopt(location, kept), { outcome: 'adopted', oldFile: 'replaced' });
    assert.equal(await kept.load(), TEXT);
    assert.ok(!readFileSync(location, 'latin1').includes('Account'));
    assert.equal(statSync(location).mode & 0o777, 0o600);
    assert.deepEqual(await adopt(location, kept), { outcome: 'already-there', oldFile: 'kept' });
    assert.deepEqual(readdirSync(folder), ['old.json']);
  });
});

test('into the keyring, whose signal file is the old cache: emptied once it is safe', async () => {
  await withKeyring((connect) =>
    withOld(async (location) => {
      const kept = new SecretServicePersistence({ location, connect });
      assert.deepEqual(await adopt(location, kept, { keepOld: true }), {
        outcome: 'adopted',
        oldFile: 'kept',
      });
      assert.deepEqual(await adopt(location, kept), {
        outcome: 'already-there',
        oldFile: 'emptied',
      });
      assert.equal(readFileSync(location, 'utf8'), '');
      assert.equal(await kept.load(), TEXT);
      assert.deepEqual(await adopt(location, kept), {
        outcome: 'nothing-to-adopt',
        oldFile: 'kept',
      });
    }),
  );
});

test('what is there already wins, entry by entry; a plain file at its own path stays', async () => {
  await withOld(async (old, folder) => {
    const kept = new FilePersistence(join(folder, 'new'));
    await kept.save('{"Account":{"b":{"v":"new"},"c":{"v":"new"}}}');
    assert.deepEqual(await adopt(old, kept), { outcome: 'merged', oldFile: 'removed' });
    assert.deepEqual(JSON.parse(await kept.load()), {
      Account: { a: { v: 'old' }, b: { v: 'new' }, c: { v: 'new' } },
    });
    assert.deepEqual(await adopt(kept.location, kept), {
      outcome: 'already-there',
      oldFile: 'kept',
    });
  });
});

// @rule token/adopt-verified
test('what is not read back as it was saved is told, and the old one stays', async () => {
  await withOld(async (old, folder) => {
    const kept = new MemoryPersistence(join(folder, 'new'));
    kept.before = (step) => {
      if (step === 'load' && kept.content !== undefined) kept.content = 'changed';
    };
    await assert.rejects(adopt(old, kept), { code: 'not-verified', location: kept.location });
    assert.equal(readFileSync(old, 'utf8'), TEXT);
  });
});

/** Writes to the old file as programs do that know no lock, while the new one is being made. */
function writingMeanwhile(file: string, texts: readonly string[], kept: MemoryPersistence): void {
  const left = [...texts];
  kept.before = (step) => {
    const text = step === 'save' ? left.shift() : undefined;
    if (text !== undefined) writeFileSync(file, text);
  };
}

// @rule token/adopt-follows
test('what a program without locks writes to the old file meanwhile is taken over, too', async () => {
  const entries = (values: Record<string, string>): string =>
    JSON.stringify({
      Account: Object.fromEntries(Object.entries(values).map(([key, v]) => [key, { v }])),
    });
  await withOld(async (old, folder) => {
    const kept = new MemoryPersistence(join(folder, 'new'));
    const last = entries({ a: 'newer', c: 'new' });
    writingMeanwhile(old, [entries({ a: 'new', b: 'old' }), last], kept);
    assert.deepEqual(await adopt(old, kept), { outcome: 'adopted', oldFile: 'removed' });
    assert.equal(kept.content, last);
  });
  await withOld(async (old, folder) => {
    const kept = new MemoryPersistence(join(folder, 'new'));
    kept.content = entries({ b: 'there', d: 'there' });
    writingMeanwhile(old, [entries({ a: 'new', b: 'old', c: 'new' })], kept);
    assert.deepEqual(await adopt(old, kept), { outcome: 'merged', oldFile: 'removed' });
    const { Account } = JSON.parse(kept.content);
    assert.deepEqual(
      Account,
      JSON.parse(entries({ a: 'new', b: 'there', c: 'new', d: 'there' })).Account,
    );
  });
});

// @rule token/adopt-follows
test('an old file that its program empties, breaks or keeps changing is not removed', async () => {
  await withOld(async (old, folder) => {
    const kept = new MemoryPersistence(join(folder, 'new'));
    writingMeanwhile(old, [''], kept);
    assert.deepEqual(await adopt(old, kept), { outcome: 'adopted', oldFile: 'kept' });
    assert.equal(kept.content, TEXT);
    rmSync(old);
  });
  await withOld(async (old, folder) => {
    const kept = new MemoryPersistence(join(folder, 'new'));
    writingMeanwhile(old, [TEXT.slice(0, 9)], kept);
    await assert.rejects(adopt(old, kept), { code: 'malformed', location: old });
    assert.equal(kept.content, TEXT);
    assert.equal(readFileSync(old, 'utf8'), TEXT.slice(0, 9));
  });
  await withOld(async (old, folder) => {
    const kept = new MemoryPersistence(join(folder, 'new'));
    const texts = Array.from({ length: 20 }, (_, at) => `{"Account":{"a":{"v":${at}}}}`);
    writingMeanwhile(old, texts, kept);
    await assert.rejects(adopt(old, kept), { code: 'not-verified', location: old });
    assert.ok(texts.includes(readFileSync(old, 'utf8')));
  });
});

// @rule token/adopt-follows
test('at the same path, too, nothing that was written meanwhile is lost', async () => {
  await withOld(async (location, folder) => {
    let asked = 0;
    const password = (): string => {
      asked += 1;
      if (asked === 1) writeFileSync(location, '{"Account":{}}');
      return 'pw';
    };
    const kept = new EncryptedFilePersistence({ location, password, cost: CHEAP });
    assert.deepEqual(await adopt(location, kept), { outcome: 'adopted', oldFile: 'replaced' });
    assert.equal(await kept.load(), '{"Account":{}}');
    assert.deepEqual(readdirSync(folder), ['old.json']);
  });
  await withOld(async (location, folder) => {
    const password = (): string => {
      writeFileSync(location, '');
      return 'pw';
    };
    const kept = new EncryptedFilePersistence({ location, password, cost: CHEAP });
    assert.deepEqual(await adopt(location, kept), { outcome: 'nothing-to-adopt', oldFile: 'kept' });
    assert.equal(readFileSync(location, 'utf8'), '');
    assert.deepEqual(readdirSync(folder), ['old.json']);
  });
});

test('a failure at the same path leaves nothing beside it, unless that may be another call’s', async () => {
  for (const isHeld of [true, false]) {
    await withOld(async (location, folder) => {
      const password = (): string => {
        if (!isHeld) writeFileSync(`${location}.lockfile`, '12345 python');
        writeFileSync(`${location}.adopting`, 'unfinished');
        throw new Error('no password');
      };
      const kept = new EncryptedFilePersistence({ location, password, cost: CHEAP });
      await assert.rejects(adopt(location, kept), { name: 'PersistenceEncryptionError' });
      assert.equal(readFileSync(location, 'utf8'), TEXT);
      assert.equal(existsSync(join(folder, 'old.json.adopting')), !isHeld);
    });
  }
});

test('a lock that is lost before anything is saved ends it', async () => {
  await withOld(async (old, folder) => {
    const kept = new MemoryPersistence(join(folder, 'new'));
    kept.before = (step) => {
      if (step === 'load') writeFileSync(`${old}.lockfile`, '12345 python');
    };
    await assert.rejects(adopt(old, kept), { name: 'LockError', code: 'lock-lost' });
    assert.deepEqual([kept.saves, readFileSync(old, 'utf8')], [0, TEXT]);
  });
  await withOld(async (location) => {
    const password = (): string => {
      writeFileSync(`${location}.lockfile`, '12345 python');
      return 'pw';
    };
    const kept = new EncryptedFilePersistence({ location, password, cost: CHEAP });
    await assert.rejects(adopt(location, kept), { name: 'LockError', code: 'lock-lost' });
    assert.equal(readFileSync(location, 'utf8'), TEXT);
  });
});

test('a failure at any step leaves one whole copy, and the next call finishes', async () => {
  for (const failing of ['save', 'load']) {
    await withOld(async (old, folder) => {
      const kept = new MemoryPersistence(join(folder, 'new'));
      let loads = 0;
      kept.before = (step) => {
        if (step === 'load') loads += 1;
        if (step === failing && (step === 'save' || loads > 1)) throw new Error('killed');
      };
      await assert.rejects(adopt(old, kept), { message: 'killed' });
      assert.equal(readFileSync(old, 'utf8'), TEXT);
      kept.before = () => {};
      await adopt(old, kept);
      assert.equal(kept.content, TEXT);
      assert.equal(existsSync(old), false);
    });
  }
});

test('two at once do not wait for each other for ever, and nothing is lost', async () => {
  await inFolder(async (folder) => {
    const [a, b] = [new FilePersistence(join(folder, 'a')), new FilePersistence(join(folder, 'b'))];
    await a.save('{"S":{"a":{"v":1}}}');
    await b.save('{"S":{"b":{"v":1}}}');
    await Promise.all([adopt(a.location, b), adopt(b.location, a)]);
    const [whole] = await Promise.all([a, b].map((each) => each.load().catch(() => ''))).then(
      (texts) => texts.filter((text) => text !== ''),
    );
    assert.deepEqual(JSON.parse(whole ?? ''), { S: { a: { v: 1 }, b: { v: 1 } } });
  });
});

test('a lock that was lost keeps no other one', async () => {
  await withOld(async (old, folder) => {
    const kept = new MemoryPersistence(join(folder, 'new'));
    kept.before = (step) => {
      if (step === 'save') rmSync(`${kept.location}.lockfile`);
      if (step === 'save') rmSync(`${old}.lockfile`);
    };
    await assert.rejects(adopt(old, kept), { name: 'LockError', code: 'lock-lost' });
    kept.before = () => {};
    for (const location of [old, kept.location]) {
      await (await acquireCacheLock(location, { lockTimeoutMs: 0 })).release();
    }
  });
});

// @rule token/adopt-same-file
test('a cache that is found under another name is not removed as another copy', async () => {
  await inFolder(async (folder) => {
    const [real, link] = [join(folder, 'real'), join(folder, 'link')];
    mkdirSync(real, { mode: 0o700 });
    symlinkSync(real, link);
    const kept = new FilePersistence(join(real, 'cache'));
    await kept.save('{"Account":{}}');
    for (const options of [{}, { lockLocation: join(folder, 'my.lock') }]) {
      const report = await adopt(join(link, 'cache'), kept, options);
      assert.deepEqual(report, { outcome: 'already-there', oldFile: 'kept' });
      assert.equal(await kept.load(), '{"Account":{}}');
    }
  });
});

test('an encrypted file of another copy of the class is one', async () => {
  await withOld(async (location) => {
    const own = new EncryptedFilePersistence({ location, password: 'pw', cost: CHEAP });
    const copy = {
      kind: 'encrypted-file' as const,
      isEncrypted: own.isEncrypted,
      location,
      save: (text: string) => own.save(text),
      load: () => own.load(),
      delete: () => own.delete(),
      timeLastModified: () => own.timeLastModified(),
      version: () => own.version(),
      trialRun: () => own.trialRun(),
      at: (other: string) => own.at(other),
      isOfThisForm: () => own.isOfThisForm(),
      close: () => own.close(),
    };
    assert.deepEqual(await adopt(location, copy), { outcome: 'adopted', oldFile: 'replaced' });
    const { at: _at, ...another } = copy;
    await assert.rejects(adopt(location, another), TypeError);
  });
});
