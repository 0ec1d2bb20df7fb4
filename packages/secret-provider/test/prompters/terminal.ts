import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { terminalPrompter } from '../../src/prompters/terminal.ts';
import { promptRequest } from '../support/prompt-request.ts';

interface Scene {
  readonly prompter: ReturnType<typeof terminalPrompter>;
  /** Questions and lines, as the person saw them. */
  readonly shown: string[];
  readonly handedOut: Uint8Array[];
  /** Answers the question that stands; `undefined` is Ctrl-C. */
  readonly type: (line: string | undefined) => Promise<void>;
}

/** Lets everything run that is ready to. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function makeScene(): Scene {
  const shown: string[] = [];
  const handedOut: Uint8Array[] = [];
  let answer: ((line: Uint8Array | undefined) => void) | undefined;
  const prompter = terminalPrompter({
    ask: (question, signal) => {
      assert.equal(answer, undefined, 'one question at a time');
      shown.push(question);
      return new Promise((resolve) => {
        answer = (line) => {
          answer = undefined;
          resolve(line);
        };
        signal.addEventListener('abort', () => answer?.(undefined));
      });
    },
    tell: (line) => shown.push(line),
  });
  const type = async (line: string | undefined): Promise<void> => {
    await settle();
    assert.ok(answer !== undefined, 'a question stands');
    const bytes = line === undefined ? undefined : new TextEncoder().encode(line);
    if (bytes !== undefined) handedOut.push(bytes);
    answer(bytes);
    await settle();
  };
  return { prompter, shown, handedOut, type };
}

const { signal: NEVER } = new AbortController();

test('a yes allows; everything else, and Ctrl-C, refuses', async () => {
  for (const [typed, answer] of [
    ['yes', 'accept'],
    [' Y ', 'accept'],
    ['no', 'dismiss'],
    ['', 'dismiss'],
    ['yess', 'dismiss'],
    [undefined, 'dismiss'],
  ] as const) {
    const { prompter, shown, type } = makeScene();
    const reply = prompter.ask(promptRequest(), NEVER);
    await type(typed);
    assert.deepEqual(await reply, { answer });
    assert.deepEqual(shown, [
      '"/usr/bin/mail" (process 42) wants to unlock the collection "Login". Allow it? Type yes or no: ',
      answer === 'accept' ? 'allowed' : 'refused',
    ]);
  }
});

test('a password is handed on; a wrong one is said to be so; an empty one is asked for again', async () => {
  const { prompter, shown, type } = makeScene();
  const reply = prompter.ask(promptRequest({ needsPassword: true, wasWrong: true }), NEVER);
  await type('');
  await type('pässword');
  assert.deepEqual(await reply, {
    answer: 'accept',
    password: new TextEncoder().encode('pässword'),
  });
  assert.match(shown[0] ?? '', /^That password was wrong\. .* Password: $/u);
  assert.match(shown[1] ?? '', /^That was empty\. /u);
  const left = prompter.ask(promptRequest({ needsPassword: true }), NEVER);
  await type(undefined);
  assert.deepEqual(await left, { answer: 'dismiss' });
  assert.equal(shown.at(-1), 'refused');
});

test('the password of a new collection is typed twice', async () => {
  const { prompter, shown, handedOut, type } = makeScene();
  const request = promptRequest({ action: 'create-collection', needsPassword: true });
  const reply = prompter.ask(request, NEVER);
  for (const line of ['', 'one', 'two', 'three', 'three']) await type(line);
  assert.deepEqual(await reply, { answer: 'accept', password: new TextEncoder().encode('three') });
  assert.deepEqual(
    shown.map((line) => line.split(' ').slice(0, 3).join(' ')),
    [
      '"/usr/bin/mail" (process 42)',
      'That was empty.',
      'Once more: ',
      'The two differ.',
      'Once more: ',
    ],
  );
  assert.ok([1, 2, 4].every((at) => handedOut[at]?.every((byte) => byte === 0)));
  const given = prompter.ask(request, NEVER);
  await type('half');
  await type(undefined);
  assert.deepEqual(await given, { answer: 'dismiss' });
  assert.ok(handedOut.at(-1)?.every((byte) => byte === 0));
});

// @rule provider/one-question-at-a-time
test('questions wait for each other; one that is taken back goes, standing or waiting', async () => {
  const { prompter, shown, type } = makeScene();
  const [first, second] = [new AbortController(), new AbortController()];
  const replies = [
    prompter.ask(promptRequest({ label: '1' }), first.signal),
    prompter.ask(promptRequest({ label: '2' }), second.signal),
    prompter.ask(promptRequest({ label: '3' }), NEVER),
  ];
  await settle();
  assert.equal(shown.length, 1);
  second.abort();
  first.abort();
  await type('yes');
  assert.deepEqual(
    (await Promise.all(replies)).map(({ answer }) => answer),
    ['dismiss', 'dismiss', 'accept'],
  );
  assert.deepEqual(
    shown.map((line) => /"(\d)"/u.exec(line)?.[1] ?? line),
    ['1', 'the question was taken back', '3', 'allowed'],
  );
});

test('a terminal that fails fails one question, not the next; who left has a name still', async () => {
  let isBroken = true;
  const shown: string[] = [];
  const prompter = terminalPrompter({
    ask: async (question) => {
      shown.push(question);
      if (isBroken) throw new Error('broken');
      return new TextEncoder().encode('yes');
    },
    tell: () => {},
  });
  const describeClient = (): Promise<never> => Promise.reject(new Error('gone'));
  await assert.rejects(prompter.ask(promptRequest({ describeClient }), NEVER), /broken/u);
  assert.match(shown[0] ?? '', /\(:1\.1\) wants/u);
  isBroken = false;
  assert.deepEqual(await prompter.ask(promptRequest(), NEVER), { answer: 'accept' });
});
