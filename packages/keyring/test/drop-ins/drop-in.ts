import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { DropIn } from '../../src/drop-ins/drop-in.ts';
import { KeyringError, keyringError } from '../../src/errors.ts';
import { memoryBackend } from '../../src/index.ts';
import type { Place } from '../../src/types/place.ts';
import { failsWith } from '../support/failing.ts';

const locked = new KeyringError('locked', 'locked');

function dropIn(opened: Place[] = []): DropIn {
  return new DropIn({
    openAt: async (place) => {
      opened.push(place);
      return memoryBackend();
    },
    currentPlace: (interactive = false) => ({ busAddress: 'unix:path=/here', interactive }),
  });
}

test('DropIn: opens the keyring of the place it is at, once', async () => {
  const opened: Place[] = [];
  const subject = dropIn(opened);
  const names = [
    await subject.use(async ({ name }) => name),
    await subject.use(async ({ name }) => name),
  ];
  assert.deepEqual(names, ['memory', 'memory']);
  assert.deepEqual(opened, [{ busAddress: 'unix:path=/here', interactive: false }]);
});

test('DropIn: a backend of the program stands in for it', async () => {
  const opened: Place[] = [];
  const subject = dropIn(opened);
  const backend = memoryBackend();
  subject.configure({ backend, interactive: true });
  await subject.use(async (used, how) => {
    assert.equal(used, backend);
    assert.equal(how.interactive, true);
  });
  assert.deepEqual(opened, []);
});

test('DropIn: an abort ends the waiting for a keyring that is being opened', async () => {
  const never = new DropIn({
    openAt: () => new Promise(() => {}),
    currentPlace: () => ({ busAddress: undefined, interactive: false }),
  });
  const controller = new AbortController();
  const using = never.use(async () => assert.fail('nothing was opened'), controller.signal);
  controller.abort();
  await failsWith('aborted', using);
});

// @rule keyring/drop-in-lock-rejects
test('DropIn: a lock rejects, or counts as nothing when that is asked for', async () => {
  const subject = dropIn();
  const fail = (error: Error) => (): Promise<string | null> => Promise.reject(error);
  const dismissed = new KeyringError('dismissed', 'dismissed');
  const unavailable = keyringError('unavailable', 'keyring');
  await assert.rejects(subject.read(null, fail(locked)), { code: 'locked' });
  subject.configure({ locked: 'null' });
  assert.equal(await subject.read(null, fail(locked)), null);
  assert.equal(await subject.read(null, fail(dismissed)), null);
  await assert.rejects(subject.read(null, fail(unavailable)), { code: 'unavailable' });
  await assert.rejects(subject.use(fail(locked)), { code: 'locked' });
  subject.configure({});
  await assert.rejects(subject.read(null, fail(locked)), { code: 'locked' });
});

test('DropIn: what a backend of the program throws is an error of ours, with its own as the cause', async () => {
  const subject = dropIn();
  const own = new Error('of the program');
  const failing = subject.use(() => Promise.reject(own));
  await assert.rejects(failing, { name: 'KeyringError', code: 'backend-failed', cause: own });
});

test('DropIn: an option that is none is refused', () => {
  // @ts-expect-error
  assert.throws(() => dropIn().configure({ locked: 'maybe' }), { code: 'invalid-argument' });
  // @ts-expect-error
  assert.throws(() => dropIn().configure({ interactive: 'no' }), { code: 'invalid-argument' });
  // @ts-expect-error a store for tests, passed over, would leave the user's own in use
  assert.throws(() => dropIn().configure({ backends: memoryBackend() }), {
    code: 'invalid-argument',
  });
  // @ts-expect-error
  assert.throws(() => dropIn().configure({ backend: 'memory' }), { code: 'invalid-argument' });
  // @ts-expect-error
  assert.throws(() => dropIn().configure(undefined), { code: 'invalid-argument' });
});
