import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { parseAddress } from '../../src/transport/address.ts';
import { otherTarget } from '../../src/transport/other-target.ts';
import type { TransportTarget } from '../../src/transport/transport-target.ts';
import { throwsCode } from '../support/expect-error.ts';

function targetOf(text: string): TransportTarget {
  const [entry] = parseAddress(text);
  assert.ok(entry);
  return otherTarget(entry);
}

test('targets: TCP', () => {
  assert.deepEqual(targetOf('tcp:host=%3a%3a1,port=80,family=ipv6'), {
    kind: 'tcp',
    host: '::1',
    port: 80,
    family: 6,
  });
  assert.deepEqual(targetOf('tcp:host=h,port=65535,family=ipv4'), {
    kind: 'tcp',
    host: 'h',
    port: 65535,
    family: 4,
  });
  assert.deepEqual(targetOf('tcp:host=h,port=1'), { kind: 'tcp', host: 'h', port: 1, family: 0 });
});

// @rule address/disabled
test('targets: disabled means no bus', () => {
  const error = throwsCode(() => targetOf('disabled:'), 'bus-disabled');
  assert.match(String(Reflect.get(error, 'advice')), /DBUS_SESSION_BUS_ADDRESS/);
});

// @rule address/transport-refused
for (const text of [
  'unixexec:path=/bin/sh,argv1=-c',
  'nonce-tcp:host=h,port=1,noncefile=/x',
  'launchd:env=X',
  'autolaunch:',
  'systemd:',
  'quic:host=h',
  'constructor:a=b',
]) {
  test(`targets: refused by name: ${text}`, () => {
    const error = throwsCode(() => targetOf(text), 'transport-not-supported');
    const isKnown = !/^(?:quic|constructor)/.test(text);
    assert.ok(error.message.includes(` ${text.slice(0, text.indexOf(':'))} (`), error.message);
    assert.equal(error.message.endsWith('(this transport is not known)'), !isKnown);
  });
}

// @rule address/tcp-host-port
// @rule address/tcp-family
for (const text of [
  'tcp:port=1',
  'tcp:host=h',
  'tcp:host=h,port=0',
  'tcp:host=h,port=65536',
  'tcp:host=h,port=1a',
  'tcp:host=h,port=a1',
  'tcp:host=h,port=01',
  'tcp:host=%ff,port=1',
  'tcp:host=a%00b,port=1',
  'tcp:host=h,port=1,family=ipx',
]) {
  test(`targets: not an address of its transport: ${text}`, () => {
    throwsCode(() => targetOf(text), 'address-invalid');
  });
}
