import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { relabelSafely } from '../../src/operations/relabel.ts';
import { failsWith } from '../support/failing.ts';
import { errorReply, ITEM, plainSecret, type Script } from '../support/scripted-daemon.ts';
import { scriptedContext } from '../support/scripted-service.ts';

const COPY = `${ITEM}9`;

function scripts(copyReads: string): Record<string, Script> {
  return {
    GetSecret: (call) => ['(oayays)', plainSecret(call.path === COPY ? copyReads : 'secret')],
    'Get Attributes': () => ['v', new Variant('a{ss}', new Map([['a', '1']]))],
    CreateItem: () => ['oo', COPY, '/'],
  };
}

// @rule secret/relabel-verified
test('the old item goes only after the copy has read back as it was', async () => {
  const good = scriptedContext(scripts('secret'));
  const profile = await good.context.profile({});
  assert.equal(await relabelSafely(good.context, profile, ITEM, 'f/new', {}), COPY);
  assert.deepEqual(deleted(good), [ITEM]);
  for (const wrong of ['sEcret', 'secre', 'secrets']) {
    const bad = scriptedContext(scripts(wrong));
    await failsWith('failed', relabelSafely(bad.context, profile, ITEM, 'f/new', {}));
    assert.deepEqual(deleted(bad), [COPY]);
  }
});

function deleted({ daemon }: ReturnType<typeof scriptedContext>): string[] {
  return daemon.calls.filter((call) => call.member === 'Delete').map((call) => call.path);
}

test('nothing of the old item goes while the copy is not known to be whole', async () => {
  const unnamed = scriptedContext({ ...scripts('secret'), CreateItem: () => ['oo', '/', '/'] });
  const profile = await unnamed.context.profile({});
  await failsWith('failed', relabelSafely(unnamed.context, profile, ITEM, 'f/new', {}));
  assert.deepEqual(deleted(unnamed), []);
  const unread = scriptedContext({
    ...scripts('secret'),
    GetSecret: ({ path }) =>
      path === COPY ? errorReply('Failed') : ['(oayays)', plainSecret('secret')],
  });
  const error = await failsWith('failed', relabelSafely(unread.context, profile, ITEM, 'f/n', {}));
  assert.deepEqual(deleted(unread), []);
  assert.equal(error.mayHaveHappened, true);
});

test('it is done when the old item is gone, and failed when it does not go', async () => {
  const scriptsOfOne = { ...scripts('secret'), Delete: () => errorReply('AccessDenied') };
  const { context } = scriptedContext(scriptsOfOne);
  const profile = await context.profile({});
  const error = await failsWith('denied', relabelSafely(context, profile, ITEM, 'f/new', {}));
  assert.equal(error.mayHaveHappened, true);
});
