/** The keyring's own contract, on the backend that keeps things in memory. */
// @rule keyring/no-empty-names
// @rule keyring/name-length
// @rule keyring/representable-names
// @rule keyring/secret-size
// @rule keyring/probe-compares
import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { type Backend, memoryBackend } from '../../src/index.ts';
import { Keyring } from '../../src/keyring/keyring.ts';
import { contract } from '../support/contract.ts';
import { failsWith } from '../support/failing.ts';
import { viewOf } from '../support/view-of.ts';

let names = 0;

function keyringOn(backend: Backend, options: { app?: string; group?: string } = {}): Keyring {
  return new Keyring({
    backend,
    choice: { by: 'option', policy: 'keyring-only', passedOver: [] },
    app: options.app,
    group: options.group,
    interactive: false,
    randomName: () => {
      names += 1;
      return `name ${names}`;
    },
  });
}

contract('memory', async () => {
  const backend = memoryBackend();
  return {
    open: async (options) => keyringOn(viewOf(backend), options),
    [Symbol.asyncDispose]: async () => backend.close?.(),
  };
});

test('what the backend gives is wiped once it is a string', async () => {
  const given = new TextEncoder().encode('s3cret');
  const keyring = keyringOn({ ...viewOf(memoryBackend()), get: async () => given });
  assert.equal(await keyring.getPassword('service', 'user'), 's3cret');
  assert.deepEqual([...given], [0, 0, 0, 0, 0, 0]);
});

test('what is stored or found as text is wiped, and what is of another group is nobody’s', async () => {
  const inner = memoryBackend();
  const seen: Uint8Array[] = [];
  const backend: Backend = {
    ...viewOf(inner),
    set: (key, secret, options) => {
      seen.push(secret);
      return inner.set(key, secret, options);
    },
    search: async (filter, options) => {
      const found = await inner.search(filter, options);
      seen.push(...found.map(({ secret }) => secret));
      return found;
    },
  };
  const [plain, grouped] = [keyringOn(backend), keyringOn(backend, { group: 'g' })];
  await plain.setPassword('service', 'user', 'plain');
  await grouped.setPassword('service', 'user', 'grouped');
  const credential = { username: 'user', password: 'plain' };
  assert.deepEqual(await plain.findCredentials('service'), [credential]);
  assert.deepEqual(await plain.getCredential('service'), credential);
  const [found, ...more] = await grouped.findSecrets('service');
  assert.deepEqual([new TextDecoder().decode(found?.secret), more.length], ['grouped', 0]);
  assert.equal(seen.length, 7);
  const kept = seen.filter((bytes) => bytes.some((byte) => byte !== 0));
  assert.deepEqual(kept, [found?.secret]);
});

test('closed, it gives the backend back once, and answers nothing', async () => {
  let closed = 0;
  const close = async (): Promise<void> => {
    await new Promise(setImmediate);
    closed += 1;
  };
  const keyring = keyringOn({ ...viewOf(memoryBackend()), close });
  await keyring.close();
  await keyring[Symbol.asyncDispose]();
  assert.equal(closed, 1);
  await failsWith('closed', keyring.getPassword('s', 'u'));
  await failsWith('closed', () => keyring.events());
  {
    await using other = keyringOn({ ...viewOf(memoryBackend()), close });
    assert.equal(other.backend, 'memory');
  }
  assert.equal(closed, 2);
});

test('calls ask the user as the keyring does, unless they say otherwise', async () => {
  const asked: unknown[] = [];
  const backend: Backend = {
    ...viewOf(memoryBackend()),
    get: async (_key, options) => void asked.push(options?.interactive),
  };
  await keyringOn(backend).getPassword('s', 'u');
  await keyringOn(backend).getPassword('s', 'u', { interactive: true });
  // Some schemes keep one secret a service and name nobody.
  await keyringOn(backend).getPassword('s', '', { interactive: false });
  assert.deepEqual(asked, [false, true, false]);
});

