import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { listBackendsOn } from '../../src/keyring/list-backends.ts';
import { onEmbedded } from '../support/embedded.ts';
import { failsWith } from '../support/failing.ts';
import { memoryHost } from '../support/memory-host.ts';

const noFile = (): never => {
  throw new Error('no password is needed here');
};
const NO_BUS = { address: 'unix:path=/nonexistent/keywire' };

test('every backend is listed by priority, with how it is and what to do', async () => {
  const listed = await listBackendsOn(memoryHost(), { connect: NO_BUS }, noFile);
  assert.deepEqual(
    listed.map(({ name, state, isAllowed, isChosen }) => [name, state, isAllowed, isChosen]),
    [
      ['secret-service', 'unavailable', true, false],
      ['file', 'unavailable', false, false],
      ['plaintext', 'ready', false, false],
      ['memory', 'ready', false, false],
      ['null', 'ready', false, false],
      ['fail', 'unavailable', false, false],
    ],
  );
  assert.match(listed[0]?.reason ?? '', /nonexistent/);
  assert.notEqual(listed[0]?.advice, '');
  const policy = 'plaintext';
  const weaker = await listBackendsOn(memoryHost(), { connect: NO_BUS, policy }, noFile);
  assert.deepEqual(
    weaker.filter(({ isChosen }) => isChosen).map(({ name }) => name),
    ['plaintext'],
  );
});

// @rule keyring/listing-knows-the-choice
test('the backend of the user’s own configuration is the one that is taken, also where it cannot serve', async () => {
  const listed = async (name: string): Promise<string[]> => {
    const host = memoryHost({ env: { KEYWIRE_BACKEND: name } });
    const all = await listBackendsOn(host, { connect: NO_BUS, policy: 'plaintext' }, noFile);
    return all.filter(({ isChosen }) => isChosen).map((each) => each.name);
  };
  assert.deepEqual(await listed('memory'), ['memory']);
  assert.deepEqual(await listed('secret-service'), ['secret-service']);
  await failsWith('unknown-backend', listed('nope'));
});

test('listing asks for no password and makes no file', async () => {
  const password = (): never => assert.fail('nobody is to be asked');
  const file = { path: '/nonexistent/keywire/x.keyring', password };
  const listed = await listBackendsOn(memoryHost(), { connect: NO_BUS, file }, noFile);
  const row = listed.find(({ name }) => name === 'file');
  assert.equal(row?.state, 'ready');
  assert.match(row?.reason ?? '', /x\.keyring/);
});

test('a keyring that is there is the one that would be taken', async () => {
  await onEmbedded(async ({ address }) => {
    const listed = await listBackendsOn(memoryHost(), { connect: { address } }, noFile);
    assert.equal(listed[0]?.isChosen, true);
    assert.equal(listed[0]?.state, 'ready');
    assert.equal(listed.filter(({ isChosen }) => isChosen).length, 1);
    const signal = AbortSignal.abort();
    await failsWith(
      'aborted',
      listBackendsOn(memoryHost(), { connect: { address }, signal }, noFile),
    );
  }, SEED);
});

const SEED = {
  collections: [{ id: 'login', label: 'Login', aliases: ['default'], items: [] }],
};
