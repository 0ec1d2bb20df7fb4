// @rule keyring/option-names
import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  checkBackend,
  checkNames,
  checkSwitch,
  checkWord,
} from '../../src/entries/caller-options.ts';
import { memoryBackend } from '../../src/io/memory-backend.ts';
import { failsWith } from '../support/failing.ts';

test('what is no option is refused, with the names of those that are', async () => {
  const names = { one: true, two: true } as const;
  checkNames('options', {}, names);
  checkNames('options', { one: 1, two: undefined }, names);
  // What an object has from elsewhere is not what its maker wrote into it.
  checkNames('options', Object.create({ three: 3 }), names);
  for (const [wrong, found] of [
    [{ three: 3 }, '"three"'],
    [{ one: 1, three: undefined }, '"three"'],
    [{ toString: 1 }, '"toString"'],
  ] as const) {
    const options: object = wrong;
    const error = await failsWith('invalid-argument', () => checkNames('file', options, names));
    assert.equal(error.message, `file: expected one, two, got ${found}`);
  }
  for (const [wrong, found] of [
    [null, 'null'],
    ['one', 'string'],
  ] as const) {
    // @ts-expect-error what a caller without a compiler may pass
    const error = await failsWith('invalid-argument', () => checkNames('file', wrong, names));
    assert.equal(error.message, `file: expected an object, got ${found}`);
  }
});

test('a switch is yes, no or not given; a word is one of those that there are', async () => {
  for (const value of [undefined, true, false]) checkSwitch('s', value);
  for (const value of ['no', 0, null]) {
    const error = await failsWith('invalid-argument', () => checkSwitch('s', value));
    assert.equal(error.message, 's: expected true or false');
  }
  for (const value of [undefined, 'a', 'b']) checkWord('w', value, ['a', 'b']);
  for (const value of ['', 'c', null, 0]) {
    const error = await failsWith('invalid-argument', () => checkWord('w', value, ['a', 'b']));
    assert.equal(error.message, 'w: expected one of a, b');
  }
});

test('a backend is a name and five methods', async () => {
  const backend = memoryBackend();
  checkBackend(backend);
  const { get, set, search, status, name } = backend;
  for (const wrong of [null, 5, {}, { get, set, search, status, name }, { ...backend, name: 5 }]) {
    // @ts-expect-error what a caller without a compiler may pass
    const error = await failsWith('invalid-argument', () => checkBackend(wrong));
    assert.match(error.message, /name and the methods get, set, delete, search, status/u);
  }
});
