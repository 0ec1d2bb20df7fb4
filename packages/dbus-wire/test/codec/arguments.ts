import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  atLeast,
  checkBytes,
  checkFunction,
  checkObject,
  checkOptionNames,
  checkString,
  isLittle,
} from '../../src/codec/arguments.ts';
import { decodeMessage } from '../../src/codec/decode-message.ts';
import { encodeMessage } from '../../src/codec/encode-message.ts';
import { marshal } from '../../src/codec/marshal.ts';
import { MessageParser } from '../../src/codec/message-parser.ts';
import { unmarshal } from '../../src/codec/unmarshal.ts';

test('arguments: a byte order is one of two, and little when none is given', () => {
  assert.deepEqual([undefined, 'little', 'big'].map(isLittle), [true, true, false]);
  for (const wrong of ['LE', 'Big', '', null, 1]) {
    assert.throws(() => isLittle(wrong), /^TypeError: byteOrder: expected "little" or "big", got /);
    const options: object = { byteOrder: wrong };
    assert.throws(() => marshal('i', [1], options), TypeError);
    assert.throws(() => unmarshal('i', new Uint8Array(4), options), TypeError);
  }
});

test('arguments: what is not bytes is refused, not read as zeros', () => {
  checkBytes('bytes', new Uint8Array(1));
  const message = encodeMessage({
    type: 'signal',
    serial: 1,
    path: '/',
    interface: 'a.b',
    member: 'M',
  });
  for (const wrong of [
    'abcd',
    [1, 0, 0, 0],
    new ArrayBuffer(4),
    new Uint16Array(2),
    undefined,
    null,
  ]) {
    assert.throws(() => checkBytes('it', wrong), /^TypeError: it: expected a Uint8Array, got /);
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => unmarshal('i', wrong), TypeError);
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => decodeMessage(wrong), TypeError);
    const parser = new MessageParser();
    parser.feed(message.subarray(0, 20));
    // @ts-expect-error what a caller without a compiler may pass
    assert.throws(() => parser.feed(wrong), TypeError);
    assert.equal(parser.feed(message.subarray(20)).length, 1, 'what waited is still there');
  }
});

test('arguments: what cannot have fields is told by its name', () => {
  checkObject('options', {});
  assert.throws(() => checkObject('x', null), /^TypeError: x: expected an object, got null$/);
  assert.throws(() => checkObject('x', 's'), /^TypeError: x: expected an object, got string$/);
  const options = /^TypeError: options: expected an object/;
  const none: unknown = null;
  // @ts-expect-error what a caller without a compiler may pass
  assert.throws(() => marshal('s', ['x'], none), options);
  // @ts-expect-error what a caller without a compiler may pass
  assert.throws(() => unmarshal('', new Uint8Array(0), none), options);
  // @ts-expect-error what a caller without a compiler may pass
  assert.throws(() => decodeMessage(new Uint8Array(16), none), options);
  // @ts-expect-error what a caller without a compiler may pass
  assert.throws(() => new MessageParser(none), options);
  // @ts-expect-error what a caller without a compiler may pass
  assert.throws(() => encodeMessage(none), /^TypeError: message: expected an object, got null$/);
});

test('arguments: text, a function, a number that is large enough', () => {
  checkString('it', '');
  checkFunction('it', () => {});
  assert.throws(() => checkString('it', 5), /^TypeError: it: expected a string, got number$/);
  const notCallable = /^TypeError: it: expected a function, got an object$/;
  assert.throws(() => checkFunction('it', {}), notCallable);
  for (const value of [1, 1.5, Number.POSITIVE_INFINITY])
    assert.equal(atLeast(1, 'it', value), value);
  for (const wrong of [0, -1, Number.NaN, '5', null, Symbol('x')]) {
    const expected = `it: expected 1 or more, got ${String(wrong)}`;
    assert.throws(() => Reflect.apply(atLeast, undefined, [1, 'it', wrong]), {
      name: 'RangeError',
      message: expected,
    });
  }
});

test('arguments: an option that there is not is named, with those that there are', () => {
  const known = { one: true, two: true } as const;
  checkOptionNames('options', { one: 1 }, known);
  assert.throws(() => Reflect.apply(checkOptionNames, undefined, ['options', { on: 1 }, known]), {
    name: 'TypeError',
    message: 'options: expected one, two, got "on"',
  });
});
