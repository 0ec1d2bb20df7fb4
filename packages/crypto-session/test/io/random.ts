import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { toHex } from '../../../../test-fixtures/src/hex.ts';
import { chooseRandom, deviceRandom, systemRandom } from '../../src/io/random.ts';
import { runtimeRandom } from '../../src/io/runtime-crypto.ts';

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
