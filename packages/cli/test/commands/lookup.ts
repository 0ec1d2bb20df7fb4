import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { FakeHost, runWords } from '../support/fake-host.ts';
import { MemoryKeyring } from '../support/memory-keyring.ts';

function keyringWith(secret: Uint8Array): MemoryKeyring {
  return new MemoryKeyring([{ label: 'L', attributes: new Map([['app', 'demo']]), secret }]);
}

const TEXT = new TextEncoder().encode('s3cret ü\n');

test('lookup: the bytes as they are', async () => {
  for (const secret of [TEXT, Uint8Array.of(0, 0xff, 0x0a, 0x80), new Uint8Array()]) {
    const keyring = keyringWith(secret);
    const piped = await runWords(['lookup', 'app', 'demo'], new FakeHost({ keyring }));
    assert.deepEqual([piped.code, piped.stdoutBytes, piped.stderr], [0, secret, '']);
  }
});

test('lookup: --base64 and --json', async () => {
  const host = (): FakeHost => new FakeHost({ keyring: keyringWith(TEXT) });
  const base64 = await runWords(['lookup', '--base64', 'app', 'demo'], host());
  assert.equal(base64.stdout, 'czNjcmV0IMO8Cg==\n');
  const json = await runWords(['lookup', '--json', 'app', 'demo'], host());
  assert.deepEqual(JSON.parse(json.stdout), { secret: 's3cret ü\n', contentType: 'text/plain' });
  const both = await runWords(['lookup', '--json', '--base64', 'app', 'demo'], host());
  assert.deepEqual(JSON.parse(both.stdout), {
    secretBase64: 'czNjcmV0IMO8Cg==',
    contentType: 'text/plain',
  });
});

test('lookup: --collection is passed on', async () => {
  const keyring = keyringWith(TEXT);
  await runWords(['lookup', '--collection=session', 'app', 'demo'], new FakeHost({ keyring }));
  assert.deepEqual(keyring.calls, ['lookup in session']);
});

test('lookup: absent exits 1, silently but for a person, in JSON too', async () => {
  for (const options of [[], ['--json'], ['--base64']]) {
    const words = ['lookup', ...options, 'app', 'other'];
    const { code, stdout, stderr } = await runWords(words, new FakeHost());
    assert.deepEqual([code, stdout, stderr], [1, '', '']);
  }
  const terminals = ['stderr'] as const;
  const shown = await runWords(['lookup', 'app', 'other'], new FakeHost({ terminals }));
  assert.deepEqual([shown.code, shown.stdout, shown.stderr === ''], [1, '', false]);
});

test('lookup: --json wipes what it has shown', async () => {
  const keyring = keyringWith(TEXT);
  await runWords(['lookup', '--json', 'app', 'demo'], new FakeHost({ keyring }));
  assert.deepEqual(keyring.given, [new Uint8Array(TEXT.length)]);
});
