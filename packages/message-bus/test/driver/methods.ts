import assert from 'node:assert/strict';
import { isSignature, type Message, Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { DRIVER_METHODS } from '../../src/driver/methods.ts';
import { DRIVER, driverCall, hello, ID, makeBus } from '../support/clients.ts';

test('every method of the driver is there once, with valid types', () => {
  const names = DRIVER_METHODS.map((method) => `${method.interface}.${method.member}`);
  assert.equal(new Set(names).size, names.length);
  for (const method of DRIVER_METHODS) {
    assert.ok(isSignature(method.in) && isSignature(method.out), method.member);
  }
});

test('the bus has a name, properties and a description of its own', () => {
  const bus = makeBus();
  const client = hello(bus);
  const { destination: name } = DRIVER;
  assert.deepEqual(driverCall(client, 'GetNameOwner', 's', [name]).body, [name]);
  const property = (member: string, signature: string, ...body: unknown[]): Message =>
    driverCall(client, member, signature, body, 'org.freedesktop.DBus.Properties');
  const features = new Variant('as', ['HeaderFiltering']);
  assert.deepEqual(property('Get', 'ss', name, 'Features').body, [features]);
  const [all] = property('GetAll', 's', name).body;
  assert.ok(all instanceof Map);
  assert.deepEqual([...all.keys()], ['Features', 'Interfaces']);
  const errors = [
    property('Get', 'ss', name, 'Other'),
    property('Get', 'ss', 'a.b', 'Features'),
    property('Get', 'ss', '', 'Features'),
    property('GetAll', 's', ''),
    property('Set', 'ssv', name, 'Features', features),
    property('Get', 's', name),
  ].map(({ errorName }) => errorName?.replace('org.freedesktop.DBus.Error.', ''));
  assert.deepEqual(errors, [
    'UnknownProperty',
    'UnknownInterface',
    'UnknownInterface',
    'UnknownInterface',
    'PropertyReadOnly',
    'InvalidArgs',
  ]);
  const [described] = driverCall(
    client,
    'Introspect',
    '',
    [],
    'org.freedesktop.DBus.Introspectable',
  ).body;
  assert.match(String(described), /<method name="RequestName">/u);
});

test('what the bus says of a connection, and to whom nobody answers', () => {
  const bus = makeBus();
  const client = hello(bus);
  const user = new Variant('u', 1000);
  for (const { member, signature, body } of [
    { member: 'GetConnectionUnixUser', signature: 'u', body: [1000] },
    {
      member: 'GetConnectionCredentials',
      signature: 'a{sv}',
      body: [new Map([['UnixUserID', user]])],
    },
    { member: 'ListQueuedOwners', signature: 'as', body: [[':1.1']] },
    { member: 'NameHasOwner', signature: 'b', body: [true] },
  ]) {
    const reply = driverCall(client, member, 's', [':1.1']);
    assert.deepEqual([reply.signature, reply.body], [signature, body], member);
  }
  for (const { member, error } of [
    { member: 'GetConnectionUnixProcessID', error: 'UnixProcessIdUnknown' },
    { member: 'GetAdtAuditSessionData', error: 'AdtAuditDataUnknown' },
    { member: 'GetConnectionSELinuxSecurityContext', error: 'SELinuxSecurityContextUnknown' },
  ]) {
    const { errorName } = driverCall(client, member, 's', [':1.1']);
    assert.equal(errorName, `org.freedesktop.DBus.Error.${error}`);
  }
  for (const member of [
    'GetConnectionUnixUser',
    'GetConnectionCredentials',
    'GetConnectionUnixProcessID',
    'GetAdtAuditSessionData',
    'GetConnectionSELinuxSecurityContext',
  ]) {
    const { errorName } = driverCall(client, member, 's', [':1.9']);
    assert.equal(errorName, 'org.freedesktop.DBus.Error.NameHasNoOwner', member);
  }
});

// @rule bus/nobodys-calls-are-peer
test('of what is addressed to nobody the bus answers what every connection does', () => {
  const client = hello(makeBus());
  const ask = (of: string | undefined, member: string): string | undefined => {
    const named = of === undefined ? {} : { interface: of };
    client.send({ type: 'method_call', path: '/', ...named, member });
    const [reply] = client.take();
    return reply?.errorName ?? reply?.type;
  };
  assert.equal(ask('org.freedesktop.DBus.Peer', 'Ping'), 'method_return');
  for (const of of [DRIVER.interface, 'org.freedesktop.DBus.Introspectable', 'a.b', undefined]) {
    assert.equal(ask(of, 'ListNames'), 'org.freedesktop.DBus.Error.UnknownMethod');
  }
});

test('what is no bus name has no owner, and is not repeated however long it is', () => {
  const client = hello(makeBus());
  const long = 'x'.repeat(2 ** 20);
  for (const name of ['', 'nodots', 'a..b', long]) {
    assert.deepEqual(driverCall(client, 'NameHasOwner', 's', [name]).body, [false]);
    for (const member of ['GetNameOwner', 'ListQueuedOwners', 'GetConnectionUnixUser']) {
      const { errorName, body } = driverCall(client, member, 's', [name]);
      assert.equal(errorName, 'org.freedesktop.DBus.Error.NameHasNoOwner');
      assert.deepEqual(body, ['that name has no owner']);
    }
    const { body } = driverCall(client, 'StartServiceByName', 'su', [name, 0]);
    assert.deepEqual(body, ['that name is not owned and cannot be started']);
    for (const member of ['RequestName', 'ReleaseName']) {
      const args = member === 'RequestName' ? [name, 0] : [name];
      const { errorName } = driverCall(client, member, 'su'.slice(0, args.length), args);
      assert.equal(errorName, 'org.freedesktop.DBus.Error.InvalidArgs');
    }
  }
});

test('each refusal of the bus has the name that says why', () => {
  const client = hello(makeBus());
  const own = 'org.freedesktop.DBus';
  const refusals = [
    ['Hello', '', [], own, 'Failed'],
    ['Nothing', '', [], own, 'UnknownMethod'],
    ['Ping', '', [], own, 'UnknownMethod'],
    ['GetId', '', [], 'a.b', 'UnknownInterface'],
    ['GetId', 's', ['x'], own, 'InvalidArgs'],
    ['AddMatch', 's', ["type='nonsense'"], own, 'MatchRuleInvalid'],
    ['RemoveMatch', 's', ["type='nonsense'"], own, 'MatchRuleInvalid'],
    ['RemoveMatch', 's', ["type='signal'"], own, 'MatchRuleNotFound'],
    ['RequestName', 'su', [own, 0], own, 'InvalidArgs'],
    ['RequestName', 'su', [':1.1', 0], own, 'InvalidArgs'],
    ['ReleaseName', 's', [own], own, 'InvalidArgs'],
    ['ReleaseName', 's', [':1.1'], own, 'InvalidArgs'],
    ['Set', 'ssv', [own, 'Other', new Variant('s', '')], `${own}.Properties`, 'UnknownProperty'],
  ] as const;
  for (const [member, signature, body, of, error] of refusals) {
    const { errorName } = driverCall(client, member, signature, [...body], of);
    assert.equal(errorName, `${own}.Error.${error}`, `${member} ${body[0]}`);
  }
});

test('a name is owned, waited for and given back, and everybody is told', () => {
  const bus = makeBus();
  const [first, second, watcher] = [hello(bus), hello(bus), hello(bus)];
  driverCall(watcher, 'AddMatch', 's', ["member='NameOwnerChanged'"]);
  driverCall(first, 'RequestName', 'su', ['a.b', 0]);
  driverCall(second, 'RequestName', 'su', ['a.b', 0]);
  assert.deepEqual(driverCall(watcher, 'ListQueuedOwners', 's', ['a.b']).body, [[':1.1', ':1.2']]);
  const names = ['org.freedesktop.DBus', ':1.1', ':1.2', ':1.3', 'a.b'];
  assert.deepEqual(driverCall(watcher, 'ListNames').body, [names]);
  assert.deepEqual(driverCall(first, 'ReleaseName', 's', ['a.b']).body, [1]);
  driverCall(second, 'ReleaseName', 's', ['a.b']);
  assert.deepEqual(driverCall(second, 'ReleaseName', 's', ['a.b']).body, [2]);
  driverCall(first, 'RequestName', 'su', ['a.b', 0]);
  second.take();
  watcher.take();
  first.send({
    type: 'method_call',
    ...DRIVER,
    member: 'ReleaseName',
    signature: 's',
    body: ['a.b'],
  });
  second.send({
    type: 'method_call',
    ...DRIVER,
    member: 'RequestName',
    signature: 'su',
    body: ['a.b', 0],
  });
  const lines = (messages: readonly Message[]): unknown[] =>
    messages.map(({ type, member, body }) => [member ?? type, ...body]);
  assert.deepEqual(lines(first.take()), [
    ['NameLost', 'a.b'],
    ['method_return', 1],
  ]);
  assert.deepEqual(lines(second.take()), [
    ['NameAcquired', 'a.b'],
    ['method_return', 1],
  ]);
  assert.deepEqual(lines(watcher.take()), [
    ['NameOwnerChanged', 'a.b', ':1.1', ''],
    ['NameOwnerChanged', 'a.b', '', ':1.2'],
  ]);
});

test('what the bus does for anybody, and what it does for nobody', () => {
  const client = hello(makeBus());
  const peer = 'org.freedesktop.DBus.Peer';
  assert.deepEqual(driverCall(client, 'Ping', '', [], peer).body, []);
  assert.deepEqual(driverCall(client, 'GetMachineId', '', [], peer).body, [ID]);
  for (const { member, signature, body } of [
    { member: 'ReloadConfig', signature: '', body: [] },
    { member: 'AddMatch', signature: 's', body: [''] },
    { member: 'RemoveMatch', signature: 's', body: [''] },
  ]) {
    const reply = driverCall(client, member, signature, body);
    assert.deepEqual([reply.type, reply.body], ['method_return', []], member);
  }
  const environment = driverCall(client, 'UpdateActivationEnvironment', 'a{ss}', [{ A: 'b' }]);
  assert.equal(environment.errorName, 'org.freedesktop.DBus.Error.AccessDenied');
});

test('a broadcast of somebody who owns another name is not matched by it', () => {
  const bus = makeBus();
  const [owner, other, listener] = [hello(bus), hello(bus), hello(bus)];
  driverCall(owner, 'RequestName', 'su', ['a.b', 0]);
  driverCall(other, 'RequestName', 'su', ['a.c', 0]);
  driverCall(listener, 'AddMatch', 's', ["sender='a.b'"]);
  const signal = { type: 'signal', path: '/', interface: 'x.y', member: 'S' } as const;
  other.send(signal);
  assert.deepEqual(listener.take(), []);
  owner.send(signal);
  assert.deepEqual(
    listener.take().map(({ sender }) => sender),
    [':1.1'],
  );
});

test('flags that a monitor cannot have are refused', () => {
  const client = hello(makeBus());
  const monitoring = 'org.freedesktop.DBus.Monitoring';
  const refused = driverCall(client, 'BecomeMonitor', 'asu', [[], 1], monitoring);
  assert.equal(refused.errorName, 'org.freedesktop.DBus.Error.InvalidArgs');
  assert.equal(driverCall(client, 'GetId').body[0], ID);
});

// @rule bus/pending-reply-limit
// @rule bus/match-rule-limit
// @rule bus/name-limit
test('the limits of a connection are kept, each with LimitsExceeded', () => {
  const bus = makeBus({
    maxPendingRepliesPerConnection: 1,
    maxMatchRulesPerConnection: 1,
    maxNamesPerConnection: 1,
  });
  const [client] = [hello(bus), hello(bus)];
  assert.ok(client !== undefined);
  const limited = 'org.freedesktop.DBus.Error.LimitsExceeded';
  driverCall(client, 'AddMatch', 's', ['']);
  assert.equal(driverCall(client, 'AddMatch', 's', ['']).errorName, limited);
  client.send({
    ...{ ...DRIVER, type: 'method_call', interface: 'org.freedesktop.DBus.Monitoring' },
    ...{ member: 'BecomeMonitor', signature: 'asu', body: [['', ''], 0] },
  });
  assert.equal(client.take()[0]?.errorName, limited);
  driverCall(client, 'RequestName', 'su', ['a.b', 0]);
  assert.equal(driverCall(client, 'RequestName', 'su', ['a.c', 0]).errorName, limited);
  const call = { type: 'method_call', destination: ':1.2', path: '/', member: 'Ask' } as const;
  client.send(call);
  client.send(call);
  assert.deepEqual(
    client.take().map(({ errorName }) => errorName),
    [limited],
  );
});

// @rule bus/start-known-names-only
test('a hosted service is brought up by the first call to it, which then reaches it', () => {
  let starts = 0;
  const services = new Map([
    [
      'org.example.Hosted',
      () => {
        starts += 1;
        return Promise.resolve();
      },
    ],
  ]);
  const bus = makeBus({}, services);
  const [caller, service] = [hello(bus), hello(bus)];
  caller.send({ type: 'method_call', destination: 'org.example.Hosted', path: '/', member: 'Ask' });
  assert.equal(starts, 1);
  driverCall(caller, 'ListActivatableNames');
  service.send({
    ...{ ...DRIVER, type: 'method_call', member: 'RequestName', signature: 'su' },
    body: ['org.example.Hosted', 0],
  });
  assert.ok(service.take().some(({ member, sender }) => member === 'Ask' && sender === ':1.1'));
  assert.deepEqual(caller.take(), []);
  driverCall(caller, 'RequestName', 'su', ['org.example.Owned', 0]);
  assert.equal(
    driverCall(caller, 'StartServiceByName', 'su', ['org.example.Owned', 0]).errorName,
    'org.freedesktop.DBus.Error.ServiceUnknown',
  );
  assert.equal(
    driverCall(caller, 'StartServiceByName', 'su', ['org.example.Hosted', 0]).body[0],
    2,
  );
  assert.equal(
    driverCall(caller, 'StartServiceByName', 'su', ['x'.repeat(1000), 0]).errorName,
    'org.freedesktop.DBus.Error.ServiceUnknown',
  );
});
