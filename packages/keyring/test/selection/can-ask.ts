import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { canAsk } from '../../src/selection/can-ask.ts';

test('canAsk: at a terminal, or where a display is named', () => {
  assert.ok(canAsk({ env: {}, hasTerminal: true }));
  assert.ok(canAsk({ env: { DISPLAY: ':0' }, hasTerminal: false }));
  assert.ok(canAsk({ env: { WAYLAND_DISPLAY: 'wayland-0' }, hasTerminal: false }));
  assert.ok(!canAsk({ env: {}, hasTerminal: false }));
  assert.ok(!canAsk({ env: { DISPLAY: '', WAYLAND_DISPLAY: '' }, hasTerminal: false }));
});
