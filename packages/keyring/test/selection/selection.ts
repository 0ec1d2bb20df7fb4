// @rule keyring/disabled-is-unavailable
// @rule keyring/policy-holds
import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { KeyringError, type KeyringErrorCode, memoryBackend } from '../../src/index.ts';
import {
  type Selection,
  type SelectionRequest,
  selectBackend,
} from '../../src/selection/selection.ts';
import type { Backend } from '../../src/types/backend.ts';
import { backendSettings } from '../support/backend-settings.ts';
import { failsWith } from '../support/failing.ts';

/** There is no bus at this address, so that the first by priority is never there. */
const NO_BUS = 'unix:path=/nonexistent/keywire';

function select(request: Partial<SelectionRequest>): Promise<Selection> {
  return selectBackend({
    backend: undefined,
    config: {},
    remembered: undefined,
    policy: 'keyring-only',
    tryOut: async () => {},
    ...request,
    settings: backendSettings({ connect: { address: NO_BUS }, ...request.settings }),
  });
}

test('the program’s choice comes first', async () => {
  const config = { backend: 'fail', backendSource: 'KEYWIRE_BACKEND' };
  const { backend, choice } = await select({ backend: 'memory', config });
  assert.equal(backend.name, 'memory');
  assert.deepEqual(choice, { by: 'option', policy: 'keyring-only', passedOver: [] });
  const own = memoryBackend({ name: 'mine' });
  assert.equal((await select({ backend: own })).backend, own);
  const chain = await select({ backend: ['memory', own] });
  assert.equal(chain.backend.name, 'chain(memory, mine)');
  await failsWith('unknown-backend', select({ backend: 'no such' }));
  await failsWith('unknown-backend', select({ backend: ['memory', 'no such'] }));
  await failsWith('invalid-argument', select({ backend: [] }));
  const half = { name: 'half', get: own.get } as unknown as Backend;
  await failsWith('invalid-argument', select({ backend: half }));
});

test('a chain that cannot be opened closes what was opened for it, and nothing of the program’s', async () => {
  const key = { service: 's', username: 'u' };
  const own = memoryBackend();
  const opened: Backend[] = [];
  const tryOut = async (backend: Backend): Promise<void> => void opened.push(backend);
  await failsWith('unknown-backend', select({ backend: ['memory', own, 'no such'], tryOut }));
  assert.equal(opened.length, 2);
  await failsWith('closed', () => opened[0]?.get(key));
  assert.equal(await own.get(key), undefined);
});

test('what fails its trial is closed, and one of the program’s own is tried as well', async () => {
  const tried: Backend[] = [];
  const tryOut = async (backend: Backend): Promise<void> => {
    tried.push(backend);
    throw new KeyringError('probe-failed', 'trial');
  };
  await failsWith('probe-failed', select({ backend: 'memory', tryOut }));
  const key = { service: 's', username: 'u' };
  await failsWith('closed', () => tried[0]?.get(key));
  const own = memoryBackend();
  await failsWith('probe-failed', select({ backend: own, tryOut }));
  assert.equal(tried[1], own);
  assert.equal(await own.get(key), undefined);
});

test('what is of no use gives way to the next; a refusal or a fault of what is in it does not', async () => {
  const under = (code: KeyringErrorCode): Promise<Selection> => {
    const tryOut = async (): Promise<never> => {
      throw new KeyringError(code, code, { advice: `about ${code}` });
    };
    return select({ policy: 'plaintext', tryOut });
  };
  for (const code of [
    'locked',
    'deadline',
    'probe-failed',
    'denied',
    'failed',
    'invalid-config',
    'no-session',
    'not-supported',
    'protocol',
  ] as const) {
    const { reasons, advice, message } = await failsWith('unavailable', under(code));
    assert.deepEqual(reasons.at(-1), {
      backend: 'plaintext',
      reason: code,
      advice: `about ${code}`,
    });
    assert.equal(advice, reasons[0]?.advice);
    assert.ok(message.endsWith(`; plaintext: ${code})`), message);
  }
  for (const code of [
    'dismissed',
    'wrong-password',
    'ambiguous',
    'aborted',
    'malformed',
  ] as const) {
    await failsWith(code, under(code));
  }
});

