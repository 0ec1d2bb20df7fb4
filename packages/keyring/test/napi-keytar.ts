import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { memoryBackend } from '../src/index.ts';
import { AsyncEntry } from '../src/napi.ts';
import keytar, * as named from '../src/napi-keytar.ts';

test('napi/keytar: by name and by default', () => {
  const { default: byDefault, ...names } = named;
  assert.equal(byDefault, keytar);
  assert.deepEqual({ ...keytar }, names);
});

test('napi/keytar: stores, reads, finds and deletes what an Entry has', async () => {
  keytar.configure({ backend: memoryBackend() });
  assert.equal(await keytar.getPassword('service', 'ada'), null);
  assert.equal(await keytar.findPassword('service'), null);
  await keytar.setPassword('service', 'ada', 'hunter2');
  assert.equal(await new AsyncEntry('service', 'ada').getPassword(), 'hunter2');
  assert.equal(await keytar.findPassword('service'), 'hunter2');
  assert.deepEqual(await keytar.findCredentials('service'), [
    { account: 'ada', password: 'hunter2' },
  ]);
  assert.equal(await keytar.deletePassword('service', 'ada'), true);
  assert.equal(await keytar.deletePassword('service', 'ada'), false);
});
