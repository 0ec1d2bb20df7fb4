import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { toHex } from '../../../../test-fixtures/src/hex.ts';
import { chooseRandom, deviceRandom, systemRandom } from '../../src/io/random.ts';
import { runtimeRandom } from '../../src/io/runtime-crypto.ts';

// A fresh Node loads no crypto for its first key pair; this is the first test, and so a fresh one.
const FIRST = 'the device gives its bytes without the crypto of the runtime';
const isNode = process.versions['bun'] === undefined && process.versions['deno'] === undefined;
if (process.platform !== 'linux' || !isNode) test.skip(FIRST, 'read by Node on Linux only');
else {
  test(FIRST, () => {
    const { getBuiltinModule } = process;
    const asked: string[] = [];
    const watch = (id: string): unknown => {
      asked.push(id);
      return getBuiltinModule(id);
    };
    Object.assign(process, { getBuiltinModule: watch });
    try {
      systemRandom(32);
      assert.ok(asked.includes('node:fs') && !asked.includes('node:crypto'), `${asked}`);
    } finally {
      Object.assign(process, { getBuiltinModule });
    }
  });
}

test('every byte is random, the first and the last too', () => {
  const seen = new Uint8Array(32);
  for (let run = 0; run < 64; run += 1) {
    for (const [index, byte] of systemRandom(32).entries()) seen[index] = (seen[index] ?? 0) | byte;
  }
  // By chance a bit would stay 0 once in 2^64 runs.
  assert.deepEqual(seen, new Uint8Array(32).fill(255));
});

test('the system source gives fresh bytes of the length asked for', () => {
  for (const length of [0, 1, 32, 5000]) assert.equal(systemRandom(length).length, length);
  assert.notEqual(toHex(systemRandom(32)), toHex(systemRandom(32)));
});

test('the device is read by Node on Linux only', () => {
  assert.notEqual(chooseRandom('linux', { node: '20.19.0' }), runtimeRandom);
  assert.equal(chooseRandom('linux', { node: '22.0.0', bun: '1.0.0' }), runtimeRandom);
  assert.equal(chooseRandom('linux', { node: '22.0.0', deno: '2.0.0' }), runtimeRandom);
  assert.equal(chooseRandom('darwin', { node: '20.19.0' }), runtimeRandom);
  assert.equal(chooseRandom('linux', { node: '20.19.0' })(32).length, 32);
});

// @rule crypto/random-device
test('a missing device, a file or another device in its place gives way to the runtime', () => {
  const plainFile = fileURLToPath(import.meta.url);
  for (const path of ['/nonexistent/urandom', plainFile, '/dev/zero', '/dev/null']) {
    const first = deviceRandom(path, 32);
    assert.equal(first.length, 32);
    assert.notEqual(toHex(first), toHex(deviceRandom(path, 32)));
  }
});

test('no descriptor stays open', () => {
  const folder = '/proc/self/fd';
  if (process.platform !== 'linux') return;
  const before = readdirSync(folder).length;
  for (let run = 0; run < 20; run += 1) deviceRandom('/dev/urandom', 8);
  assert.equal(readdirSync(folder).length, before);
});
