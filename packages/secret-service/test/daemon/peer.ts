import assert from 'node:assert/strict';
import { decodeMessage, encodeMessage } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Peer, subjectOf } from '../../src/daemon/peer.ts';
import * as calls from '../../src/protocol/calls.ts';
import { failsWith } from '../support/failing.ts';
import { errorReply, never, OWNER, ScriptedDaemon, turn } from '../support/scripted-daemon.ts';

const ALIAS = calls.readAlias('default');

// @rule secret/unique-name-only
test('the well-known name is called only while no owner is known', async () => {
  const daemon = new ScriptedDaemon({}, false);
  const peer = new Peer(daemon, 1000);
  await peer.call(ALIAS);
  daemon.changeOwner(OWNER);
  await turn();
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
  const link = peer.links.open();
  await peer.call(ALIAS, { origin: { link, owner: OWNER } });
  const other = { link, owner: ':1.999' };
  const error = await failsWith('owner-changed', peer.call(ALIAS, { origin: other }));
  assert.equal(error.mayHaveHappened, false);
  assert.equal(daemon.calls.length, 1);
});

// @rule secret/session-bound-to-link
test('what belongs to one connection is not sent on another', async () => {
  const daemons = [new ScriptedDaemon(), new ScriptedDaemon()];
  const left = [...daemons];
  const peer = new Peer(() => left.shift() ?? assert.fail(), 1000);
  const origin = peer.originOf(await peer.call(ALIAS), 's');
  daemons[0]?.disconnect();
  await turn();
  // The daemon on the new bus has the same unique name.
  const write = calls.setAlias('default', '/c');
  const error = await failsWith('disconnected', peer.call(write, { origin }));
  assert.equal(error.mayHaveHappened, false);
  await peer.call(ALIAS);
  await failsWith('disconnected', peer.call(write, { origin }));
  peer.send(calls.closeSession('/s'), origin);
  assert.deepEqual(daemons[1]?.members, ['ReadAlias']);
});

test('a reply without a sender says nothing about where things live', async () => {
  const peer = new Peer(new ScriptedDaemon(), 1000);
  const reply = decodeMessage(
    encodeMessage({ type: 'method_return', serial: 1, replySerial: 1, signature: '', body: [] }),
  );
  assert.throws(() => peer.originOf(reply, 's'), { code: 'protocol' });
});

test('the reply deadline is in every call', async () => {
  const daemon = new ScriptedDaemon();
  const peer = new Peer(daemon, 1234);
  await peer.call(ALIAS);
  assert.deepEqual(
    daemon.calls.map((call) => call.timeoutMs),
    [1234],
  );
});

test('losses are told once each, and a daemon that appears is none', async () => {
  const daemon = new ScriptedDaemon({}, false);
  const peer = new Peer(daemon, 1000);
  const told: string[] = [];
  peer.links.onLoss((code) => told.push(code));
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
  const link = peer.links.open();
  peer.send(calls.closeSession('/s'), { link, owner: OWNER });
  peer.send(calls.closeSession('/s'), { link, owner: ':1.999' });
  await turn();
  assert.deepEqual(
    daemon.calls.map((call) => call.noReply),
    [true],
  );
});

test('a call that fails by itself leaves the connection to the others', async () => {
  const controller = new AbortController();
  const peer = new Peer(() => new ScriptedDaemon({ ReadAlias: never }), 1000);
  const link = peer.links.open();
  const aborted = failsWith('aborted', peer.call(ALIAS, { signal: controller.signal }));
  await turn();
  controller.abort();
  await aborted;
  assert.equal(peer.links.current, link);
});

test('after close nothing is sent', async () => {
  const daemon = new ScriptedDaemon();
  const peer = new Peer(daemon, 1000);
  peer.close();
  await failsWith('closed', peer.call(ALIAS));
  assert.throws(() => peer.signals({}), { code: 'closed' });
  assert.deepEqual(daemon.calls, []);
});

test('what is under way at close is closed by this program, and a write perhaps made', async () => {
  const daemon = new ScriptedDaemon({ ReadAlias: never, SetAlias: never });
  const peer = new Peer(() => daemon, 1000);
  const read = failsWith('closed', peer.call(ALIAS));
  const write = failsWith('closed', peer.call(calls.setAlias('default', '/c')));
  await turn();
  await peer.close();
  assert.equal((await read).mayHaveHappened, false);
  assert.equal((await write).mayHaveHappened, true);
});

// @rule secret/subscriptions-end
test('closing ends each subscription that is still open, once', async () => {
  const daemon = new ScriptedDaemon();
  const peer = new Peer(daemon, 1000);
  const closed: unknown[] = [];
  daemon.signals = (rule) => ({
    close: () => closed.push(rule.member),
    async *[Symbol.asyncIterator]() {},
  });
  peer.signals({ member: 'One' }).close();
  peer.signals({ member: 'Two' });
  assert.deepEqual(closed, ['One']);
  await peer.close();
  assert.deepEqual(closed, ['One', 'Two']);
});

test('nothing that nobody waits for starts a daemon', async () => {
  const daemon = new ScriptedDaemon();
  const peer = new Peer(daemon, 1000);
  peer.send(calls.closeSession('/s'), { link: peer.links.open(), owner: OWNER });
  assert.equal(daemon.calls[0]?.noAutoStart, true);
  // A reply of some other connection names nothing of ours, whoever sent it.
  const reply = encodeMessage({ type: 'method_return', serial: 1, replySerial: 1, sender: OWNER });
  assert.throws(() => peer.originOf(decodeMessage(reply), 's'), { code: 'protocol' });
});

test('calls are named by interface and member', () => {
  assert.equal(subjectOf(ALIAS), 'Service.ReadAlias');
});
