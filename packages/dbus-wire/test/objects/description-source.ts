import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { descriptionSource } from '../../src/objects/description-source.ts';
import type { InterfaceDescription } from '../../src/types/interface-description.ts';

const DESCRIPTION: InterfaceDescription = {
  name: 'org.example.MyThing2',
  methods: {
    Open: { in: 'sv', out: 'o', inNames: ["it's", 'a "b"'], outNames: [''] },
    Nothing: { in: '', out: '' },
  },
  signals: {},
  properties: { Level: { type: 'u', access: 'read' } },
};

test('source: a const with what the description says, and no more', () => {
  assert.equal(
    descriptionSource(DESCRIPTION),
    `export const MY_THING2 = {
  name: 'org.example.MyThing2',
  methods: {
    Open: {
      in: 'sv',
      out: 'o',
      inNames: ['it\\'s', 'a "b"'],
    },
    Nothing: {},
  },
  signals: {},
  properties: {
    Level: {
      type: 'u',
      access: 'read',
    },
  },
} as const;
`,
  );
});

test('source: evaluates to the description, whatever its texts are', () => {
  const nasty: InterfaceDescription = {
    name: 'a.b',
    methods: Object.fromEntries([
      ['a-b', {}],
      ['0a', {}],
      ['__proto__', { in: 's', inNames: ["\\'; throw 1; '", '\u2028\n`$x'] }],
    ]),
  };
  const source = descriptionSource(nasty, 'X');
  const body = source.replace('export const X = ', '').replace(' as const;\n', '');
  // Only quoted texts, brackets and names are left once the texts are gone.
  const withoutTexts = body.replaceAll(/'(?:[^'\\\n]|\\.)*'/g, "''");
  assert.match(withoutTexts, /^[\w\s{}[\]:,']*$/);
  for (const key of ['__proto__', 'a-b', '0a']) assert.ok(body.includes(`['${key}']: {`), key);
  assert.ok(body.includes("'\\u2028\\n`$x'"), body);
});

test('source: the name of the const is an identifier', () => {
  assert.throws(() => descriptionSource(DESCRIPTION, 'a-b'), TypeError);
  // @ts-expect-error what a caller without a compiler may pass
  assert.throws(() => descriptionSource(null), /^TypeError: description: expected an object/);
  assert.match(descriptionSource(DESCRIPTION, 'Mine'), /^export const Mine = /);
});
