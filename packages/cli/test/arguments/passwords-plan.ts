import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { passwordsPlan } from '../../src/arguments/passwords-plan.ts';
import type { Invocation } from '../../src/types/command.ts';
import { FakeHost } from '../support/fake-host.ts';

function given(values: Record<string, string>): Invocation {
  return {
    attributes: new Map(),
    command: [],
    words: [],
    flags: new Set(),
    values: new Map(Object.entries(values)),
    lists: new Map(),
  };
}

test('passwordsPlan: what was given, and nothing else', () => {
  assert.deepEqual(passwordsPlan(given({}), new FakeHost()), {
    schemes: undefined,
    backend: undefined,
    group: undefined,
    collection: undefined,
    config: 'keywire',
    filePassword: undefined,
  });
  const values = { scheme: 'keytar,bun', backend: 'memory', group: 'g', collection: 'c' };
  const { schemes, ...others } = passwordsPlan(given(values), new FakeHost());
  assert.deepEqual(schemes, ['keytar', 'bun']);
  assert.deepEqual(others, {
    backend: 'memory',
    group: 'g',
    collection: 'c',
    config: 'keywire',
    filePassword: undefined,
  });
  for (const name of ['scheme', 'backend', 'group']) {
    assert.throws(() => passwordsPlan(given({ [name]: '' }), new FakeHost()), /is empty$/u);
  }
});

test('passwordsPlan: the file is opened from where an option says, else by asking', async () => {
  const host = new FakeHost({ files: { '/pw': 'secret\n' }, typed: 'typed' });
  const fromFile = passwordsPlan(given({ 'password-file': '/pw' }), host).filePassword;
  assert.deepEqual(host.log, []);
  assert.equal(new TextDecoder().decode(await fromFile?.({ isNew: false })), 'secret');
  const asked = passwordsPlan(given({ backend: 'file' }), host).filePassword;
  assert.equal(new TextDecoder().decode(await asked?.({ isNew: false })), 'typed');
  // A slip in the password of a new file would lock it for good.
  assert.equal(new TextDecoder().decode(await asked?.({ isNew: true })), 'typed');
  assert.deepEqual(host.log, [
    'readFile /pw',
    'readHidden Password of the keyring file: ',
    'readHidden Password of the new keyring file: ',
    'readHidden Once more: ',
  ]);
});
