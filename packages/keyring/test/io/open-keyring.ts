import assert from 'node:assert/strict';
import process from 'node:process';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  forgetRememberedBackend,
  listBackends,
  migrate,
  openBackend,
  openKeyring,
  rememberedBackends,
} from '../../src/io/open-keyring.ts';
import { failsWith } from '../support/failing.ts';

const NAMES = ['XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_STATE_HOME', 'KEYWIRE_BACKEND'] as const;
const NO_BUS = { address: 'unix:path=/nonexistent/keywire' };

/** The user's folders are a fresh one, and the variables are put back. */
async function atHome(body: (folder: string) => Promise<void>): Promise<void> {
  const before = NAMES.map((name) => process.env[name]);
  await inFolder(async (folder) => {
    try {
      for (const name of NAMES) process.env[name] = name.startsWith('XDG') ? folder : '';
      await body(folder);
    } finally {
      for (const [index, name] of NAMES.entries()) {
        const value = before[index];
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });
}

test('the running program’s environment and folders are used', async () => {
  await atHome(async (folder) => {
    process.env['KEYWIRE_BACKEND'] = 'plaintext';
    const keyring = await openKeyring({ policy: 'plaintext', app: 'Test' });
    await keyring.setPassword('s', 'u', 'p');
    const status = await keyring.status();
    assert.equal(status.choice.source, 'KEYWIRE_BACKEND');
    assert.ok(status.description.includes(folder));
    assert.equal((await openBackend({ policy: 'plaintext' })).backend.name, 'plaintext');
    const report = await migrate({ policy: 'plaintext', from: 'keywire', to: 'keytar' });
    assert.equal(report.copied, 1);
    const listed = await listBackends({ connect: NO_BUS });
    assert.equal(listed.find(({ name }) => name === 'plaintext')?.state, 'ready');
    await failsWith('policy-forbids', openKeyring());
  });
});

test('what a program remembers is listed, and forgotten on request', async () => {
  await atHome(async (folder) => {
    const options = { connect: NO_BUS, policy: 'plaintext', remember: true } as const;
    await openKeyring({ ...options, app: 'Test' });
    const [remembered] = await rememberedBackends();
    assert.equal(remembered?.backend, 'plaintext');
    assert.ok(remembered?.path.startsWith(folder));
    assert.equal(await forgetRememberedBackend('Test'), true);
    assert.equal(await forgetRememberedBackend('Test'), false);
    assert.deepEqual(await rememberedBackends(), []);
  });
});
