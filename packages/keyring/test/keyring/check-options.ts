import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { memoryBackend } from '../../src/io/memory-backend.ts';
import { checkOpenOptions } from '../../src/keyring/check-options.ts';
import type { OpenKeyringOptions } from '../../src/types/options.ts';
import { failsWith } from '../support/failing.ts';

test('every option that there is passes, given as undefined too', () => {
  const all: Required<OpenKeyringOptions> = {
    app: 'App',
    group: 'g',
    backend: ['memory', memoryBackend()],
    scheme: 'keywire',
    policy: 'plaintext',
    interactive: false,
    several: 'refuse',
    allowForeignWrites: true,
    collection: 'login',
    connect: { address: 'a', bus: 'session', session: 'plain', timeouts: {}, trace: () => {} },
    file: { path: '/k', password: () => 'p', format: 'v1', context: '' },
    config: 'none',
    probe: true,
    remember: true,
    signal: new AbortController().signal,
  };
  checkOpenOptions(all);
  checkOpenOptions({});
  const names = Object.keys(all);
  checkOpenOptions(Object.fromEntries(names.map((name) => [name, undefined])));
  for (const password of ['p', Uint8Array.of(1)]) checkOpenOptions({ file: { password } });
});

test('what is wrong is named, and shown by kind alone', async () => {
  const file = { password: { secret: 's3cret' } };
  // @ts-expect-error what a caller without a compiler may pass
  const error = await failsWith('invalid-argument', () => checkOpenOptions({ file }));
  assert.match(
    error.message,
    /^file\.password: expected text, bytes or a function .* got object$/u,
  );
  await failsWith('too-large', () => checkOpenOptions({ collection: 'x'.repeat(65_537) }));
});
