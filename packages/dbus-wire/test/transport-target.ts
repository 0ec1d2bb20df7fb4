import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { parseAddress } from '../src/address.ts';
import {
  MAX_SOCKET_PATH_BYTES,
  promisedGuid,
  type TransportTarget,
  transportTarget,
} from '../src/transport-target.ts';
import { throwsCode } from './support/expect-error.ts';

function targetOf(text: string): TransportTarget {
  const [entry] = parseAddress(text);
  assert.ok(entry);
  return transportTarget(entry);
}

test('targets: paths, abstract names and TCP', () => {
  assert.deepEqual(targetOf('unix:path=/tmp/x'), { kind: 'unix', path: '/tmp/x' });
  assert.deepEqual(targetOf('unix:abstract=/tmp/x'), { kind: 'unix', path: '\0/tmp/x' });
  assert.deepEqual(
    targetOf('tcp:host=::1,port=80,family=ipv6'.replaceAll(':', '%3a').replace('%3a', ':')),
    {
      kind: 'tcp',
      host: '::1',
      port: 80,
      family: 6,
    },
  );
  assert.deepEqual(targetOf('tcp:host=h,port=65535'), {
    kind: 'tcp',
    host: 'h',
    port: 65535,
    family: 0,
  });
});

// @rule address/path-length
test('targets: a socket path of 107 bytes is the longest', () => {
  const longest = `/${'a'.repeat(MAX_SOCKET_PATH_BYTES - 1)}`;
  assert.deepEqual(targetOf(`unix:path=${longest}`), { kind: 'unix', path: longest });
  throwsCode(() => targetOf(`unix:path=${longest}a`), 'path-too-long');
  // Bytes count, not characters.
  throwsCode(() => targetOf(`unix:path=/${'%c3%a9'.repeat(54)}`), 'path-too-long');
  throwsCode(() => targetOf(`unix:abstract=${longest}a`), 'path-too-long');
});

// @rule address/disabled
test('targets: disabled means no bus', () => {
  const error = throwsCode(() => targetOf('disabled:'), 'bus-disabled');
  assert.match(String(Reflect.get(error, 'advice')), /DBUS_SESSION_BUS_ADDRESS/);
});

// @rule address/transport-refused
// @rule address/listen-only
for (const text of [
  'unixexec:path=/bin/sh,argv1=-c',
  'nonce-tcp:host=h,port=1,noncefile=/x',
  'launchd:env=X',
  'autolaunch:',
  'systemd:',
  'quic:host=h',
  'constructor:a=b',
  'unix:dir=/tmp',
  'unix:tmpdir=/tmp',
  'unix:runtime=yes',
]) {
  test(`targets: refused by name: ${text}`, () => {
    const error = throwsCode(() => targetOf(text), 'transport-not-supported');
    assert.ok(error.message.includes(text.slice(0, text.indexOf(':'))));
  });
}

// @rule address/one-of-path-abstract
// @rule address/path-text
// @rule address/path-nul
// @rule address/tcp-host-port
// @rule address/tcp-family
for (const text of [
  'unix:guid=00',
  'unix:path=/a,abstract=b',
  'unix:path=/%ff',
  'unix:path=/a%00b',
  'tcp:port=1',
  'tcp:host=h',
  'tcp:host=h,port=0',
  'tcp:host=h,port=65536',
  'tcp:host=h,port=1a',
  'tcp:host=%ff,port=1',
  'tcp:host=a%00b,port=1',
  'tcp:host=h,port=1,family=ipx',
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
