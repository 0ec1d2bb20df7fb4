import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Refusal } from '../../src/api/refusal.ts';
import type { Prompter } from '../../src/prompters/prompter.ts';
import { acceptingPrompter, noPrompter } from '../../src/prompters/prompter.ts';
import { type PromptAction, Prompts } from '../../src/service/prompts.ts';
import type { PromptScript } from '../../src/stores/store.ts';

type End = [owner: string, path: string, dismissed: boolean, result: unknown];

interface Scene {
  readonly prompts: Prompts;
  readonly ends: End[];
  readonly faults: unknown[];
  vanished: number;
  /** Delays that were asked for. */
  readonly delays: number[];
}

function makeScene(
  prompter: Prompter = acceptingPrompter,
  { dismissCompletes = true, isShared = false } = {},
): Scene {
  const ends: End[] = [];
  const faults: unknown[] = [];
  const delays: number[] = [];
  const scene: Scene = {
    ends,
    faults,
    delays,
    vanished: 0,
    prompts: new Prompts({
      prompter,
      dismissCompletes,
      isShared,
      completed: (owner, path, dismissed, result) =>
        ends.push([owner, path, dismissed, result.value]),
      delay: async (delayMs) => void delays.push(delayMs),
      describeCaller: async (uniqueName) => ({ uniqueName, processId: 42 }),
      vanish: () => {
        scene.vanished += 1;
      },
      actionFailed: (error) => faults.push(error),
    }),
  };
  return scene;
}

function action(options: Partial<PromptAction> = {}): PromptAction {
  return {
    request: { action: 'unlock', label: 'x', needsPassword: false },
    dismissed: new Variant('s', 'dismissed'),
    wrongType: new Variant('s', 'wrong type'),
    perform: async () => new Variant('s', 'done'),
    ...options,
  };
}