test('the newest credential is read, whatever the others hold', async () => {
  let nowMs = 0;
  const backend = memoryBackend({ now: () => nowMs });
  const keyring = keyringOn(backend);
  await keyring.setSecret('service', 'bytes', Uint8Array.of(0xff));
  nowMs = 1000;
  await keyring.setPassword('service', 'text', 'x');
  assert.deepEqual(await keyring.getCredential('service'), { username: 'text', password: 'x' });
  nowMs = 2000;
  await keyring.setSecret('service', 'bytes', Uint8Array.of(0xff));
  await failsWith('not-text', keyring.getCredential('service'));
  assert.deepEqual(await keyring.findCredentials('service'), [{ username: 'text', password: 'x' }]);
});

test('a call that is aborted before it begins does not reach the backend', async () => {
  const backend = { ...viewOf(memoryBackend()), get: async () => assert.fail('asked') };
  const signal = AbortSignal.abort();
  await failsWith('aborted', keyringOn(backend).getPassword('service', 'user', { signal }));
});

test('what a foreign backend throws becomes an error with the cause', async () => {
  const broken = {
    ...viewOf(memoryBackend()),
    name: 'broken',
    get: async () => {
      throw new RangeError('inner');
    },
  };
  const error = await failsWith('backend-failed', keyringOn(broken).getPassword('s', 'u'));
  assert.ok(error.cause instanceof RangeError);
  const events = (): unknown => keyringOn(broken).events();
  await failsWith('not-supported', events);
});

test('what a foreign backend gives that is no secret is an error that says so, and no password', async () => {
  for (const given of [null, 'text', 5]) {
    const wrong = {
      ...viewOf(memoryBackend()),
      get: async () => given,
      search: async () => [{ service: 's', username: 'u', secret: given }],
    };
    // @ts-expect-error what a backend that nobody compiled may give
    const keyring = keyringOn(wrong);
    const kind = given === null ? 'null' : typeof given;
    for (const call of [
      keyring.getPassword('s', 'u'),
      keyring.getSecret('s', 'u'),
      keyring.findCredentials('s'),
      keyring.getCredential('s'),
    ]) {
      const { message } = await failsWith('backend-failed', call);
      assert.match(message, new RegExp(`expected bytes or undefined .* got ${kind}$`, 'u'));
    }
  }
});

test('whether the user may be asked is yes or no, in every call', async () => {
  const backend = { ...viewOf(memoryBackend()), get: async () => assert.fail('asked') };
  // @ts-expect-error what a caller without a compiler may pass
  const call = keyringOn(backend).getPassword('s', 'u', { interactive: 'no' });
  await failsWith('invalid-argument', call);
});

// @rule keyring/option-names
test('an option that there is not is refused in every call, before the backend is', async () => {
  const asked = async () => assert.fail('asked');
  const keyring = keyringOn({ ...viewOf(memoryBackend()), get: asked, set: asked });
  for (const call of [
    // @ts-expect-error what a caller without a compiler may pass
    keyring.setPassword('s', 'u', 'p', { lable: 'L' }),
    // @ts-expect-error what a caller without a compiler may pass
    keyring.getPassword('s', 'u', { label: 'L' }),
  ]) {
    const { message } = await failsWith('invalid-argument', call);
    assert.match(message, /^options: expected signal, interactive.* got "/u);
  }
});

test('a probe that comes back changed fails', async () => {
  const forgetful = { ...viewOf(memoryBackend()), get: async () => new Uint8Array([1]) };
  const error = await failsWith('probe-failed', keyringOn(forgetful).probe());
  assert.equal(error.outcome, 'unavailable');
});

test('events tell what changed, until the signal fires', async () => {
  const backend = memoryBackend();
  const keyring = keyringOn(backend);
  const controller = new AbortController();
  const events = keyring.events({ signal: controller.signal });
  const iterator = events[Symbol.asyncIterator]();
  const first = iterator.next();
  await keyring.setPassword('service', 'user', 'x');
  await keyring.setPassword('service', 'user', 'y');
  await keyring.deletePassword('service', 'user');
  const entry = { service: 'service', username: 'user' };
  assert.deepEqual((await first).value, { type: 'created', isOwn: true, entry });
  assert.deepEqual((await iterator.next()).value, { type: 'changed', isOwn: true, entry });
  assert.deepEqual((await iterator.next()).value, { type: 'deleted', isOwn: true, entry });
  controller.abort();
  assert.equal((await iterator.next()).done, true);
});