test('then the user’s, with its source; then what was remembered', async () => {
  const environment = { backend: 'memory', backendSource: 'KEYWIRE_BACKEND' };
  const byEnvironment = await select({ config: environment });
  assert.equal(byEnvironment.choice.by, 'environment');
  assert.equal(byEnvironment.choice.source, 'KEYWIRE_BACKEND');
  const file = { backend: 'memory', backendSource: '/home/user/.config/keywire/keyring.json' };
  assert.equal((await select({ config: file })).choice.by, 'config');
  const remembered = { backend: 'plaintext', path: '/r.json' };
  const byMemory = await select({ remembered, policy: 'plaintext' });
  assert.deepEqual(byMemory.choice, {
    by: 'remembered',
    source: '/r.json',
    policy: 'plaintext',
    passedOver: [],
  });
  const error = await failsWith('unknown-backend', select({ config: { ...file, backend: 'x' } }));
  assert.match(error.message, /^\/home\/user\/\.config/);
});

test('a backend that was switched off is unavailable, never absent', async () => {
  for (const name of ['null', 'fail']) {
    const config = { backend: name, backendSource: '/etc/keyring.json' };
    const error = await failsWith('unavailable', select({ config }));
    assert.match(error.message, /disabled by \/etc\/keyring\.json/);
    assert.notEqual(error.advice, '');
  }
  // A program that wants it so may have it.
  assert.equal((await select({ backend: 'null' })).backend.name, 'null');
});

test('nobody outside the program goes below its policy', async () => {
  const config = { backend: 'plaintext', backendSource: 'KEYWIRE_BACKEND' };
  for (const policy of ['keyring-only', 'encrypted-file'] as const) {
    const error = await failsWith('policy-forbids', select({ config, policy }));
    assert.match(error.message, /^KEYWIRE_BACKEND/);
  }
  // What an earlier policy let it take is not taken under a stricter one.
  const remembered = { backend: 'file', path: '/r.json' };
  await failsWith('policy-forbids', select({ remembered }));
});

test('none can serve: every reason is told, and nothing weaker was taken', async () => {
  const only = await failsWith('unavailable', select({}));
  assert.deepEqual(
    only.reasons.map(({ backend }) => backend),
    ['secret-service'],
  );
  assert.match(only.message, /nonexistent/);
  assert.ok(only.cause instanceof KeyringError);
  assert.notEqual(only.advice, '');
  const both = await failsWith('unavailable', select({ policy: 'encrypted-file' }));
  assert.deepEqual(
    both.reasons.map(({ backend }) => backend),
    ['secret-service', 'file'],
  );
  assert.ok(both.cause instanceof AggregateError);
  assert.equal(both.outcome, 'unavailable');
});

// @rule keyring/fall-back-only-when-unusable
test('a trial that fails passes a backend over; a user who says no is not gone around', async () => {
  for (const [code, expected] of [
    ['locked', 'unavailable'],
    ['no-prompter', 'unavailable'],
    ['denied', 'unavailable'],
    ['dismissed', 'dismissed'],
    ['aborted', 'aborted'],
    ['wrong-password', 'wrong-password'],
    ['tampered-file', 'tampered-file'],
  ] as const) {
    const tryOut = async (): Promise<void> => {
      throw new KeyringError(code, 'the trial');
    };
    await failsWith(expected, select({ policy: 'plaintext', tryOut }));
  }
  const broken = async (): Promise<void> => {
    throw new RangeError('a fault of ours');
  };
  await assert.rejects(select({ policy: 'plaintext', tryOut: broken }), RangeError);
  const tried: string[] = [];
  const request = {
    backend: memoryBackend(),
    tryOut: async (backend: Backend) => {
      tried.push(backend.name);
    },
  };
  await select(request);
  assert.deepEqual(tried, ['memory']);
});
