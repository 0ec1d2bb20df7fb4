import assert from 'node:assert/strict';
import { leaseService } from '@keywire/secret-service';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { memoryBackend } from '../../src/io/memory-backend.ts';
import { listBackendsOn } from '../../src/keyring/list-backends.ts';
import { openBackendOn, openKeyringOn, settingsOf } from '../../src/keyring/open-keyring.ts';
import { rememberedPath } from '../../src/selection/remembered.ts';
import type { Backend } from '../../src/types/backend.ts';
import { failsWith } from '../support/failing.ts';
import { memoryHost } from '../support/memory-host.ts';
import { startTestKeyring } from '../support/provider.ts';

const noFile = (): never => {
  throw new Error('no password is needed here');
};
const NO_BUS = { address: 'unix:path=/nonexistent/keywire' };

test('bad options are refused when the keyring is opened', async () => {
  const host = memoryHost();
  const open = (options: object): Promise<unknown> =>
    openKeyringOn(host, { backend: 'memory', ...options }, noFile);
  await failsWith('invalid-argument', open({ app: '' }));
  await failsWith('invalid-argument', open({ app: 'a\0' }));
  await failsWith('invalid-argument', open({ group: '' }));
  for (const name of ['interactive', 'allowForeignWrites', 'probe', 'remember']) {
    await failsWith('invalid-argument', open({ [name]: 'no' }));
  }
  for (const name of ['policy', 'config', 'several']) {
    const error = await failsWith('invalid-argument', open({ [name]: 'anything' }));
    assert.match(error.message, new RegExp(`^${name}: expected one of `, 'u'));
    await failsWith('invalid-argument', listBackendsOn(host, { [name]: 'anything' }, noFile));
  }
  for (const [name, wrong] of [
    ['options', { backends: 'memory' }],
    ['options', { formt: 'v1' }],
    ['collection', { collection: '' }],
    ['connect', { connect: { adress: 'unix:path=/x' } }],
    ['connect', { connect: 'unix:path=/x' }],
    ['file', { file: '/k' }],
    ['file', { file: { contxt: 'mine' } }],
    ['file.path', { file: { path: '' } }],
    ['file.path', { file: { path: 5 } }],
    ['file.context', { file: { context: 5 } }],
    ['file.format', { file: { format: 'hardend' } }],
    ['file.password', { file: { password: 5 } }],
    ['file.password', { file: { password: null } }],
  ] as const) {
    const error = await failsWith('invalid-argument', open(wrong));
    assert.ok(error.message.startsWith(`${name}: expected `), error.message);
    await failsWith('invalid-argument', listBackendsOn(host, wrong as object, noFile));
  }
  await failsWith('unknown-scheme', open({ scheme: 'no such' }));
  await failsWith('scheme-has-no-group', open({ scheme: 'keytar', group: 'g' }));
  await failsWith('unknown-backend', open({ backend: 'no such' }));
  await failsWith('too-large', open({ app: 'x'.repeat(65_537) }));
  const python = { config: 'python-keyring', group: 'g' };
  await failsWith('scheme-has-no-group', open(python));
  await failsWith('aborted', open({ signal: AbortSignal.abort() }));
  host.files.set('/home/user/.config/keywire/keyring.json', '{');
  await failsWith('invalid-config', open({}));
  await open({ config: 'none' });
});

test('what was chosen and why is told', async () => {
  const host = memoryHost({ env: { KEYWIRE_BACKEND: 'memory' } });
  const keyring = await openKeyringOn(host, {}, noFile);
  assert.equal(keyring.backend, 'memory');
  assert.deepEqual(keyring.choice, {
    by: 'environment',
    source: 'KEYWIRE_BACKEND',
    policy: 'keyring-only',
    passedOver: [],
  });
  assert.equal((await keyring.status()).choice.by, 'environment');
});

test('a fall-back is taken only as far as the policy goes, and reported', async () => {
  const host = memoryHost();
  const options = { config: 'none', connect: NO_BUS } as const;
  await failsWith('unavailable', openKeyringOn(host, options, noFile));
  await failsWith(
    'unavailable',
    openKeyringOn(host, { ...options, policy: 'encrypted-file' }, noFile),
  );
  assert.equal(host.files.size, 0);
  const keyring = await openKeyringOn(host, { ...options, policy: 'plaintext' }, noFile);
  assert.equal(keyring.backend, 'plaintext');
  assert.deepEqual(
    keyring.choice.passedOver.map(({ backend }) => backend),
    ['secret-service', 'file'],
  );
  await keyring.setPassword('s', 'u', 'p');
  assert.ok(host.files.has('/home/user/.local/share/keywire/plaintext.json'));
});

