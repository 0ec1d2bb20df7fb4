import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { hasDisplay } from '../../src/io/environment.ts';

test('a display is what the environment names', () => {
  const { DISPLAY, WAYLAND_DISPLAY } = process.env;
  const cases: [string | undefined, string | undefined, boolean][] = [
    [undefined, undefined, false],
    ['', '', false],
    [':0', undefined, true],
    [undefined, 'wayland-0', true],
  ];
  try {
    for (const [x11, wayland, expected] of cases) {
      set('DISPLAY', x11);
      set('WAYLAND_DISPLAY', wayland);
      assert.equal(hasDisplay(), expected);
    }
  } finally {
    set('DISPLAY', DISPLAY);
    set('WAYLAND_DISPLAY', WAYLAND_DISPLAY);
  }
});

function set(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
