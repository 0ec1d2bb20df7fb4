import assert from 'node:assert/strict';
import { decodeMessage, encodeMessage, type Message, Variant } from '@keywire/dbus-wire';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { isSecretServiceError } from '../../src/errors/errors.ts';
import * as replies from '../../src/protocol/replies.ts';

const SECRET = ['/s', Uint8Array.of(1), Uint8Array.of(2), 'text/plain'];
const STRUCT = {
  session: '/s',
  parameters: Uint8Array.of(1),
  value: Uint8Array.of(2),
  contentType: 'text/plain',
};

function reply(signature: string, ...body: unknown[]): Message {
  return decodeMessage(
    encodeMessage({ type: 'method_return', serial: 1, replySerial: 1, signature, body }),
  );
}

// @rule secret/reply-shape
test('replies of the specified type are read, others refused', () => {
  const cases: [(message: Message, subject: string) => unknown, Message, unknown][] = [
    [replies.readPath, reply('o', '/a'), '/a'],
    [replies.readChangedPath, reply('o', '/a'), '/a'],
    [replies.readPathsAndPrompt, reply('aoo', ['/a'], '/'), [['/a'], '/']],
    [replies.readPathAndPrompt, reply('oo', '/a', '/p'), ['/a', '/p']],
    [replies.readTwoPathLists, reply('aoao', ['/a'], []), [['/a'], []]],
    [replies.readPathList, reply('ao', ['/a']), ['/a']],
    [
      replies.readSessionReply,
      reply('vo', new Variant('s', ''), '/s'),
      [new Variant('s', ''), '/s'],
    ],
    [replies.readSecret, reply('(oayays)', SECRET), STRUCT],
    [
      replies.readSecrets,
      reply('a{o(oayays)}', new Map([['/i', SECRET]])),
      new Map([['/i', STRUCT]]),
    ],
    [
      replies.readProperties,
      reply('a{sv}', new Map([['Label', new Variant('s', 'l')]])),
      new Map([['Label', new Variant('s', 'l')]]),
    ],
  ];
  const ofChanges: unknown[] = [
    replies.readChangedPath,
    replies.readPathsAndPrompt,
    replies.readPathAndPrompt,
  ];
  for (const [read, message, expected] of cases) {
    assert.deepEqual(read(message, 'subject'), expected);
    for (const wrong of [reply('s', 'nonsense'), reply(''), reply('u', 1)]) {
      assert.throws(
        () => read(wrong, 'subject'),
        (error) =>
          isSecretServiceError(error, 'protocol') &&
          error.mayHaveHappened === ofChanges.includes(read),
      );
    }
  }
});

test('a property is read only with a type that it may have', () => {
  const label = reply('v', new Variant('s', 'l'));
  assert.equal(replies.readProperty(label, ['s'], 'p'), 'l');
  assert.throws(() => replies.readProperty(label, ['b'], 'p'), { code: 'protocol' });
});

test('attributes are narrowed', () => {
  assert.deepEqual(replies.asAttributes(new Map([['a', 'b']])), new Map([['a', 'b']]));
  for (const value of [undefined, {}, new Map([['a', 1]]), new Map([[1, 'a']])]) {
    assert.equal(replies.asAttributes(value), undefined);
  }
});

// @rule secret/prompt-result-types
test("a prompt's result may be a path, a list, a string or nothing", () => {
  const cases: [unknown, string[]][] = [
    ['/a', ['/a']],
    [new Variant('o', '/a'), ['/a']],
    [
      ['/a', '/b'],
      ['/a', '/b'],
    ],
    [['/'], []],
    ['/', []],
    ['', []],
    [undefined, []],
    [7, []],
    [[7, '/a'], ['/a']],
  ];
  for (const [result, paths] of cases) assert.deepEqual(replies.pathsInResult(result), paths);
});
