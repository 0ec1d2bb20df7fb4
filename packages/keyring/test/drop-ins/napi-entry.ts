import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  checkBytes,
  checkSignal,
  checkText,
  credentialsOf,
  entryKey,
  toNumbers,
} from '../../src/drop-ins/napi-entry.ts';

test('arguments: the codes of @napi-rs/keyring', () => {
  assert.equal(checkText('service', ''), '');
  assert.throws(() => checkText('service', 7), { name: 'Error', code: 'StringExpected' });
  assert.throws(() => checkText('service', undefined), { code: 'StringExpected' });
  assert.throws(() => checkBytes('text'), { code: 'InvalidArg' });
  assert.throws(() => checkSignal(5), { code: 'InvalidArg' });
  assert.equal(checkSignal(null), undefined);
  const { signal } = new AbortController();
  assert.equal(checkSignal(signal), signal);
});

test('entryKey: a target is the group', () => {
  assert.deepEqual(entryKey('service', 'ada', undefined), { service: 'service', username: 'ada' });
  assert.deepEqual(entryKey('service', 'ada', { linux: { store: 'secret-service' } }, 'work'), {
    service: 'service',
    username: 'ada',
    group: 'work',
  });
  assert.throws(() => entryKey('service', 'ada', null, ''), { code: 'invalid-argument' });
  assert.throws(() => entryKey('service', 'ada', null, 7), { code: 'StringExpected' });
});

test('entryKey: the kernel keyring is refused, and so is what is no store', () => {
  assert.throws(() => entryKey('service', 'ada', { linux: { store: 'keyutils' } }), {
    code: 'not-supported',
  });
  // @ts-expect-error
  assert.throws(() => entryKey('service', 'ada', { linux: { store: 'file' } }), {
    code: 'InvalidArg',
  });
});

test('credentialsOf, toNumbers: the forms of @napi-rs/keyring; the bytes are wiped', () => {
  const secret = new Uint8Array([0xff, 0x41]);
  assert.deepEqual(credentialsOf([{ service: 'service', username: 'ada', secret }]), [
    { account: 'ada', password: '\ufffdA' },
  ]);
  assert.deepEqual([...secret], [0, 0]);
  const other = new Uint8Array([1, 2]);
  assert.deepEqual(toNumbers(other), [1, 2]);
  assert.deepEqual([...other], [0, 0]);
  assert.equal(toNumbers(undefined), null);
});
