import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  isBusName,
  isErrorName,
  isInterfaceName,
  isMemberName,
  isObjectPath,
  isUniqueName,
} from '../../src/codec/names.ts';

const filled = (head: string, length: number): string => head + 'x'.repeat(length - head.length);

interface Table {
  readonly name: string;
  readonly accepts: (text: string) => boolean;
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

const TABLES: readonly Table[] = [
  {
    name: 'object path',
    accepts: isObjectPath,
    good: ['/', '/a', '/_/0/A_9', filled('/', 5000)],
    bad: ['', 'a', '//', '/a/', '/a//b', '/a.b', '/a-b', '/é', '/a\n', ' /a', '/a\0'],
  },
  {
    name: 'interface name',
    accepts: isInterfaceName,
    good: ['a.b', '_._1', 'org.freedesktop.DBus', filled('a.', 255)],
    bad: [
      '',
      'a',
      '.a.b',
      'a..b',
      'a.b.',
      'a.1b',
      '1a.b',
      'a-b.c',
      'é.b',
      'a.b\n',
      filled('a.', 256),
    ],
  },
  {
    name: 'error name',
    accepts: isErrorName,
    good: ['a.b', filled('a.', 255)],
    bad: ['a', 'a.1', filled('a.', 256)],
  },
  {
    name: 'member name',
    accepts: isMemberName,
    good: ['a', '_', 'Get2', filled('a', 255)],
    bad: ['', '1a', 'a.b', 'a-b', 'é', 'a\n', filled('a', 256)],
  },
  {
    name: 'bus name',
    accepts: isBusName,
    good: [
      'a.b',
      '-a._',
      'a-b.c-d',
      ':1.2',
      ':',
      ':.a',
      ':a-b',
      filled('a.', 255),
      filled(':1.', 255),
    ],
    bad: [
      '',
      'a',
      '.a.b',
      'a..b',
      '1a.b',
      'a.1b',
      ':1.',
      ':1..2',
      'a b.c',
      'é.b',
      filled('a.', 256),
    ],
  },
  {
    name: 'unique name',
    accepts: isUniqueName,
    good: [':1.2', ':', ':.a', ':0-9'],
    bad: ['', '1.2', 'a.b', ':1.', ':1 2', filled(':1.', 256)],
  },
];

for (const { name, accepts, good, bad } of TABLES) {
  test(`${name}: good and bad ones`, () => {
    assert.deepEqual(
      good.filter((text) => !accepts(text)),
      [],
    );
    assert.deepEqual(bad.filter(accepts), []);
  });
}

test('names: what is not a string is no name, however it prints', () => {
  const texts = ['/a', 'a.b', 'M', ':1.5'];
  const others: unknown[] = [
    undefined,
    null,
    1,
    {},
    [],
    Symbol('a'),
    ...texts.map((text) => [text]),
  ];
  others.push(...texts.map((text) => ({ length: 3, toString: () => text })));
  for (const { name, accepts } of TABLES) {
    // @ts-expect-error what a caller without a compiler may pass
    for (const other of others) assert.equal(accepts(other), false, name);
  }
});
