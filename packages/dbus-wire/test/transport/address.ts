import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { libdbusMissing } from '../../../../test-fixtures/src/libdbus/oracle.ts';
import { Random } from '../../../../test-fixtures/src/libdbus/random.ts';
import { PYTHON } from '../../../../test-fixtures/src/requires.ts';
import { runOrThrow } from '../../../../test-fixtures/src/run.ts';
import { isConnectionError } from '../../src/connection-error.ts';
import { escapeValue, parseAddress } from '../../src/transport/address.ts';
import { throwsCode } from '../support/expect-error.ts';

const ORACLE = fileURLToPath(
  new URL('../../../../test-fixtures/src/python/libdbus_addresses.py', import.meta.url),
);

// @rule address/percent-escape
test('addresses: transports, keys and unescaped values', () => {
  const [entry, ...others] = parseAddress('unix:path=/tmp/a%20b,guid=0123,x=%c3%a9%ff');
  assert.deepEqual(others, []);
  assert.equal(entry?.transport, 'unix');
  assert.deepEqual(
    [...(entry?.parameters ?? [])],
    [
      ['path', '/tmp/a b'],
      ['guid', '0123'],
      ['x', Uint8Array.of(0xc3, 0xa9, 0xff)],
    ],
  );
  assert.equal(parseAddress('a:b=%c3%a9')[0]?.parameters.get('b'), 'é');
});

// @rule address/trailing-separator
test('addresses: a list, in order, with unknown transports and one separator at the end', () => {
  const entries = parseAddress('unix:path=/a;quic:host=x,;tcp:host=h,port=1;');
  assert.deepEqual(
    entries.map(({ transport }) => transport),
    ['unix', 'quic', 'tcp'],
  );
  assert.deepEqual(parseAddress('disabled:'), [{ transport: 'disabled', parameters: new Map() }]);
});

const REFUSED: readonly { rule: string; text: string }[] = [
  { rule: 'not-empty', text: '' },
  { rule: 'colon-required', text: 'unix' },
  { rule: 'colon-required', text: ';unix:path=/a' },
  { rule: 'colon-required', text: 'unix:path=/a;;' },
  { rule: 'key-and-value', text: 'unix:path' },
  { rule: 'key-and-value', text: 'unix:path=' },
  { rule: 'key-and-value', text: 'unix:=/a' },
  { rule: 'key-and-value', text: 'unix:a=1,,b=2' },
  { rule: 'must-escape', text: 'unix:path=/a b' },
  { rule: 'must-escape', text: 'unix:path=/a=b' },
  { rule: 'must-escape', text: 'unix:path=~/a' },
  { rule: 'must-escape', text: 'unix:path=/é' },
  { rule: 'percent-escape', text: 'unix:path=%4' },
  { rule: 'percent-escape', text: 'unix:path=%g0' },
  { rule: 'duplicate-key', text: 'unix:path=/a,path=/b' },
  { rule: 'no-nul', text: 'unix:pa\0th=/a' },
  { rule: 'no-nul', text: '\0unix:path=/a' },
];

// @rule address/not-empty
// @rule address/colon-required
// @rule address/key-and-value
// @rule address/must-escape
// @rule address/duplicate-key
// @rule address/no-nul
for (const { rule, text } of REFUSED) {
  test(`addresses: refused by ${rule}: ${JSON.stringify(text)}`, () => {
    throwsCode(() => parseAddress(text), 'address-invalid');
  });
}

