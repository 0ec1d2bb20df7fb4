import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { currentPlace } from '../../src/io/place.ts';

test('currentPlace: the bus of the environment as it is now', () => {
  const before = process.env['DBUS_SESSION_BUS_ADDRESS'];
  try {
    process.env['DBUS_SESSION_BUS_ADDRESS'] = 'unix:path=/first';
    assert.deepEqual(currentPlace(true), { busAddress: 'unix:path=/first', interactive: true });
    process.env['DBUS_SESSION_BUS_ADDRESS'] = 'unix:path=/second';
    assert.deepEqual(currentPlace(false), { busAddress: 'unix:path=/second', interactive: false });
  } finally {
    if (before === undefined) delete process.env['DBUS_SESSION_BUS_ADDRESS'];
    else process.env['DBUS_SESSION_BUS_ADDRESS'] = before;
  }
});

test('currentPlace: whether a question would be seen, unless the program says so', () => {
  const before = process.env['DISPLAY'];
  try {
    process.env['DISPLAY'] = ':0';
    assert.equal(currentPlace(undefined).interactive, true);
    assert.equal(currentPlace(false).interactive, false);
  } finally {
    if (before === undefined) delete process.env['DISPLAY'];
    else process.env['DISPLAY'] = before;
  }
});
