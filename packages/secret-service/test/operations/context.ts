import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isSecretServiceError, secretServiceError } from '../../src/errors/errors.ts';
import { MAX_WRITES_AT_ONCE } from '../../src/limits.ts';
import { labelCall } from '../../src/operations/properties.ts';
import { setSecret } from '../../src/protocol/calls.ts';
import { failsWith } from '../support/failing.ts';
import { errorReply, ITEM, turn } from '../support/scripted-daemon.ts';
import { scriptedContext } from '../support/scripted-service.ts';

const isLocked = (value: boolean) => () => ['v', new Variant('b', value)] as const;

// @rule secret/retry-idempotent
test('what may be done twice is done twice when the daemon was replaced, and no more', async () => {
  const { context } = scriptedContext();
  const attempts: string[] = [];
  const failing =
    (...codes: ('owner-changed' | 'disconnected' | 'unavailable' | 'deadline')[]) =>
    async () => {
      attempts.push('x');
      const code = codes[attempts.length - 1];
      if (code !== undefined) throw secretServiceError(code, 's');
      return attempts.length;
    };
  assert.equal(await context.repeatable(failing('owner-changed')), 2);
  attempts.length = 0;
  await failsWith('owner-changed', context.repeatable(failing('owner-changed', 'owner-changed')));
  assert.equal(attempts.length, 2);
  attempts.length = 0;
  // Nobody took its place.
  await failsWith('owner-changed', context.repeatable(failing('owner-changed', 'unavailable')));
  attempts.length = 0;
  assert.equal(await context.repeatable(failing('disconnected')), 2);
  attempts.length = 0;
  await failsWith('disconnected', context.repeatable(failing('disconnected', 'unavailable')));
  attempts.length = 0;
  await failsWith('deadline', context.repeatable(failing('deadline')));
  assert.equal(attempts.length, 1);
});

// @rule secret/hidden-is-locked
test('a missing item of a locked collection is locked', async () => {
  const missing = async (): Promise<never> => {
    throw secretServiceError('not-found', 's');
  };
  const locked = scriptedContext({ 'Get Locked': isLocked(true) }).context;
  const error = await failsWith('locked', locked.withItem(ITEM, {}, missing));
  assert.notEqual(error.advice, '');
  const unlocked = scriptedContext({ 'Get Locked': isLocked(false) }).context;
  await failsWith('not-found', unlocked.withItem(ITEM, {}, missing));
  const gone = scriptedContext({ 'Get Locked': () => errorReply('UnknownObject') });
  await failsWith('not-found', gone.context.withItem(ITEM, {}, missing));
});

test('whether a collection hides an item is not known when it cannot be asked', async () => {
  const { context } = scriptedContext({ 'Get Locked': () => errorReply('AccessDenied') });
  await failsWith('denied', context.isHidden(ITEM, {}));
});

// @rule secret/failed-is-locked
test('what fails with a locked item is locked; any other failure stays what it is', async () => {
  const failing = async (): Promise<never> => {
    throw secretServiceError('failed', 's');
  };
  const locked = scriptedContext({ 'Get Locked': isLocked(true) }).context;
  await failsWith('locked', locked.withItem(ITEM, {}, failing));
  const unlocked = scriptedContext({ 'Get Locked': isLocked(false) }).context;
  await failsWith('failed', unlocked.withItem(ITEM, {}, failing));
  const mute = scriptedContext({ 'Get Locked': () => errorReply('Failed') }).context;
  await failsWith('failed', mute.withItem(ITEM, {}, failing));
});

const DISMISSED = secretServiceError('dismissed', 's');

// @rule secret/stores-in-turn
test('operations on the same attributes take turns, others do not wait', async () => {
  const { context } = scriptedContext();
  const order: string[] = [];
  let finish = (): void => {};
  const first = context.inTurn(
    'key',
    async () => {
      order.push('first begins');
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      order.push('first ends');
      throw new Error('failed');
    },
    undefined,
  );
  const take = (name: string, key = 'key', signal?: AbortSignal) =>
    context.inTurn(
      key,
      async () => {
        order.push(name);
      },
      signal,
    );
  const controller = new AbortController();
  const impatient = failsWith('aborted', take('impatient', 'key', controller.signal));
  const second = take('second');
  await take('other key', 'other');
  await turn();
  controller.abort();
  await impatient;
  // Who gave up waiting lets nobody pass the one that is still at it.
  await turn();
  finish();
  await assert.rejects(first, /failed/);
  await second;
  assert.deepEqual(order, ['first begins', 'other key', 'first ends', 'second']);
});