test('addresses: a refusal says what is wrong, and where in the whole text', () => {
  for (const { text, offset, expected } of [
    { text: '', offset: 0, expected: 'at least one server address' },
    { text: 'unix:a=\0', offset: 7, expected: 'no NUL byte' },
    { text: 'tcp:a=b;unix', offset: 8, expected: 'a colon' },
    { text: 'tcp:a=b;unix:c=d,e', offset: 17, expected: 'key=value' },
    { text: 'tcp:a=b;unix:c=d,c=e', offset: 17, expected: 'the key "c" only once' },
    { text: 'tcp:a=b;unix:c=d,path=/%4', offset: 23, expected: 'two hex digits' },
    { text: 'tcp:a=b;unix:c=d,path=/a b', offset: 24, expected: 'this character escaped' },
  ]) {
    const { message } = throwsCode(() => parseAddress(text), 'address-invalid');
    assert.ok(message.startsWith(`address: expected ${expected}`), message);
    assert.ok(message.includes(` at offset ${offset}, `), message);
  }
});

test('addresses: what is escaped is read back', () => {
  for (const value of [
    '/a b;c,d=e%\u00e9',
    Uint8Array.of(0xff, 0x41),
    '\ufeff',
    '\x01\n\x7f',
    '-0/._\\*',
    "!~()'",
  ]) {
    const [entry] = parseAddress(`unix:path=${escapeValue(value)}`);
    assert.deepEqual(entry?.parameters.get('path'), value);
  }
  assert.equal(escapeValue('/a b/!'), '/a%20b/%21');
});

const missing = libdbusMissing();
if (missing !== undefined) {
  test.skip('addresses: as libdbus reads them', missing);
} else {
  test('addresses: as libdbus reads them', async () => {
    const random = new Random(20_261_122);
    const cases = Array.from({ length: 4_000 }, () => makeAddress(random));
    const request = cases.map(({ text, keys }) => ({
      address: hexOf(text),
      keys: keys.map(hexOf),
    }));
    const answer = await runOrThrow(PYTHON, [ORACLE], { input: JSON.stringify(request) });
    const verdicts: unknown = JSON.parse(answer);
    assert.ok(Array.isArray(verdicts));
    let accepted = 0;
    for (const [index, { text, keys }] of cases.entries()) {
      const ours = judge(text, keys);
      // Beyond libdbus: a key given twice.
      if (ours === 'duplicate') continue;
      assert.deepEqual(ours, verdicts[index], JSON.stringify(text));
      if (ours !== null) accepted++;
    }
    // A generator that makes one kind alone would prove little.
    assert.ok(accepted > 400 && accepted < 3_600, `${accepted} accepted`);
  });
}

const PIECES = [
  'unix',
  'tcp',
  'é',
  ':',
  ':',
  ':',
  '=',
  '=',
  '=',
  ',',
  ',',
  ';',
  'path',
  'abstract',
  'guid',
  '/a',
  'b',
  '%41',
  '%c3%a9',
  '%ff',
  '%',
  '%4',
  '%zz',
  '~',
  ' ',
  '*',
  '\\',
  '-',
  '.',
  '_',
];

function makeAddress(random: Random): { text: string; keys: string[] } {
  let text = '';
  if (random.below(3) > 0) {
    const entries = 1 + random.below(2);
    text = Array.from({ length: entries }, () => `unix:path=/a${random.below(9)},g=%41`).join(';');
  }
  for (let count = random.below(random.below(2) === 0 ? 2 : 9); count > 0; count--) {
    const at = random.below(text.length + 1);
    text = text.slice(0, at) + PIECES[random.below(PIECES.length)] + text.slice(at);
  }
  const keys = [...text.matchAll(/([^:;,=]+)=/g)].map(([, key]) => key ?? '');
  return { text, keys: [...new Set(keys)] };
}

function judge(text: string, keys: readonly string[]): unknown {
  try {
    return parseAddress(text).map(({ transport, parameters }) => [
      hexOf(transport),
      Object.fromEntries(
        keys.flatMap((key) => {
          const value = parameters.get(key);
          return value === undefined ? [] : [[hexOf(key), hexOf(value)]];
        }),
      ),
    ]);
  } catch (error) {
    assert.ok(isConnectionError(error));
    return error.message.includes('only once') ? 'duplicate' : null;
  }
}

function hexOf(text: string | Uint8Array): string {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
