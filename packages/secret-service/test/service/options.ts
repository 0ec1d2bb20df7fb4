import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  BLIND_PROMPT_MS,
  checkOptions,
  effectiveTimeouts,
  REPLY_MS,
} from '../../src/service/options.ts';
import { ScriptedDaemon } from '../support/scripted-daemon.ts';

// @rule secret/blind-prompt-deadline
test('a prompt has no deadline with a display, and a short one without', () => {
  assert.deepEqual(effectiveTimeouts(undefined, true), { replyMs: REPLY_MS, promptMs: undefined });
  assert.deepEqual(effectiveTimeouts({}, false), { replyMs: REPLY_MS, promptMs: BLIND_PROMPT_MS });
  assert.deepEqual(effectiveTimeouts({ replyMs: 1, promptMs: 2 }, false), {
    replyMs: 1,
    promptMs: 2,
  });
  const forEver = effectiveTimeouts({ promptMs: Number.POSITIVE_INFINITY }, false);
  assert.equal(forEver.promptMs, Number.POSITIVE_INFINITY);
});

test('what is no deadline is refused', () => {
  for (const replyMs of [0, -1, Number.NaN]) {
    assert.throws(() => effectiveTimeouts({ replyMs }, true), { code: 'invalid-argument' });
  }
  for (const timeouts of [{ reply: 5000 }, { toString: 5 }, 5, null]) {
    assert.throws(() => Reflect.apply(effectiveTimeouts, undefined, [timeouts, true]), {
      code: 'invalid-argument',
      message: /^timeouts: expected /,
    });
  }
});

// @rule secret/option-names
test('options of few values are checked, and a connection excludes an address', () => {
  checkOptions({});
  checkOptions({ session: 'plain', windowId: 'x11:1', address: 'unix:path=/x' });
  const connection = new ScriptedDaemon();
  checkOptions({ connection });
  const bad: unknown[] = [
    { session: 'plian' },
    { session: 'toString' },
    { windowId: 'a\0' },
    { connection, address: 'unix:path=/x' },
    { bus: 'sesion' },
    { adress: 'unix:path=/x' },
    { interactiv: false },
    { toString: 5 },
    { interactive: 'no' },
    { hasDisplay: 1 },
    { connection: {} },
    { connection: null },
    'unix:path=/x',
    null,
  ];
  for (const options of bad) {
    assert.throws(() => Reflect.apply(checkOptions, undefined, [options]), {
      code: 'invalid-argument',
    });
  }
});