// @rule secret/one-question-at-a-time
test('one question at a time, and a no is one for all who waited for the same', async () => {
  const { context } = scriptedContext();
  const asked: { question: string; yes: () => void; no: () => void }[] = [];
  const ask = (question: string, interactive = true): Promise<void> =>
    context.askInTurn(
      question,
      () =>
        new Promise((resolve, reject) => {
          asked.push({ question, yes: resolve, no: () => reject(DISMISSED) });
        }),
      { interactive },
    );
  const questions = (): string[] => asked.map(({ question }) => question);
  const both = [failsWith('dismissed', ask('one')), failsWith('dismissed', ask('one'))];
  const other = ask('two');
  // Where nobody is asked, nobody waits for an answer.
  const silent = ask('three', false);
  await turn();
  assert.deepEqual(questions(), ['one', 'three']);
  asked[1]?.yes();
  await silent;
  asked[0]?.no();
  await Promise.all(both);
  await turn();
  assert.deepEqual(questions(), ['one', 'three', 'two']);
  asked[2]?.yes();
  await other;
  // It was a no to those who waited, not for ever.
  const later = ask('one');
  await turn();
  asked[3]?.yes();
  await later;
});

test('options override the defaults of connect()', () => {
  const { context } = scriptedContext();
  assert.equal(context.isInteractive({}), true);
  assert.equal(context.isInteractive({ interactive: false }), false);
  const { signal } = new AbortController();
  assert.deepEqual(context.promptOptions({ windowId: 'w', signal }), {
    interactive: true,
    windowId: 'w',
    promptMs: undefined,
    signal,
  });
});

test('a change is known as ours', async () => {
  const { context } = scriptedContext();
  const secret = {
    session: '/s',
    parameters: new Uint8Array(0),
    value: new Uint8Array(0),
    contentType: 't/p',
  };
  await context.change(setSecret(ITEM, secret), {});
  assert.equal(context.writes.isOwn(ITEM), true);
});

test('options that no prompt could be shown with are refused before anything is sent', () => {
  const { daemon, context } = scriptedContext();
  for (const options of [{ windowId: 'a\0b' }, { windowId: 5 }, { interactive: 'no' }]) {
    assert.throws(
      () => Reflect.apply(context.preparePrompt, context, [options]),
      (error) => isSecretServiceError(error, 'invalid-argument'),
    );
  }
  assert.equal(context.preparePrompt({ windowId: 'w', interactive: false }).windowId, 'w');
  assert.deepEqual(daemon.calls, []);
});

test('a second failure of another kind is told as what it is', async () => {
  const { context } = scriptedContext();
  const codes = ['owner-changed', 'denied'] as const;
  let attempt = 0;
  const operation = async (): Promise<never> => {
    const code = codes[attempt] ?? 'failed';
    attempt += 1;
    throw secretServiceError(code, 's');
  };
  await failsWith('denied', context.repeatable(operation));
});

test('what is no answer of the user is none for those who wait', async () => {
  const { context } = scriptedContext();
  let asked = 0;
  const ask = () =>
    context.askInTurn(
      'one',
      async () => {
        asked += 1;
        throw secretServiceError(asked === 1 ? 'denied' : 'no-prompter', 's');
      },
      {},
    );
  const [first, second, third] = [ask(), ask(), ask()];
  await failsWith('denied', first);
  await failsWith('no-prompter', second);
  // That nobody could be asked is one, though.
  await failsWith('no-prompter', third);
  assert.equal(asked, 2);
});

test('why an item fails is not guessed where its lock cannot be read', async () => {
  const fails = (code: 'failed' | 'not-found') => async (): Promise<never> => {
    throw secretServiceError(code, 's');
  };
  const denied = scriptedContext({ 'Get Locked': () => errorReply('AccessDenied') }).context;
  await failsWith('denied', denied.withItem(ITEM, {}, fails('failed')));
  const gone = scriptedContext({ 'Get Locked': () => errorReply('UnknownObject') }).context;
  await failsWith('failed', gone.withItem(ITEM, {}, fails('failed')));
});

