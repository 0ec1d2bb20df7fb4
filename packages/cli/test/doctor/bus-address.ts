import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { socketPaths, sourceOf, usualPaths } from '../../src/doctor/bus-address.ts';

test('socketPaths: those of unix addresses, none of what cannot be read', () => {
  assert.deepEqual(socketPaths('unix:path=/a%20b,guid=00;tcp:host=x;unix:path=/c'), ['/a b', '/c']);
  assert.deepEqual(socketPaths('unix:abstract=x'), []);
  assert.deepEqual(socketPaths('bogus'), []);
});

test('usualPaths: the runtime folder, then the user’s', () => {
  assert.deepEqual(usualPaths('/r', 7), ['/r/bus', '/run/user/7/bus']);
  assert.deepEqual(usualPaths('relative', 7), ['/run/user/7/bus']);
  assert.deepEqual(usualPaths(undefined, undefined), []);
});

test('sourceOf: what named the address', () => {
  assert.equal(sourceOf('unix:path=/x', 'unix:path=/x', '/r'), 'DBUS_SESSION_BUS_ADDRESS');
  assert.equal(sourceOf('', 'unix:path=/r/bus', '/r'), 'XDG_RUNTIME_DIR/bus');
  assert.equal(sourceOf(undefined, 'unix:path=/run/user/7/bus', '/r'), '/run/user/UID/bus');
  assert.equal(sourceOf(undefined, undefined, '/r'), 'nowhere');
});
