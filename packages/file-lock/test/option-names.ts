import assert from 'node:assert/strict';
import { test } from '../../../test-fixtures/src/harness.ts';
import { CrossProcessLock } from '../src/cross-process-lock.ts';
import { makeFolder } from '../src/io/folder.ts';
import { replaceFile } from '../src/io/replace-file.ts';
import { checkOptionNames } from '../src/option-names.ts';

test('an option that there is not is named, with those that there are', () => {
  checkOptionNames('options', { one: 1, two: 2 }, { one: true, two: true });
  checkOptionNames('options', { one: undefined }, { one: true });
  for (const [options, message] of [
    [{ toString: 1 }, 'options: expected one, two, got "toString"'],
    [null, 'options: expected an object, got null'],
    ['one', 'options: expected an object, got string'],
  ]) {
    assert.throws(
      () =>
        Reflect.apply(checkOptionNames, undefined, ['options', options, { one: true, two: true }]),
      { name: 'TypeError', message },
    );
  }
});

// @rule lock/option-names
test('a misspelt option is refused before anything is done', async () => {
  const bytes = new Uint8Array(1);
  const { acquire, run } = CrossProcessLock;
  for (const call of [
    Reflect.apply(acquire, CrossProcessLock, ['/nonexistent/lock', { timeoutMS: 0 }]),
    Reflect.apply(run, CrossProcessLock, ['/nonexistent/lock', assert.fail, { abandonedAfter: 1 }]),
    Reflect.apply(replaceFile, undefined, ['/nonexistent/file', bytes, { mod: 0o644 }]),
    Reflect.apply(makeFolder, undefined, ['/nonexistent/folder', { modes: 0o755 }]),
  ]) {
    await assert.rejects(call, {
      name: 'TypeError',
      message: /^options: expected .+, got "\w+"$/u,
    });
  }
});
