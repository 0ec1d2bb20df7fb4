import assert from 'node:assert/strict';
import { Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { Peer } from '../../src/daemon/peer.ts';
import { GENERIC_PROFILE } from '../../src/daemon-profile.ts';
import { MAX_EARLY_PROMPTS } from '../../src/limits.ts';
import { PromptDesk } from '../../src/prompts/prompt-desk.ts';
import { failsWith } from '../support/failing.ts';
import {
  errorReply,
  ManualClock,
  never,
  PROMPT,
  ScriptedDaemon,
  SERVICE,
  turn,
} from '../support/scripted-daemon.ts';
import { scriptedContext } from '../support/scripted-service.ts';

const OPTIONS = { interactive: true, windowId: 'x11:7', promptMs: undefined };
const MADE = new Variant('o', '/made');

test('shown with the window, and ended by its own Completed', async () => {
  const { daemon, context, origin } = scriptedContext();
  context.prompts.prepare();
  const pending = context.prompts.perform(PROMPT, 's', OPTIONS, origin);
  await turn();
  assert.deepEqual(
    daemon.calls.map((call) => [call.member, call.path, call.body]),
    [['Prompt', PROMPT, ['x11:7']]],
  );
  daemon.complete(PROMPT, false, MADE);
  assert.equal(await pending, '/made');
});

// @rule secret/exact-prompt-path
test("other prompts' Completed are none of ours", async () => {
  const { daemon, context, origin } = scriptedContext();
  context.prompts.prepare();
  const pending = context.prompts.perform(PROMPT, 's', OPTIONS, origin);
  daemon.complete(`${PROMPT}x`, true, MADE);
  daemon.complete(`${SERVICE}/prompt`, true, MADE);
  await turn();
  daemon.complete(PROMPT, false, MADE);
  assert.equal(await pending, '/made');
});

// @rule secret/early-completion
test('a prompt may complete before it is shown', async () => {
  const { daemon, context, origin } = scriptedContext();
  context.prompts.prepare();
  daemon.complete(PROMPT, false, MADE);
  await turn();
  assert.equal(await context.prompts.perform(PROMPT, 's', OPTIONS, origin), '/made');
  assert.deepEqual(daemon.members, []);
});

test('a prompt that is gone when it is shown may have completed a moment ago', async () => {
  const { daemon, context, origin } = scriptedContext({
    Prompt: () => errorReply('UnknownObject'),
  });
  context.prompts.prepare();
  const pending = context.prompts.perform(PROMPT, 's', OPTIONS, origin);
  daemon.complete(PROMPT, false, MADE);
  assert.equal(await pending, '/made');
  await failsWith('not-found', context.prompts.perform(`${PROMPT}2`, 's', OPTIONS, origin));
});

// @rule secret/no-prompter
test('without a display nobody dismisses at once, but where the daemon asks elsewhere', async () => {
  for (const [asksWithoutDisplay, code] of [
    [false, 'no-prompter'],
    [true, 'dismissed'],
  ] as const) {
    const daemon = new ScriptedDaemon();
    const peer = new Peer(daemon, 25_000);
    const profile = async () => ({ ...GENERIC_PROFILE, asksWithoutDisplay });
    const clock = new ManualClock();
    const desk = new PromptDesk(peer, clock, false, profile);
    desk.prepare();
    const { origin } = scriptedContext();
    const pending = desk.perform(PROMPT, 's', OPTIONS, origin);
    await turn();
    daemon.complete(PROMPT, true, MADE);
    await failsWith(code, pending);
    // What we gave up ourselves, nobody has said no to, wherever the daemon asks.
    const late = desk.perform(PROMPT, 's', { ...OPTIONS, promptMs: 50 }, origin);
    await turn();
    clock.advance(50);
    await failsWith('no-prompter', late);
    desk.close();
  }
});

test('only so many early results are kept', async () => {
  const { daemon, context, origin } = scriptedContext({
    Prompt: () => errorReply('UnknownObject'),
  });
  context.prompts.prepare();
  for (let i = 0; i < 70; i += 1) daemon.complete(`${PROMPT}${i}`, false, MADE);
  await turn();
  for (let i = 0; i < 70; i += 1) {
    const performed = context.prompts.perform(`${PROMPT}${i}`, 's', OPTIONS, origin);
    if (i < 70 - MAX_EARLY_PROMPTS) await failsWith('not-found', performed);
    else assert.equal(await performed, '/made');
  }
});

test('what was said of a prompt counts once: its path may be used again', async () => {
  for (const isEarly of [true, false]) {
    const { daemon, clock, context, origin } = scriptedContext();
    context.prompts.prepare();
    const perform = () =>
      context.prompts.perform(PROMPT, 's', { ...OPTIONS, promptMs: 50 }, origin);
    if (isEarly) daemon.complete(PROMPT, false, MADE);
    await turn();
    const first = perform();
    await turn();
    if (!isEarly) daemon.complete(PROMPT, false, MADE);
    assert.equal(await first, '/made');
    assert.equal(clock.pending, 0);
    const second = failsWith('dismissed', perform());
    await turn();
    daemon.complete(PROMPT, true, MADE);
    await second;
  }
});

// @rule secret/dismiss-without-waiting
test('deadline and abort dismiss it without waiting for anything', async () => {
  const { daemon, clock, context, origin } = scriptedContext({ Prompt: never, Dismiss: never });
  context.prompts.prepare();
  const limited = failsWith(
    'prompt-deadline',
    context.prompts.perform(PROMPT, 's', { ...OPTIONS, promptMs: 50 }, origin),
  );
  await turn();
  clock.advance(50);
  await limited;
  const controller = new AbortController();
  const aborted = failsWith(
    'aborted',
    context.prompts.perform(PROMPT, 's', { ...OPTIONS, signal: controller.signal }, origin),
  );
  controller.abort('why');
  assert.equal((await aborted).cause, 'why');
  assert.equal(daemon.members.filter((member) => member === 'Dismiss').length, 2);
  assert.equal(clock.pending, 0);
});

// @rule secret/dismissal-survived
test('a daemon that would not survive a dismissal is spared it', async () => {
  const { daemon, clock, context, origin } = scriptedContext(
    { Prompt: never },
    { undismissableCalls: ['Service.Unlock'] },
  );
  context.prompts.prepare();
  for (const subject of ['Service.Unlock', 'Item.Delete']) {
    const pending = context.prompts.perform(PROMPT, subject, { ...OPTIONS, promptMs: 50 }, origin);
    const failed = failsWith('prompt-deadline', pending);
    await turn();
    clock.advance(50);
    await failed;
  }
  assert.deepEqual(daemon.members, ['Prompt', 'Prompt', 'Dismiss']);
});

// @rule secret/no-queue-of-dialogs
test('no dialog is put behind one that stays on the screen', async () => {
  const { daemon, clock, context, origin } = scriptedContext(
    { Prompt: never },
    { undismissableCalls: ['Service.Unlock'] },
  );
  context.prompts.prepare();
  const unlock = (path: string, promptMs?: number) =>
    context.prompts.perform(path, 'Service.Unlock', { ...OPTIONS, promptMs }, origin);
  const shown = (): unknown[] =>
    daemon.calls.filter(({ member }) => member === 'Prompt').map(({ path }) => path);
  const abandoned = failsWith('prompt-deadline', unlock(PROMPT, 50));
  await turn();
  clock.advance(50);
  await abandoned;
  const next = unlock(`${PROMPT}2`);
  const impatient = failsWith('prompt-deadline', unlock(`${PROMPT}3`, 50));
  await turn();
  clock.advance(50);
  await impatient;
  assert.deepEqual(shown(), [PROMPT]);
  daemon.complete(PROMPT, true, MADE);
  await turn();
  assert.deepEqual(shown(), [PROMPT, `${PROMPT}2`]);
  daemon.complete(`${PROMPT}2`, false, MADE);
  assert.equal(await next, '/made');
  // One that was never shown is in nobody's way, nor is one that could not be.
  const unseen = { ...OPTIONS, interactive: false };
  const refused = context.prompts.perform(`${PROMPT}5`, 'Service.Unlock', unseen, origin);
  await failsWith('prompt-required', refused);
  const last = unlock(`${PROMPT}4`);
  await turn();
  assert.deepEqual(shown(), [PROMPT, `${PROMPT}2`, `${PROMPT}4`]);
  daemon.complete(`${PROMPT}4`, false, MADE);
  assert.equal(await last, '/made');
});

// @rule secret/non-interactive
test('without leave to prompt it is dismissed unseen', async () => {
  const { daemon, context, origin } = scriptedContext();
  context.prompts.prepare();
  const options = { ...OPTIONS, interactive: false };
  await failsWith('prompt-required', context.prompts.perform(PROMPT, 's', options, origin));
  assert.deepEqual(daemon.members, ['Dismiss']);
});

test('a daemon that goes away, and a service that is closed, end it', async () => {
  for (const [end, code] of [
    ['changeOwner', 'owner-changed'],
    ['disconnect', 'disconnected'],
    ['close', 'closed'],
  ] as const) {
    const { daemon, context, origin } = scriptedContext();
    context.prompts.prepare();
    const pending = failsWith(code, context.prompts.perform(PROMPT, 's', OPTIONS, origin));
    await turn();
    if (end === 'changeOwner') daemon.changeOwner(undefined);
    else if (end === 'disconnect') daemon.disconnect();
    else context.prompts.close();
    assert.equal((await pending).mayHaveHappened, true);
  }
});

test('one subscription lasts as long as its connection, and no longer', async () => {
  const daemons: ScriptedDaemon[] = [];
  const subscriptions: ScriptedDaemon[] = [];
  const peer = new Peer(() => {
    const daemon = new ScriptedDaemon();
    const { signals } = daemon;
    daemon.signals = (rule) => {
      subscriptions.push(daemon);
      return signals.call(daemon, rule);
    };
    daemons.push(daemon);
    return daemon;
  }, 1000);
  const desk = new PromptDesk(peer, new ManualClock(), true, async () => GENERIC_PROFILE);
  // Who comes back as soon as the loss is told subscribes on the next connection.
  peer.links.onLoss(() => desk.prepare());
  desk.prepare();
  daemons[0]?.changeOwner(':1.77');
  await turn();
  assert.deepEqual(subscriptions, [daemons[0]]);
  daemons[0]?.disconnect();
  await turn();
  assert.equal(daemons.length, 2);
  assert.deepEqual(subscriptions, daemons);
});

test('an outcome does not wait for which daemon it is', async () => {
  const { daemon, clock, context, origin } = scriptedContext({ Prompt: never });
  const unknown = new PromptDesk(context.peer, clock, true, () => new Promise(() => {}));
  const pending = failsWith(
    'prompt-deadline',
    unknown.perform(PROMPT, 's', { ...OPTIONS, promptMs: 50 }, origin),
  );
  await turn();
  clock.advance(50);
  assert.equal((await pending).mayHaveHappened, true);
  const failing = new PromptDesk(context.peer, clock, true, () => Promise.reject(new Error('x')));
  const strict = { ...OPTIONS, interactive: false };
  await failsWith('prompt-required', failing.perform(PROMPT, 's', strict, origin));
  assert.deepEqual(daemon.members, ['Prompt']);
});

// @rule secret/prompt-from-its-daemon
test("what another sender says of a prompt's path is none of ours", async () => {
  const { daemon, context, origin } = scriptedContext();
  context.prompts.prepare();
  const elsewhere = { ...origin, owner: ':1.66' };
  daemon.complete(PROMPT, false, MADE);
  await turn();
  const pending = context.prompts.perform(PROMPT, 's', OPTIONS, elsewhere);
  daemon.complete(PROMPT, false, MADE);
  await failsWith('owner-changed', pending);
});

test('one prompt that is named to two calls ends both', async () => {
  const { daemon, context, origin } = scriptedContext();
  context.prompts.prepare();
  const both = [1, 2].map(() => context.prompts.perform(PROMPT, 's', OPTIONS, origin));
  await turn();
  daemon.complete(PROMPT, false, MADE);
  assert.deepEqual(await Promise.all(both), ['/made', '/made']);
});

// @rule secret/subscription-refused
test('where the bus refuses the subscription, no prompt waits for ever', async () => {
  const { daemon, context, origin } = scriptedContext({ Prompt: never });
  let refuse = (_error: Error): void => {};
  daemon.signals = () => ({
    close: () => {},
    async *[Symbol.asyncIterator]() {
      yield await new Promise<never>((_resolve, reject) => {
        refuse = reject;
      });
    },
  });
  context.prompts.prepare();
  const shown = failsWith('failed', context.prompts.perform(PROMPT, 's', OPTIONS, origin));
  await turn();
  refuse(errorReply('LimitsExceeded'));
  assert.match((await shown).message, /^Prompt\.Completed: .*LimitsExceeded/);
  await failsWith('failed', context.prompts.perform(`${PROMPT}2`, 's', OPTIONS, origin));
  // The next call that can prompt asks again.
  context.prompts.prepare();
  const again = failsWith('closed', context.prompts.perform(PROMPT, 's', OPTIONS, origin));
  await turn();
  context.prompts.close();
  await again;
});

// @rule secret/late-completion
test('what is said of a prompt that was given up is not said of the next one at its path', async () => {
  const { daemon, clock, context, origin } = scriptedContext({ Prompt: never });
  const first = { ...OPTIONS, promptMs: 50, since: context.prompts.prepare() };
  const givenUp = failsWith('prompt-deadline', context.prompts.perform(PROMPT, 's', first, origin));
  await turn();
  clock.advance(50);
  await givenUp;
  daemon.complete(PROMPT, true, MADE);
  await turn();
  const second = { ...OPTIONS, since: context.prompts.prepare() };
  const pending = context.prompts.perform(PROMPT, 's', second, origin);
  await turn();
  daemon.complete(PROMPT, false, MADE);
  assert.equal(await pending, '/made');
  // One that completes before it is shown still counts.
  const third = { ...OPTIONS, since: context.prompts.prepare() };
  daemon.complete(PROMPT, false, MADE);
  await turn();
  assert.equal(await context.prompts.perform(PROMPT, 's', third, origin), '/made');
});

test('who gives up while it is found out what a refusal means is not kept waiting', async () => {
  const daemon = new ScriptedDaemon();
  const peer = new Peer(daemon, 25_000);
  const desk = new PromptDesk(peer, new ManualClock(), false, () => new Promise(() => {}));
  desk.prepare();
  const { origin } = scriptedContext();
  const { signal, abort } = abortable();
  const pending = failsWith('aborted', desk.perform(PROMPT, 's', { ...OPTIONS, signal }, origin));
  await turn();
  daemon.complete(PROMPT, true, MADE);
  await turn();
  abort();
  await pending;
  desk.close();
});

function abortable(): { signal: AbortSignal; abort: () => void } {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

test('who gave up before is shown nothing', async () => {
  const { daemon, context, origin } = scriptedContext();
  context.prompts.prepare();
  const options = { ...OPTIONS, signal: AbortSignal.abort() };
  await failsWith('aborted', context.prompts.perform(PROMPT, 's', options, origin));
  assert.deepEqual(daemon.members, ['Dismiss']);
});

test("that the call to show it takes as long as the user does is not the user's end", async () => {
  const { daemon, context, origin } = scriptedContext({ Prompt: () => errorReply('Timeout') });
  context.prompts.prepare();
  const pending = context.prompts.perform(PROMPT, 's', OPTIONS, origin);
  for (let i = 0; i < 3; i += 1) await turn();
  daemon.complete(PROMPT, false, MADE);
  assert.equal(await pending, '/made');
});

test('a Completed that does not say whether it was dismissed says nothing', async () => {
  const { daemon, context, origin } = scriptedContext();
  context.prompts.prepare();
  const pending = context.prompts.perform(PROMPT, 's', OPTIONS, origin);
  await turn();
  const odd = { path: PROMPT, interface: 'org.freedesktop.Secret.Prompt', member: 'Completed' };
  daemon.signal({ ...odd, signature: '', body: [] });
  daemon.signal({ ...odd, signature: 's', body: ['false'] });
  await turn();
  daemon.complete(PROMPT, false, MADE);
  assert.equal(await pending, '/made');
  // Its result may be missing.
  const second = context.prompts.perform(PROMPT, 's', OPTIONS, origin);
  await turn();
  daemon.signal({ ...odd, signature: 'b', body: [false] });
  assert.equal(await second, undefined);
});
