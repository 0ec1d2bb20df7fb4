// @rule keyring/migration-read-only-source
import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { memoryBackend } from '../../src/io/memory-backend.ts';
import type { MigrationReport } from '../../src/keyring/migrate.ts';
import { type MigrateOptions, migrateSchemesOn } from '../../src/keyring/migrate-schemes.ts';
import { openKeyringOn } from '../../src/keyring/open-keyring.ts';
import { failsWith } from '../support/failing.ts';
import { type MemoryHost, memoryHost } from '../support/memory-host.ts';

/** The plaintext backend on a host in memory: one store for all who open it. */
const BASE = { backend: 'plaintext', config: 'none' } as const;

const noFile = (): never => {
  throw new Error('no password is needed here');
};

function moving(host: MemoryHost, options: Partial<MigrateOptions> = {}): Promise<MigrationReport> {
  return migrateSchemesOn(host, { ...BASE, from: 'keytar', to: 'keywire', ...options }, noFile);
}

async function passwordIn(host: MemoryHost, scheme: string): Promise<string | undefined> {
  const keyring = await openKeyringOn(host, { ...BASE, scheme }, noFile);
  return keyring.getPassword('service', 'user');
}

async function setIn(host: MemoryHost, scheme: string, password: string): Promise<void> {
  const keyring = await openKeyringOn(host, { ...BASE, scheme }, noFile);
  await keyring.setPassword('service', 'user', password);
}

test('entries move from one scheme to another on one store', async () => {
  const host = memoryHost();
  await setIn(host, 'keytar', 'x');
  assert.equal(await passwordIn(host, 'keywire'), undefined);
  assert.equal((await moving(host, { deleteSource: true })).deleted, 1);
  assert.equal(await passwordIn(host, 'keywire'), 'x');
  assert.equal(await passwordIn(host, 'keytar'), undefined);
});

test('an item that both schemes know stays: it is where it should be', async () => {
  const host = memoryHost();
  await setIn(host, 'python-keyring', 'x');
  const report = await moving(host, { from: 'python-keyring', deleteSource: true });
  assert.equal(report.total, 0);
  assert.equal(await passwordIn(host, 'keywire'), 'x');
  assert.equal(await passwordIn(host, 'python-keyring'), 'x');
});

test('what cannot be is refused before anything is copied', async () => {
  const host = memoryHost();
  await setIn(host, 'keytar', 'x');
  await failsWith('unknown-scheme', moving(host, { from: 'no such' }));
  await failsWith('unknown-scheme', moving(host, { to: 'no such' }));
  await failsWith('invalid-argument', moving(host, { to: 'keytar' }));
  const chromium = { from: 'chromium', deleteSource: true };
  await failsWith('scheme-read-only', moving(host, chromium));
  await failsWith(
    'scheme-read-only',
    moving(host, { to: 'chromium' }).then(() => undefined),
  );
  assert.equal(await passwordIn(host, 'keytar'), 'x');
});

// @rule keyring/migration-needs-two
test('a backend of the program’s own is refused: it would be source and target in one', async () => {
  const host = memoryHost();
  const own = memoryBackend();
  await own.set({ service: 's', username: 'u' }, Uint8Array.of(1));
  for (const backend of [own, ['plaintext', own], null, 5]) {
    const options = { backend, deleteSource: true } as Partial<MigrateOptions>;
    await failsWith('invalid-argument', moving(host, options));
  }
  assert.deepEqual([...((await own.get({ service: 's', username: 'u' })) ?? [])], [1]);
  assert.equal((await moving(host, { backend: ['plaintext', 'memory'] })).total, 0);
});

test('options that are none, or none here, are refused before anything is copied', async () => {
  const host = memoryHost();
  await setIn(host, 'keytar', 'x');
  for (const wrong of [{ dryrun: true }, { backends: 'plaintext' }, { filter: { name: 'user' } }]) {
    await failsWith('invalid-argument', moving(host, wrong as Partial<MigrateOptions>));
  }
  await failsWith('scheme-has-no-group', moving(host, { group: 'g' }));
  assert.equal(await passwordIn(host, 'keywire'), undefined);
});

test('a group moves, and nothing else does', async () => {
  const host = memoryHost();
  const grouped = { from: 'passwd-keyring-secret', to: 'keywire', deleteSource: true } as const;
  for (const group of ['mine', 'other']) {
    const scheme = grouped.from;
    const keyring = await openKeyringOn(host, { ...BASE, scheme, group }, noFile);
    await keyring.setPassword('service', 'user', group);
  }
  assert.equal((await moving(host, { ...grouped, group: 'mine' })).deleted, 1);
  const read = async (group: string): Promise<string | undefined> => {
    const keyring = await openKeyringOn(host, { ...BASE, group }, noFile);
    return keyring.getPassword('service', 'user');
  };
  assert.deepEqual([await read('mine'), await read('other')], ['mine', undefined]);
});

test('a target that may not be written is told, also when there is nothing to move yet', async () => {
  for (const dryRun of [false, true]) {
    await failsWith('scheme-read-only', () => moving(memoryHost(), { to: 'chromium', dryRun }));
    await failsWith('scheme-opt-in', () => moving(memoryHost(), { to: 'azure-cli', dryRun }));
  }
  const options = { to: 'azure-cli', allowForeignWrites: true } as const;
  assert.equal((await moving(memoryHost(), options)).total, 0);
});
