import assert from 'node:assert/strict';
import { isKeyringError } from '@keywire/keyring';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { openPasswords } from '../../../src/io/keyrings/open-passwords.ts';

const OPTIONS = { noPrompt: true, plain: false, config: 'keywire' } as const;
const { signal } = new AbortController();
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

test('openPasswords: sets, gets, finds and deletes', async () => {
  const passwords = await openPasswords({ ...OPTIONS, backend: 'memory' }, signal);
  try {
    assert.equal(await passwords.get('s', 'u'), undefined);
    assert.equal(await passwords.find('s'), undefined);
    await passwords.set('s', 'u', Uint8Array.of(0xff, 0));
    assert.deepEqual([...((await passwords.get('s', 'u')) ?? [])], [0xff, 0]);
    await passwords.set('s', 'u', encode('p'));
    const found = await passwords.find('s');
    assert.deepEqual([found?.username, [...(found?.secret ?? [])]], ['u', [0x70]]);
    assert.equal(await passwords.delete('s', 'u'), true);
    assert.equal(await passwords.delete('s', 'u'), false);
  } finally {
    await passwords.close();
  }
});

test('openPasswords: what was chosen wrong rejects at once', async () => {
  await assert.rejects(openPasswords({ ...OPTIONS, backend: 'none' }, signal), (error) =>
    isKeyringError(error, 'unknown-backend'),
  );
  const grouped = { ...OPTIONS, backend: 'memory', schemes: ['keytar'], group: 'g' };
  await assert.rejects(openPasswords(grouped, signal), (error) =>
    isKeyringError(error, 'scheme-has-no-group'),
  );
});
