import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {
  asOtherUser,
  noEffectiveUser,
  OTHER_USER,
} from '../../../../test-fixtures/src/effective-user.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isConnectionError } from '../../src/connection-error.ts';
import { type DiscoveryWorld, findBusAddress, processWorld } from '../../src/io/bus-discovery.ts';
import { throwsCode } from '../support/expect-error.ts';

function world(
  environment: DiscoveryWorld['environment'],
  sockets: Readonly<Record<string, number>> = {},
): DiscoveryWorld {
  return { environment, uid: 1000, isPrivileged: false, socketOwner: (file) => sockets[file] };
}

// @rule address/session-order
test('discovery: the variable, then the runtime folder, then the usual place', () => {
  const sockets = { '/run/x/bus': 1000, '/run/user/1000/bus': 1000 };
  const named = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/v', XDG_RUNTIME_DIR: '/run/x' };
  assert.equal(findBusAddress('session', world(named, sockets)), 'unix:path=/v');
  const runtime = { DBUS_SESSION_BUS_ADDRESS: '', XDG_RUNTIME_DIR: '/run/x' };
  assert.equal(findBusAddress('session', world(runtime, sockets)), 'unix:path=/run/x/bus');
  assert.equal(findBusAddress('session', world({}, sockets)), 'unix:path=/run/user/1000/bus');
});

test('discovery: paths are escaped', () => {
  const found = findBusAddress('session', world({ XDG_RUNTIME_DIR: '/a b' }, { '/a b/bus': 0 }));
  assert.equal(found, 'unix:path=/a%20b/bus');
});

// @rule address/socket-owner
test('discovery: only a socket of ours or of root, and the error names what was tried', () => {
  const sockets = { '/run/x/bus': 1001 };
  const error = throwsCode(
    () => findBusAddress('session', world({ XDG_RUNTIME_DIR: '/run/x' }, sockets)),
    'no-bus',
  );
  for (const part of [
    'DBUS_SESSION_BUS_ADDRESS',
    '/run/x/bus (owned by another user)',
    '/run/user/1000/bus (no socket)',
  ]) {
    assert.ok(error.message.includes(part), error.message);
  }
  assert.ok(isConnectionError(error) && error.advice?.includes('dbus-run-session'));
  const relative = world({ XDG_RUNTIME_DIR: 'run' }, { 'run/bus': 1000 });
  throwsCode(() => findBusAddress('session', relative), 'no-bus');
});

// @rule address/privileged-environment
test('discovery: a program with raised privileges does not follow the environment', () => {
  const named = {
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/v',
    DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/v',
    XDG_RUNTIME_DIR: '/run/x',
  };
  const raised = { ...world(named, { '/run/x/bus': 1000 }), isPrivileged: true };
  throwsCode(() => findBusAddress('session', raised), 'no-bus');
  assert.equal(findBusAddress('system', raised), 'unix:path=/var/run/dbus/system_bus_socket');
});

test('discovery: the system bus', () => {
  assert.equal(findBusAddress('system', world({})), 'unix:path=/var/run/dbus/system_bus_socket');
  const named = { DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/s' };
  assert.equal(findBusAddress('system', world(named)), 'unix:path=/s');
});

test('discovery: this process sees sockets, and nothing else', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'discovery-'));
  try {
    const { socketOwner, uid } = processWorld();
    const socket = path.join(folder, 's');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    assert.equal(socketOwner(socket), process.getuid?.());
    await new Promise((resolve) => server.close(resolve));
    writeFileSync(path.join(folder, 'file'), '');
    assert.equal(socketOwner(path.join(folder, 'file')), undefined);
    assert.equal(socketOwner(path.join(folder, 'none')), undefined);
    assert.equal(socketOwner(path.join(folder, 'file', 'below')), undefined);
    assert.equal(socketOwner('/nul\0byte'), undefined);
    assert.equal(uid, process.getuid?.());
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('discovery: a bus that is misspelt is not another one', () => {
  for (const bus of ['sytem', undefined, ''] as unknown[]) {
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => findBusAddress(bus, processWorld()), /^TypeError: bus: expected/);
  }
  // @ts-expect-error what a caller without a compiler may pass
  assert.throws(() => findBusAddress('session'), /^TypeError: world: expected an object/);
});

const cannotSwitch = noEffectiveUser();
if (cannotSwitch !== undefined) test.skip('discovery: as another effective user', cannotSwitch);
else {
  // @rule address/socket-owner
  test('discovery: sockets and the usual place are those of the user whom we act as', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'discovery-'));
    try {
      const { uid, isPrivileged } = await asOtherUser(folder, async () => processWorld());
      assert.deepEqual({ uid, isPrivileged }, { uid: OTHER_USER, isPrivileged: true });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
