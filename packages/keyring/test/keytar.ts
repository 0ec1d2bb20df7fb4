import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { KeyringError } from '../src/errors.ts';
import { type Backend, memoryBackend } from '../src/index.ts';
import keytar, * as named from '../src/keytar.ts';
import { areWiped, watchedBackend } from './support/watched-backend.ts';

test('keytar: its functions, by name and by default', () => {
  const { default: byDefault, ...functions } = named;
  assert.equal(byDefault, keytar);
  assert.deepEqual({ ...keytar }, { ...functions });
  assert.deepEqual(Object.keys(functions).sort(), [
    'configure',
    'deletePassword',
    'findCredentials',
    'findPassword',
    'getPassword',
    'setPassword',
  ]);
});

test('keytar: stores, finds and deletes as keytar does', async () => {
  keytar.configure({ backend: memoryBackend() });
  assert.equal(await keytar.getPassword('service', 'ada'), null);
  assert.equal(await keytar.findPassword('service'), null);
  assert.deepEqual(await keytar.findCredentials('service'), []);
  assert.equal(await keytar.deletePassword('service', 'ada'), false);
  assert.equal(await keytar.setPassword('service', 'ada', 'hunter2'), undefined);
  assert.equal(await keytar.getPassword('service', 'ada'), 'hunter2');
  assert.equal(await keytar.findPassword('service'), 'hunter2');
  assert.deepEqual(await keytar.findCredentials('service'), [
    { account: 'ada', password: 'hunter2' },
  ]);
  assert.equal(await keytar.deletePassword('service', 'ada'), true);
  assert.equal(await keytar.getPassword('service', 'ada'), null);
});

test('keytar: what is missing or no string is thrown at once', () => {
  const missing = (name: string): object => ({ name: 'Error', message: `${name} is required.` });
  assert.throws(() => keytar.getPassword('', 'ada'), missing('Service'));
  assert.throws(() => keytar.getPassword('service', ''), missing('Account'));
  assert.throws(() => keytar.setPassword('service', 'ada', ''), missing('Password'));
  assert.throws(() => keytar.findPassword(''), missing('Service'));
  // @ts-expect-error
  assert.throws(() => keytar.findCredentials(), missing('Service'));
  // @ts-expect-error
  assert.throws(() => keytar.setPassword(7, 'ada', ''), missing('Password'));
  // @ts-expect-error
  assert.throws(() => keytar.deletePassword(7, 'ada'), { name: 'TypeError' });
  // @ts-expect-error
  assert.throws(() => keytar.setPassword('service', 'ada', {}), { name: 'TypeError' });
});

test('keytar: a list, or an object with a length of none, is as missing as an empty string', () => {
  for (const empty of [[], { length: 0 }]) {
    const missing = { name: 'Error', message: 'Account is required.' };
    // @ts-expect-error
    assert.throws(() => keytar.getPassword('service', empty), missing);
    // @ts-expect-error
    assert.throws(() => keytar.deletePassword('service', empty), missing);
  }
  // @ts-expect-error
  assert.throws(() => keytar.getPassword('service', ['ada']), { name: 'TypeError' });
  // @ts-expect-error
  assert.throws(() => keytar.getPassword('service', { length: 3 }), { name: 'TypeError' });
});

test('keytar: bytes that are no text are no password, and hide no other', async () => {
  const backend = memoryBackend();
  keytar.configure({ backend });
  await backend.set({ service: 'service', username: 'binary' }, new Uint8Array([0xff, 0xfe]));
  await backend.set({ service: 'service', username: 'ada' }, new TextEncoder().encode('hunter2'));
  assert.deepEqual(await keytar.findCredentials('service'), [
    { account: 'ada', password: 'hunter2' },
  ]);
  await assert.rejects(keytar.getPassword('service', 'binary'), { code: 'not-text' });
});

test('keytar: a lock rejects; null only when asked for, and never for a store', async () => {
  const fail = (): Promise<never> => Promise.reject(new KeyringError('locked', 'locked'));
  const backend: Backend = {
    ...{ name: 'locked', get: fail, set: fail, delete: fail, search: fail, status: fail },
  };
  keytar.configure({ backend });
  await assert.rejects(keytar.getPassword('service', 'ada'), { code: 'locked' });
  await assert.rejects(keytar.findCredentials('service'), { code: 'locked' });
  keytar.configure({ backend, locked: 'null' });
  assert.equal(await keytar.getPassword('service', 'ada'), null);
  assert.equal(await keytar.findPassword('service'), null);
  assert.deepEqual(await keytar.findCredentials('service'), []);
  assert.equal(await keytar.deletePassword('service', 'ada'), false);
  await assert.rejects(keytar.setPassword('service', 'ada', 'x'), { code: 'locked' });
});

test('keytar: bytes live as long as they are needed, and are wiped then', async () => {
  const { backend, given, taken, stored } = watchedBackend();
  keytar.configure({ backend });
  await keytar.setPassword('service', 'ada', 'other');
  assert.deepEqual(stored, ['other']);
  assert.ok(areWiped(taken, 1));
  assert.equal(await keytar.getPassword('service', 'ada'), 'hunter2');
  assert.equal(await keytar.findPassword('service'), 'hunter2');
  assert.equal((await keytar.findCredentials('service')).length, 1);
  assert.ok(areWiped(given, 3));
  const binary = watchedBackend('\0');
  binary.backend.get = async () => {
    const bytes = Uint8Array.of(0xff, 0xfe);
    binary.given.push(bytes);
    return bytes;
  };
  keytar.configure({ backend: binary.backend });
  await assert.rejects(keytar.getPassword('service', 'ada'), { code: 'not-text' });
  assert.ok(areWiped(binary.given, 1));
});