// @rule secret/writes-are-paced
test('of many changes only a few wait for the daemon, and each is made in its turn', async () => {
  const begun: string[] = [];
  const answers: (() => void)[] = [];
  const { context } = scriptedContext({
    Set: ({ path }) => {
      begun.push(path);
      return new Promise((resolve) => answers.push(() => resolve([''])));
    },
  });
  await context.sessions.open();
  const paths = Array.from({ length: 2 * MAX_WRITES_AT_ONCE + 2 }, (_, at) => `${ITEM}${at}`);
  const end = new AbortController();
  const change = (path: string, signal?: AbortSignal): Promise<unknown> =>
    context.change(labelCall(path, 'item', 'l'), { signal });
  const [first = '', ...others] = paths;
  const writes = [change(first), ...others.map((path) => change(path))];
  const waiting = change(`${ITEM}aborted`, end.signal);
  const late = change(`${ITEM}late`, end.signal);
  await turn();
  assert.deepEqual(begun, paths.slice(0, MAX_WRITES_AT_ONCE));
  answers.shift()?.();
  await turn();
  assert.deepEqual(begun, paths.slice(0, MAX_WRITES_AT_ONCE + 1));
  // Whoever gives up while waiting takes nobody's place.
  end.abort();
  for (const aborted of [waiting, late]) {
    const error = await failsWith('aborted', aborted);
    assert.equal(error.mayHaveHappened, false);
  }
  while (answers.length > 0) {
    answers.shift()?.();
    await turn();
  }
  await Promise.all(writes);
  assert.deepEqual(begun, paths);
});

test('one change that is given up takes no other with it, and what has ended makes room once', async () => {
  const answers: (() => void)[] = [];
  const { context } = scriptedContext({
    Set: () => new Promise((resolve) => answers.push(() => resolve(['']))),
  });
  await context.sessions.open();
  const change = (signal?: AbortSignal): Promise<unknown> =>
    context.change(labelCall(ITEM, 'item', 'l'), { signal });
  for (const round of [1, 2]) {
    const end = new AbortController();
    const changes = Array.from({ length: MAX_WRITES_AT_ONCE }, () => change());
    const waiting = [change(end.signal), change(), change()] as const;
    await turn();
    assert.equal(answers.length, MAX_WRITES_AT_ONCE, `round ${round}`);
    end.abort();
    await failsWith('aborted', waiting[0]);
    while (answers.length > 0) {
      answers.shift()?.();
      await turn();
    }
    await Promise.all([...changes, waiting[1], waiting[2]]);
  }
});

test('a change that is given up as its turn comes leaves its place to the next', async () => {
  const { context } = scriptedContext();
  const answers: (() => void)[] = [];
  context.peer.call = () => new Promise((_answer, fail) => answers.push(() => fail(new Error())));
  const change = (signal?: AbortSignal): Promise<unknown> =>
    context.change(labelCall(ITEM, 'item', 'l'), { signal }).catch((error: unknown) => error);
  const changes = Array.from({ length: MAX_WRITES_AT_ONCE }, () => change());
  for (let round = 0; round < MAX_WRITES_AT_ONCE; round += 1) {
    const end = new AbortController();
    const given = change(end.signal);
    changes.push(change());
    const begun = answers.length;
    // The place is handed on first, then the caller gives up, and only then it would be taken.
    answers[round]?.();
    void Promise.resolve().then(() => end.abort());
    assert.ok(isSecretServiceError(await given, 'aborted'));
    await turn();
    assert.equal(answers.length, begun + 1, 'the next one has begun');
  }
  for (const answer of answers) answer();
  await Promise.all(changes);
});

test('changes that fail make room for others', async () => {
  const { daemon, context } = scriptedContext({ Set: () => errorReply('Failed') });
  const changes = Array.from({ length: 3 * MAX_WRITES_AT_ONCE }, () =>
    failsWith('failed', context.change(labelCall(ITEM, 'item', 'l'), {})),
  );
  await Promise.all(changes);
  assert.equal(daemon.members.filter((member) => member === 'Set Label').length, changes.length);
});
