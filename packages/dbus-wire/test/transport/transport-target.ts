import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { parseAddress } from '../../src/transport/address.ts';
import {
  MAX_SOCKET_PATH_BYTES,
  promisedGuid,
  type TransportTarget,
  unixTarget,
} from '../../src/transport/transport-target.ts';
import { throwsCode } from '../support/expect-error.ts';

function targetOf(text: string): TransportTarget {
  const [entry] = parseAddress(text);
  assert.ok(entry);
  return unixTarget(entry);
}

test('targets: paths and abstract names', () => {
  assert.deepEqual(targetOf('unix:path=/tmp/x'), { kind: 'unix', path: '/tmp/x' });
  assert.deepEqual(targetOf('unix:abstract=/tmp/x'), { kind: 'unix', path: '\0/tmp/x' });
});

// @rule address/path-length
test('targets: a socket path of 107 bytes is the longest', () => {
  assert.equal(MAX_SOCKET_PATH_BYTES, 107);
  const longest = `/${'a'.repeat(MAX_SOCKET_PATH_BYTES - 1)}`;
  assert.deepEqual(targetOf(`unix:path=${longest}`), { kind: 'unix', path: longest });
  throwsCode(() => targetOf(`unix:path=${longest}a`), 'path-too-long');
  // Bytes count, not characters.
  throwsCode(() => targetOf(`unix:path=/${'%c3%a9'.repeat(54)}`), 'path-too-long');
  throwsCode(() => targetOf(`unix:abstract=${longest}a`), 'path-too-long');
});

// @rule address/listen-only
for (const text of ['unix:dir=/tmp', 'unix:tmpdir=/tmp', 'unix:runtime=yes']) {
  test(`targets: refused by name: ${text}`, () => {
    const error = throwsCode(() => targetOf(text), 'transport-not-supported');
    assert.ok(error.message.includes(text.slice(0, text.indexOf(':'))));
  });
}

// @rule address/one-of-path-abstract
// @rule address/path-text
// @rule address/path-nul
for (const text of [
  'unix:guid=00',
  'unix:path=/a,abstract=b',
  'unix:path=/%ff',
  'unix:path=/a%00b',
]) {
  test(`targets: not an address of its transport: ${text}`, () => {
    throwsCode(() => targetOf(text), 'address-invalid');
  });
}

test('targets: the server id an address promises, in lower case', () => {
  const guid = (text: string) => parseAddress(text).map(promisedGuid);
  assert.deepEqual(guid('unix:path=/a,guid=ABC'), ['abc']);
  assert.deepEqual(guid('unix:path=/a'), [undefined]);
});
