import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { disablePythonKeyring, pythonConfig } from '../../../src/io/keyrings/python-keyring.ts';
import { CliError } from '../../../src/output/cli-error.ts';

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-'));
  const before = process.env['XDG_CONFIG_HOME'];
  process.env['XDG_CONFIG_HOME'] = folder;
  try {
    await use(folder);
  } finally {
    if (before === undefined) delete process.env['XDG_CONFIG_HOME'];
    else process.env['XDG_CONFIG_HOME'] = before;
    rmSync(folder, { recursive: true });
  }
}

test('disablePythonKeyring: writes the file of Python keyring, and never over one', async () => {
  await inFolder(async (folder) => {
    const file = path.join(folder, 'python_keyring/keyringrc.cfg');
    assert.deepEqual([pythonConfig().path, pythonConfig().isPresent], [file, false]);
    assert.equal(await disablePythonKeyring(), true);
    assert.equal(
      readFileSync(file, 'utf8'),
      '[backend]\ndefault-keyring=keyring.backends.null.Keyring',
    );
    assert.equal(pythonConfig().isPresent, true);
    assert.equal(await disablePythonKeyring(), false);
  });
});

test('disablePythonKeyring: a place that is no folder is named', async () => {
  await inFolder(async () => {
    process.env['XDG_CONFIG_HOME'] = '/dev/null';
    await assert.rejects(
      disablePythonKeyring(),
      (error) => error instanceof CliError && error.message.startsWith('/dev/null/python_keyring'),
    );
    // Below which nothing can be made.
    process.env['XDG_CONFIG_HOME'] = '/proc';
    await assert.rejects(
      disablePythonKeyring(),
      /^CliError: \/proc\/python_keyring.*, got E[A-Z]+$/u,
    );
  });
});

test('pythonConfig: a folder that is none is named, and nothing is written where nobody reads', async () => {
  await inFolder(async () => {
    const before = process.env['HOME'];
    try {
      process.env['XDG_CONFIG_HOME'] = 'relative';
      for (const home of ['relative', '']) {
        process.env['HOME'] = home;
        const unknown = { message: /^XDG_CONFIG_HOME: expected it or HOME to name a folder/u };
        assert.throws(pythonConfig, unknown);
        await assert.rejects(disablePythonKeyring(), unknown);
      }
      process.env['HOME'] = '/proc';
      assert.equal(pythonConfig().path, '/proc/.config/python_keyring/keyringrc.cfg');
    } finally {
      if (before === undefined) delete process.env['HOME'];
      else process.env['HOME'] = before;
    }
  });
});
