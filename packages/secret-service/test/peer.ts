import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import * as calls from '../src/calls.ts';
import { Peer, subjectOf } from '../src/peer.ts';
import { errorReply, OWNER, ScriptedDaemon, turn } from './support/scripted-daemon.ts';
import { failsWith } from './support/scripted-service.ts';

const ALIAS = calls.readAlias('default');

// @rule secret/unique-name-only
test('the well-known name is called only while no owner is known', async () => {
  const daemon = new ScriptedDaemon({}, false);
  const peer = new Peer(daemon, 1000);
  await peer.call(ALIAS);
  daemon.changeOwner(OWNER);
  await peer.call(ALIAS);
  assert.deepEqual(
    daemon.calls.map((call) => call.destination),
    ['org.freedesktop.secrets', OWNER],
  );
  assert.equal(peer.owner, OWNER);
});

// @rule secret/session-bound-to-owner
test('what belongs to one owner is not sent to another', async () => {
  const daemon = new ScriptedDaemon();
  const peer = new Peer(daemon, 1000);
  await peer.call(ALIAS, { owner: OWNER });
  const error = await failsWith('owner-changed', peer.call(ALIAS, { owner: ':1.999' }));
  assert.equal(error.mayHaveHappened, false);
  assert.equal(daemon.calls.length, 1);
});

test('the reply deadline is in every call, unless the call has its own', async () => {
  const daemon = new ScriptedDaemon();
  const peer = new Peer(daemon, 1234);
  await peer.call(ALIAS);
  await peer.call(ALIAS, { timeoutMs: 5 });
  assert.deepEqual(
    daemon.calls.map((call) => call.timeoutMs),
    [1234, 5],
  );
});

test('losses are told once each, and a daemon that appears is none', async () => {
  const daemon = new ScriptedDaemon({}, false);
  const peer = new Peer(daemon, 1000);
  const told: string[] = [];
  peer.onLoss((code) => told.push(code));
  daemon.changeOwner(OWNER);
  await turn();
  assert.deepEqual(told, []);
  daemon.changeOwner(undefined);
  await turn();
  daemon.disconnect();
  await turn();
  assert.deepEqual(told, ['owner-changed', 'disconnected']);
});

test('a call that nobody waits for fails for nobody', async () => {
  const daemon = new ScriptedDaemon({ Close: () => errorReply('UnknownObject') });
  const peer = new Peer(daemon, 1000);
  peer.send(calls.closeSession('/s'));
  peer.send(calls.closeSession('/s'), undefined);
  await turn();
  assert.equal(daemon.calls[0]?.noReply, true);
});

test('after close nothing is sent', async () => {
  const daemon = new ScriptedDaemon();
  const peer = new Peer(daemon, 1000);
  peer.close();
  await failsWith('closed', peer.call(ALIAS));
  assert.deepEqual(daemon.calls, []);
});

test('calls are named by interface and member', () => {
  assert.equal(subjectOf(ALIAS), 'Service.ReadAlias');
});
