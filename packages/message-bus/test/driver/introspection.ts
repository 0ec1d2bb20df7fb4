import assert from 'node:assert/strict';
import { parseIntrospection } from '@keywire/dbus-wire/introspection';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { introspectDriver } from '../../src/driver/introspection.ts';
import { DRIVER_METHODS } from '../../src/driver/methods.ts';

const XML = introspectDriver(DRIVER_METHODS, '/org/freedesktop/DBus');

test('the driver describes every method that it answers, with its types', () => {
  const described = new Map(
    parseIntrospection(XML).interfaces.flatMap(({ name, methods = {} }) =>
      Object.entries(methods).map(([member, method]) => [
        `${name}.${member}`,
        `${method.in ?? ''}>${method.out ?? ''}`,
      ]),
    ),
  );
  const answered = new Map(
    DRIVER_METHODS.map((method) => [
      `${method.interface}.${method.member}`,
      `${method.in}>${method.out}`,
    ]),
  );
  assert.deepEqual(new Map([...described].sort()), new Map([...answered].sort()));
});

test('above its path the driver shows the way', () => {
  const names = (path: string): (string | undefined)[] =>
    parseIntrospection(introspectDriver(DRIVER_METHODS, path)).nodes.map(({ name }) => name);
  assert.deepEqual(names('/'), ['org']);
  assert.deepEqual(names('/org'), ['freedesktop']);
  assert.deepEqual(names('/org/freedesktop'), ['DBus']);
  assert.deepEqual(names('/elsewhere'), []);
});