/** Lets everything run that is ready to. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const isRefusal =
  (kind: string) =>
  (error: unknown): boolean =>
    error instanceof Refusal && error.kind === kind;

// @rule provider/completed-once
test('an accepted prompt ends once, for its owner', async () => {
  const { prompts, ends } = makeScene();
  const path = prompts.add(':1.1', action());
  prompts.show(':1.1', path, '');
  await settle();
  assert.deepEqual(ends, [[':1.1', path, false, 'done']]);
  assert.equal(prompts.has(path), false);
  assert.throws(() => prompts.dismiss(':1.1', path), isRefusal('no-such-object'));
});

test('what could not be done for a client that has left is forgotten, what was done is not', async () => {
  for (const [end, abandoned] of [
    ['fails', 1],
    ['wrong-password', 1],
    ['done', 0],
  ] as const) {
    const { prompts, ends } = makeScene();
    let count = 0;
    let goOn: () => void = () => {};
    const path = prompts.add(
      ':1.1',
      action({
        abandon: () => {
          count += 1;
        },
        perform: async () => {
          await new Promise<void>((resolve) => (goOn = resolve));
          if (end === 'fails') throw new Error('disk full');
          return end === 'done' ? new Variant('s', 'done') : end;
        },
      }),
    );
    prompts.show(':1.1', path, '');
    await settle();
    prompts.dropAll(':1.1');
    goOn();
    await settle();
    assert.deepEqual([count, ends], [abandoned, []], end);
  }
});

// @rule provider/only-accept-accepts
test('what is no yes is a no, and a password that cannot be wiped does nothing', async () => {
  for (const [reply, faults] of [
    [{ answer: 'dismiss' }, 0],
    [{ answer: 'refuse' }, 0],
    [{ answer: true }, 0],
    [{}, 0],
    [undefined, 1],
    [{ answer: 'accept', password: 'pw' }, 1],
  ] as const) {
    let done = 0;
    const prompter: Prompter = { ...noPrompter };
    Object.assign(prompter, { ask: async () => reply });
    const scene = makeScene(prompter);
    const path = scene.prompts.add(
      ':1.1',
      action({
        perform: async () => {
          done += 1;
          return new Variant('s', 'done');
        },
      }),
    );
    scene.prompts.show(':1.1', path, '');
    await settle();
    const about = JSON.stringify(reply);
    assert.deepEqual(scene.ends, [[':1.1', path, true, 'dismissed']], about);
    assert.deepEqual([done, scene.faults.length], [0, faults], about);
  }
});

test('the end of a prompt takes its question back, and an open one leaves nothing kept', async () => {
  const signals: AbortSignal[] = [];
  const { prompts } = makeScene({
    ask: (_request, signal) => {
      signals.push(signal);
      return new Promise(() => {});
    },
  });
  let abandoned = 0;
  const abandon = (): void => {
    abandoned += 1;
  };
  const add = (): string => prompts.add(':1.1', action({ abandon }));
  const [dismissed, dropped] = [add(), add(), add()];
  for (const path of [dismissed, dropped]) prompts.show(':1.1', path, '');
  prompts.dismiss(':1.1', dismissed);
  assert.deepEqual([signals.map(({ aborted }) => aborted), abandoned], [[true, false], 1]);
  prompts.dropAll(':1.1');
  assert.deepEqual([signals.map(({ aborted }) => aborted), abandoned], [[true, true], 3]);
});

test('what was done is not wiped, and a script with a wrong password is dismissed', async () => {
  let abandoned = 0;
  const abandon = (): void => {
    abandoned += 1;
  };
  const { prompts, ends } = makeScene();
  prompts.show(':1.1', prompts.add(':1.1', action({ abandon })), '');
  await settle();
  assert.equal(abandoned, 0);
  const script: PromptScript = { answer: 'accept' };
  const perform = async (): Promise<'wrong-password'> => 'wrong-password';
  prompts.show(':1.1', prompts.add(':1.1', action({ abandon, script, perform })), '');
  await settle();
  assert.deepEqual(
    ends.map(([, , isDismissed]) => isDismissed),
    [false, true],
  );
  assert.equal(abandoned, 1);
});

// @rule provider/prompts-take-turns
test('for one client one thing is done after the other, and for others meanwhile', async () => {
  const { prompts, ends } = makeScene();
  const begun: string[] = [];
  const goOn: (() => void)[] = [];
  const show = (owner: string, name: string): string => {
    const perform = async (): Promise<Variant> => {
      begun.push(name);
      await new Promise<void>((resolve) => goOn.push(resolve));
      return new Variant('s', name);
    };
    const path = prompts.add(owner, action({ perform }));
    prompts.show(owner, path, '');
    return path;
  };
  const [, second] = [show(':1.1', 'a1'), show(':1.1', 'a2'), show(':1.1', 'a3')];
  show(':1.2', 'b1');
  await settle();
  assert.deepEqual(begun, ['a1', 'b1']);
  // What has not begun can still be taken back.
  prompts.dismiss(':1.1', second);
  goOn.shift()?.();
  await settle();
  assert.deepEqual(begun, ['a1', 'b1', 'a3']);
  assert.deepEqual(
    ends.map(([, , dismissed, result]) => [dismissed, result]),
    [
      [true, 'dismissed'],
      [false, 'a1'],
    ],
  );
});

// @rule provider/dismiss-completes
test('Dismiss ends a prompt once, shown or not, and what was kept is wiped', async () => {
  const waiting: Prompter = { ask: () => new Promise(() => {}) };
  for (const isShown of [false, true]) {
    const { prompts, ends, faults } = makeScene(waiting);
    let abandoned = 0;
    const path = prompts.add(
      ':1.1',
      action({
        abandon: () => {
          abandoned += 1;
        },
      }),
    );
    if (isShown) prompts.show(':1.1', path, '');
    prompts.dismiss(':1.1', path);
    await settle();
    assert.deepEqual(ends, [[':1.1', path, true, 'dismissed']]);
    assert.deepEqual([abandoned, faults], [1, []]);
  }
});

test('with oo7 a dismissed prompt says nothing', () => {
  const { prompts, ends } = makeScene(acceptingPrompter, { dismissCompletes: false });
  const path = prompts.add(':1.1', action());
  prompts.dismiss(':1.1', path);
  assert.deepEqual(ends, []);
  assert.equal(prompts.has(path), false);
});

test('Dismiss while the action is under way: its result follows, once', async () => {
  const { prompts, ends } = makeScene();
  let finish: (result: Variant) => void = () => {};
  const path = prompts.add(
    ':1.1',
    action({
      perform: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    }),
  );
  prompts.show(':1.1', path, '');
  await settle();
  prompts.dismiss(':1.1', path);
  assert.deepEqual(ends, []);
  finish(new Variant('s', 'done'));
  await settle();
  assert.deepEqual(ends, [[':1.1', path, false, 'done']]);
});

// @rule provider/prompt-once
test('a prompt is shown once', () => {
  const { prompts } = makeScene({ ask: () => new Promise(() => {}) });
  const path = prompts.add(':1.1', action());
  prompts.show(':1.1', path, '');
  assert.throws(() => prompts.show(':1.1', path, ''), isRefusal('prompt-shown'));
});

// @rule provider/prompt-of-sender
test("another's prompt does not exist", () => {
  const { prompts, ends } = makeScene();
  const path = prompts.add(':1.1', action());
  assert.throws(() => prompts.show(':1.2', path, ''), isRefusal('foreign-prompt'));
  assert.throws(() => prompts.dismiss(':1.2', path), isRefusal('foreign-prompt'));
  assert.deepEqual(ends, []);
  assert.deepEqual(prompts.owners(), [':1.1']);
});

test('with KWallet and KeePassXC anybody ends a prompt, and its owner hears of it', () => {
  const { prompts, ends } = makeScene(acceptingPrompter, { isShared: true });
  const path = prompts.add(':1.1', action());
  prompts.dismiss(':1.2', path);
  assert.deepEqual(ends, [[':1.1', path, true, 'dismissed']]);
});

test('who leaves in the middle of a prompt takes it along', async () => {
  let asked: AbortSignal | undefined;
  const { prompts, ends, faults } = makeScene({
    ask: (_request, signal) =>
      new Promise((_resolve, reject) => {
        asked = signal;
        signal.addEventListener('abort', () => reject(new Error('aborted')));
      }),
  });
  const path = prompts.add(':1.1', action());
  const other = prompts.add(':1.2', action());
  prompts.show(':1.1', path, '');
  prompts.dropAll(':1.1');
  await settle();
  assert.equal(asked?.aborted, true);
  assert.deepEqual([ends, faults, prompts.has(other)], [[], [], true]);
  prompts.dropAll();
  assert.equal(prompts.has(other), false);
});

test('a wrong password is asked for again, three times at most, and each is wiped', async () => {
  const passwords: Uint8Array[] = [];
  const wasWrong: boolean[] = [];
  const { prompts, ends } = makeScene({
    ask: async (request) => {
      wasWrong.push(request.wasWrong);
      const password = new Uint8Array([1, 2]);
      passwords.push(password);
      return { answer: 'accept', password };
    },
  });
  const path = prompts.add(':1.1', action({ perform: async () => 'wrong-password' }));
  prompts.show(':1.1', path, '');
  await settle();
  assert.deepEqual(wasWrong, [false, true, true]);
  assert.ok(passwords.every((password) => password.every((byte) => byte === 0)));
  assert.deepEqual(ends, [[':1.1', path, true, 'dismissed']]);
});

test('between two tries of a password it can be dismissed', async () => {
  let asked = 0;
  const { prompts, ends } = makeScene({
    ask: () => {
      asked += 1;
      return asked === 1 ? Promise.resolve({ answer: 'accept' }) : new Promise(() => {});
    },
  });
  const path = prompts.add(':1.1', action({ perform: async () => 'wrong-password' }));
  prompts.show(':1.1', path, '');
  await settle();
  assert.deepEqual([asked, ends], [2, []]);
  prompts.dismiss(':1.1', path);
  assert.deepEqual(ends, [[':1.1', path, true, 'dismissed']]);
});

test('an answer that comes after Dismiss does nothing, and its password is wiped', async () => {
  const password = new Uint8Array([1]);
  let answer: () => void = () => {};
  const { prompts, ends } = makeScene({
    ask: () =>
      new Promise((resolve) => {
        answer = () => resolve({ answer: 'accept', password });
      }),
  });
  let performed = 0;
  const path = prompts.add(
    ':1.1',
    action({
      perform: async () => {
        performed += 1;
        return new Variant('s', '');
      },
    }),
  );
  prompts.show(':1.1', path, '');
  prompts.dismiss(':1.1', path);
  answer();
  await settle();
  assert.deepEqual([performed, password[0], ends.length], [0, 0, 1]);
});

test('an action that fails ends in a dismissal, and the fault is told', async () => {
  const { prompts, ends, faults } = makeScene();
  const path = prompts.add(':1.1', action({ perform: () => Promise.reject(new Error('disk')) }));
  prompts.show(':1.1', path, '');
  await settle();
  assert.deepEqual(ends, [[':1.1', path, true, 'dismissed']]);
  assert.match(String(faults[0]), /disk/u);
});

const SCRIPTS: readonly [PromptScript, readonly unknown[] | undefined][] = [
  [{ answer: 'accept' }, [false, 'done']],
  [{ answer: 'accept', delayMs: 50 }, [false, 'done']],
  [{ answer: 'dismiss', delayMs: 50 }, [true, 'dismissed']],
  [{ answer: 'wrong-type' }, [false, 'wrong type']],
  [{ answer: 'never' }, undefined],
  [{ answer: 'vanish' }, undefined],
];
for (const [script, expected] of SCRIPTS) {
  test(`script ${script.answer}${script.delayMs ? ', later' : ''}`, async () => {
    const scene = makeScene(noPrompter);
    const path = scene.prompts.add(':1.1', action({ script }));
    scene.prompts.show(':1.1', path, '');
    await settle();
    assert.deepEqual(scene.ends[0]?.slice(2), expected);
    assert.equal(scene.vanished, script.answer === 'vanish' ? 1 : 0);
    assert.deepEqual(scene.delays, [script.delayMs ?? 0]);
  });
}

test('the prompter learns who asks, for what, and in which window', async () => {
  let seen: unknown;
  const { prompts } = makeScene({
    ask: async ({ describeClient, ...request }) => {
      seen = { ...request, caller: await describeClient() };
      return { answer: 'dismiss' };
    },
  });
  prompts.show(':1.1', prompts.add(':1.1', action()), 'window 7');
  await settle();
  assert.deepEqual(seen, {
    action: 'unlock',
    label: 'x',
    needsPassword: false,
    client: ':1.1',
    windowId: 'window 7',
    wasWrong: false,
    caller: { uniqueName: ':1.1', processId: 42 },
  });
});

// @rule provider/prompt-limit
test('one connection holds 256 prompts and no more', () => {
  const { prompts } = makeScene();
  for (let count = 0; count < 256; count += 1) prompts.add(':1.1', action());
  assert.throws(() => prompts.add(':1.1', action()), isRefusal('limits-exceeded'));
  prompts.add(':1.2', action());
});