test('a choice is remembered on request, and kept to', async () => {
  const host = memoryHost();
  const options = { config: 'none', connect: NO_BUS, policy: 'plaintext', app: 'App' } as const;
  await openKeyringOn(host, options, noFile);
  assert.equal(host.files.size, 0);
  const first = await openKeyringOn(host, { ...options, remember: true }, noFile);
  assert.equal(first.choice.by, 'priority');
  const second = await openKeyringOn(host, { ...options, remember: true }, noFile);
  assert.equal(second.choice.by, 'remembered');
  assert.equal(second.choice.source, rememberedPath(host, 'App'));
  // Who does not ask for it is bound by nothing.
  assert.equal((await openKeyringOn(host, options, noFile)).choice.by, 'priority');
  // Remembered or not, it stays as strong as the program wants it.
  const strict = { ...options, remember: true, policy: 'keyring-only' } as const;
  await failsWith('policy-forbids', openKeyringOn(host, strict, noFile));
});

test('what cannot be remembered leaves no keyring open', async () => {
  const host = memoryHost();
  await using daemon = await startTestKeyring();
  const { address } = daemon;
  const writeFile = (): Promise<never> => Promise.reject(new Error('the disk is full'));
  const options = { config: 'none', connect: { address }, remember: true } as const;
  // Everybody shares one connection as long as somebody uses it.
  const before = leaseService({ address }, undefined);
  const opening = openKeyringOn({ ...host, writeFile }, options, noFile);
  await assert.rejects(opening, { message: 'the disk is full' });
  await before.release();
  const after = leaseService({ address }, undefined);
  assert.notEqual(after.service, before.service);
  await after.release();
});

test('a probe is made before the keyring is handed out', async () => {
  const host = memoryHost();
  const inner = memoryBackend();
  let closed = 0;
  const backend: Backend = {
    name: 'broken',
    get: async () => undefined,
    set: (key, secret, options) => inner.set(key, secret, options),
    delete: (key, options) => inner.delete(key, options),
    search: (filter, options) => inner.search(filter, options),
    status: (options) => inner.status(options),
    close: async () => {
      closed += 1;
    },
  };
  await openKeyringOn(host, { config: 'none', backend }, noFile);
  await failsWith(
    'probe-failed',
    openKeyringOn(host, { config: 'none', backend, probe: true }, noFile),
  );
  // A backend of the program's own is the program's to close.
  assert.equal(closed, 0);
});

test('settings: the program’s word, then the user’s, then the default', () => {
  const host = memoryHost({ env: { DISPLAY: ':0' } });
  const config = { collection: 'work', file: { path: '/k', passwordFile: '/p' } };
  const source = (path: string) => () => path;
  const byUser = settingsOf(host, {}, config, source);
  assert.equal(byUser.collection, 'work');
  assert.equal(byUser.file.path, '/k');
  assert.equal(typeof byUser.file.password, 'function');
  assert.equal(byUser.interactive, true);
  const own = { collection: 'own', file: { path: '/o', password: 'x' }, interactive: false };
  const byProgram = settingsOf(host, own, config, source);
  assert.equal(byProgram.collection, 'own');
  assert.deepEqual(byProgram.file, { path: '/o', password: 'x' });
  assert.equal(byProgram.interactive, false);
  for (const [init, expected] of [
    [{}, false],
    [{ env: { DISPLAY: '' } }, false],
    [{ env: { WAYLAND_DISPLAY: 'wayland-0' } }, true],
    [{ hasTerminal: true }, true],
  ] as const) {
    assert.equal(settingsOf(memoryHost(init), {}, {}, source).interactive, expected);
  }
});

test('openBackend gives the backend itself', async () => {
  const { backend, choice } = await openBackendOn(memoryHost(), { backend: 'memory' }, noFile);
  assert.equal(backend.name, 'memory');
  assert.equal(choice.by, 'option');
});
