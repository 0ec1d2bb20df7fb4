// The contract that every backend keeps, on real keyrings and real files.
// Foreign peers: gnome-keyring, KWallet, KeePassXC.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createKeyringFile } from '@keywire/keyring-file';
import { test } from '../../../test-fixtures/src/harness.ts';
import { type OpenKeyringOptions, openKeyring } from '../src/index.ts';
import { type ContractBench, contractOnOne } from '../test/support/contract.ts';
import { onEach } from './support/keyrings.ts';

contractOnOne('the contract holds', (name, body) => {
  onEach(name, [], async ({ open }) => {
    await body({ open: (options) => open(options), [Symbol.asyncDispose]: async () => {} });
  });
});

// Deriving the key is what an open costs; the cheapest one allowed will do here.
const COST = { kdf: 'scrypt', logN: 14, r: 8, p: 1 } as const;

for (const format of ['hardened', 'v1'] as const) {
  const options = (folder: string): OpenKeyringOptions => ({
    backend: 'file',
    file: { path: path.join(folder, 'test.keyring'), password: 'pw', format },
  });
  onFiles(`file, ${format}`, options, async (folder) => {
    const file = path.join(folder, 'test.keyring');
    (await createKeyringFile(file, { password: 'pw', format, cost: COST })).close();
  });
}

onFiles(
  'plaintext',
  () => ({ backend: 'plaintext' }),
  async () => {},
);

/** A folder of its own for what the backend writes, by the variable that names it. */
function onFiles(
  title: string,
  options: (folder: string) => OpenKeyringOptions,
  prepare: (folder: string) => Promise<void>,
): void {
  contractOnOne(`${title}: the contract holds`, (name, body) => {
    test(name, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'kw-contract-'));
      const before = process.env['XDG_DATA_HOME'];
      process.env['XDG_DATA_HOME'] = folder;
      try {
        await prepare(folder);
        const open: ContractBench['open'] = (more) =>
          openKeyring({ config: 'none', ...options(folder), ...more });
        await body({ open, [Symbol.asyncDispose]: async () => {} });
      } finally {
        if (before === undefined) delete process.env['XDG_DATA_HOME'];
        else process.env['XDG_DATA_HOME'] = before;
        rmSync(folder, { recursive: true });
      }
    });
  });
}
