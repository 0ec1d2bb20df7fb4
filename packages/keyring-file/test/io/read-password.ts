import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { MAX_PASSWORD_BYTES, readPassword } from '../../src/io/read-password.ts';
import { rejectsCode } from '../support/codes.ts';
import { utf8 } from '../support/memory-io.ts';
import { wipedUntil } from '../support/wiped.ts';

async function withFile(
  content: string | Uint8Array,
  work: (path: string, folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'keywire-password-'));
  try {
    writeFileSync(join(folder, 'password'), content);
    await work(join(folder, 'password'), folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// @rule file/one-final-newline
test('a file or a descriptor loses exactly one final newline', async () => {
  for (const { content, password } of [
    { content: 'pw', password: 'pw' },
    { content: 'pw\n', password: 'pw' },
    { content: 'pw\n\n', password: 'pw\n' },
    { content: ' pä ', password: ' pä ' },
    { content: `${'x'.repeat(9000)}\n`, password: 'x'.repeat(9000) },
  ]) {
    await withFile(content, async (file) => {
      assert.deepEqual(await readPassword({ file }), utf8(password));
      const descriptor = openSync(file, 'r');
      try {
        assert.deepEqual(await readPassword({ descriptor }), utf8(password));
      } finally {
        closeSync(descriptor);
      }
    });
  }
});

// @rule file/no-empty-password
test('an empty or absent password is refused', async () => {
  for (const content of ['', '\n']) {
    await withFile(content, async (file) => {
      await rejectsCode('no-password-source', readPassword({ file }));
      const descriptor = openSync(file, 'r');
      try {
        await rejectsCode('no-password-source', readPassword({ descriptor }));
      } finally {
        closeSync(descriptor);
      }
    });
  }
  await rejectsCode('no-password-source', readPassword({ file: '/nowhere/password' }));
  await rejectsCode('no-password-source', readPassword({ environmentVariable: 'P' }, {}));
  await rejectsCode('no-password-source', readPassword({ environmentVariable: 'P' }, { P: '' }));
});

test('a variable is read as it is, and only the one that was named', async () => {
  assert.deepEqual(await readPassword({ environmentVariable: 'P' }, { P: 'pw\n' }), utf8('pw\n'));
  process.env['KEYWIRE_TEST_PASSWORD'] = 'from the process';
  try {
    const place = { environmentVariable: 'KEYWIRE_TEST_PASSWORD' };
    assert.deepEqual(await readPassword(place), utf8('from the process'));
  } finally {
    delete process.env['KEYWIRE_TEST_PASSWORD'];
  }
});

// @rule file/credential-name
test('a systemd credential is a plain name below its folder', async () => {
  await withFile('pw\n', async (_file, folder) => {
    const env = { CREDENTIALS_DIRECTORY: folder };
    assert.deepEqual(await readPassword({ credential: 'password' }, env), utf8('pw'));
    await rejectsCode('no-password-source', readPassword({ credential: 'other' }, env));
    for (const credential of ['', '.', '..', '../password', 'a/b', '/etc/passwd']) {
      await rejectsCode('no-password-source', readPassword({ credential }, env));
    }
    await rejectsCode('no-password-source', readPassword({ credential: 'password' }, {}));
    const empty = { CREDENTIALS_DIRECTORY: '' };
    await rejectsCode('no-password-source', readPassword({ credential: 'password' }, empty));
  });
});

test('an endless or unreadable source is refused', async () => {
  await withFile(new Uint8Array(MAX_PASSWORD_BYTES + 1).fill(0x61), async (file, folder) => {
    await rejectsCode('too-large', readPassword({ file }));
    await assert.rejects(readPassword({ file }), /^KeyringFileError: password: /u);
    // A folder, and a file that is a folder's name on the way: neither is a keyring file.
    for (const other of [folder, join(file, 'below')]) {
      await rejectsCode('read-failed', readPassword({ file: other }));
      await assert.rejects(readPassword({ file: other }), /^KeyringFileError: password: /u);
    }
    const descriptor = openSync(file, 'r');
    const unreadable = openSync(join(folder, 'out'), 'w');
    try {
      await rejectsCode('too-large', readPassword({ descriptor }));
      await rejectsCode('read-failed', readPassword({ descriptor: unreadable }));
    } finally {
      closeSync(descriptor);
      closeSync(unreadable);
    }
  });
});

test('the password owns its memory', async () => {
  await withFile('pw\n', async (file) => {
    assert.equal((await readPassword({ file })).buffer.byteLength, 2);
  });
});

test('of what was read the password alone is left, also where it is refused', async () => {
  await withFile('hunter2\n', async (file) => {
    assert.deepEqual(await wipedUntil(() => readPassword({ file })), ['hunter2\n']);
    const descriptor = openSync(file, 'r');
    try {
      // The pieces as they came, and all of them in one.
      const wiped = await wipedUntil(() => readPassword({ descriptor }));
      assert.deepEqual(wiped, ['hunter2\n', 'hunter2\n']);
    } finally {
      closeSync(descriptor);
    }
  });
  const long = 'x'.repeat(MAX_PASSWORD_BYTES + 1);
  await withFile(long, async (file) => {
    const descriptor = openSync(file, 'r');
    try {
      const refused = wipedUntil(() => rejectsCode('too-large', readPassword({ descriptor })));
      assert.equal((await refused).join(''), long);
    } finally {
      closeSync(descriptor);
    }
  });
});
