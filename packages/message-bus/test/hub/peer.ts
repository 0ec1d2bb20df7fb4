import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Peer } from '../../src/hub/peer.ts';

const nothing = (): void => {};
const link = {
  ...{ queuedBytes: 0, send: nothing, close: nothing },
  ...{ hold: nothing, pause: nothing, resume: nothing },
};
const owns = () => false;

// @rule bus/same-rule-twice
test('a rule added twice has to be removed twice', () => {
  const peer = new Peer(link);
  const message = { type: 'signal', member: 'Changed' };
  peer.addRule({ type: 'signal', member: 'Changed' });
  peer.addRule({ member: 'Changed', type: 'signal' });
  assert.equal(peer.ruleCount, 2);
  assert.equal(peer.removeRule({ type: 'signal', member: 'Changed' }), true);
  assert.equal(peer.wants(message, owns), true);
  assert.equal(peer.removeRule({ type: 'signal', member: 'Changed' }), true);
  assert.equal(peer.wants(message, owns), false);
  assert.equal(peer.removeRule({ type: 'signal', member: 'Changed' }), false);
  assert.equal(peer.ruleCount, 0);
  peer.addRule({ member: 'Other' });
  assert.equal(peer.wants(message, owns), false);
});

test('a peer without rules wants nothing', () => {
  const peer = new Peer(link);
  peer.addRule({ type: 'signal' });
  peer.clearRules();
  assert.equal(peer.wants({ type: 'signal' }, owns), false);
  assert.equal(peer.ruleCount, 0);
});
