import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { formatTime, itemAsJson, jsonLine, lastElement } from '../../src/output/item-text.ts';

test('formatTime: UTC as secret-tool prints it, empty for what is unknown', () => {
  assert.equal(formatTime(1_795_380_352), '2026-11-22 20:45:52');
  assert.equal(formatTime(0), '');
  assert.equal(formatTime(undefined), '');
  assert.equal(formatTime(2 ** 64), '');
});

test('itemAsJson: unknown dates are null', () => {
  assert.deepEqual(
    itemAsJson({
      path: '/a/b',
      label: 'L',
      attributes: new Map([['app', 'demo']]),
      isLocked: true,
      created: 1,
    }),
    {
      path: '/a/b',
      label: 'L',
      attributes: { app: 'demo' },
      locked: true,
      created: '1970-01-01T00:00:01.000Z',
      modified: null,
    },
  );
});

test('lastElement and jsonLine', () => {
  assert.equal(lastElement('/org/freedesktop/secrets/collection/login/2'), '2');
  assert.equal(jsonLine({ a: 1 }), '{"a":1}\n');
});

// @rule cli/terminal-escapes
test('jsonLine: nothing that steers a terminal passes, and programs read the same', () => {
  const label = 'a\u001b[2J\u009b31m\u007f\u202e\u061cü\u2028b';
  const line = jsonLine({ label });
  assert.doesNotMatch(line.trimEnd(), /[\p{Cc}\p{Cf}\u2028]/u);
  assert.ok(line.includes('ü'));
  assert.deepEqual(JSON.parse(line), { label });
});
