import assert from 'node:assert/strict';
import { ConnectionError } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { BusLinks } from '../../src/daemon/bus-links.ts';
import { OWNER, ScriptedDaemon, turn } from '../support/scripted-daemon.ts';

/** Connections of our own, in the order in which they are opened. */
function own(count = 2) {
  const daemons = Array.from({ length: count }, () => new ScriptedDaemon());
  const asked: boolean[] = [];
  const links = new BusLinks((isFirst) => {
    asked.push(isFirst);
    return daemons[asked.length - 1] ?? assert.fail('opened too many');
  });
  const told: string[] = [];
  links.onLoss((code) => told.push(code));
  return { daemons, links, asked, told };
}

// @rule secret/own-connection-reopened
test('a connection of our own is replaced when something is to be sent, and not before', async () => {
  const { daemons, links, asked, told } = own();
  const first = links.current;
  assert.equal(links.open(), first);
  daemons[0]?.disconnect();
  await turn();
  assert.deepEqual(told, ['disconnected']);
  assert.equal(links.current, undefined);
  assert.deepEqual(asked, [true]);
  const second = links.open();
  assert.notEqual(second, first);
  assert.equal(links.open(), second);
  assert.equal(links.current, second);
  assert.deepEqual(asked, [true, false]);
});

test('a loss is told once, however many notice it, and an old one does not end the new one', async () => {
  const { daemons, links, told } = own();
  const first = links.open();
  links.lose(first, new Error('noticed by a call'));
  const second = links.open();
  daemons[0]?.disconnect();
  links.lose(first, undefined);
  await turn();
  assert.deepEqual(told, ['disconnected']);
  assert.equal(links.current, second);
  assert.deepEqual([daemons[0]?.isClosed, daemons[1]?.isClosed], [true, false]);
});

test('a connection that was passed in is not replaced', async () => {
  const daemon = new ScriptedDaemon();
  const links = new BusLinks(daemon);
  const link = links.open();
  daemon.disconnect();
  await turn();
  assert.equal(links.current, undefined);
  assert.equal(links.open(), link);
  await links.close();
  assert.equal(daemon.isClosed, false);
});

test('what the caller gave up is not opened again', () => {
  const { links, asked } = own();
  const link = links.open();
  links.lose(link, new ConnectionError('aborted', 'given up'));
  assert.equal(links.current, undefined);
  assert.equal(links.open(), link);
  assert.deepEqual(asked, [true]);
});

test('whether it keeps the process alive holds for each of them, and gives way to a prompt', async () => {
  const { daemons, links } = own();
  links.setKeepsProcessAlive(false);
  assert.equal(daemons[0]?.isRef, false);
  const releases = [links.hold(), links.hold()];
  assert.equal(daemons[0]?.isRef, true);
  for (const release of releases) release();
  assert.equal(daemons[0]?.isRef, false);
  daemons[0]?.disconnect();
  await turn();
  links.open();
  assert.equal(daemons[1]?.isRef, false);
  links.setKeepsProcessAlive(true);
  assert.equal(daemons[1]?.isRef, true);
  await links.close();
  assert.equal(daemons[1]?.isClosed, true);
});

// @rule secret/greeted-first
test('each daemon is greeted once, with the first call to it and not before', async () => {
  const daemon = new ScriptedDaemon();
  const links = new BusLinks(daemon);
  links.open();
  assert.deepEqual(daemon.greetings, []);
  for (const owner of [OWNER, ':1.77', undefined, ':1.99']) {
    daemon.changeOwner(owner);
    await turn();
    links.openGreeted();
    links.openGreeted();
  }
  const byName = 'org.freedesktop.secrets';
  assert.deepEqual(daemon.greetings, [OWNER, ':1.77', byName, ':1.99']);
});

test('each connection has its own greeting', async () => {
  const { daemons, links } = own();
  links.openGreeted();
  daemons[0]?.disconnect();
  await turn();
  links.openGreeted();
  assert.deepEqual(
    daemons.map(({ greetings }) => greetings),
    [[OWNER], [OWNER]],
  );
});
