import assert from 'node:assert/strict';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import {
  completionWords,
  firstWords,
  secondWords,
  valuedForms,
} from '../../../src/formats/completion/words.ts';
import { COMMAND_TABLE } from '../../../src/table/commands.ts';

const WORDS = completionWords(COMMAND_TABLE);

function command(name: string) {
  const found = WORDS.commands.find((each) => each.name === name);
  assert.ok(found !== undefined);
  return found;
}

test('completionWords: every command, its options and what its operands are', () => {
  assert.deepEqual(
    WORDS.commands.map(({ name }) => name),
    COMMAND_TABLE.commands.map(({ name }) => name),
  );
  assert.deepEqual(command('completion').operands, [['bash', 'zsh', 'fish']]);
  assert.deepEqual(command('git-credential').operands, [['get', 'store', 'erase']]);
  assert.deepEqual(command('export').operands, ['file']);
  assert.deepEqual(command('run').operands, ['program']);
  assert.deepEqual(command('lookup').operands, []);
  assert.equal(command('link').operands[0], 'folder');
  const value = (name: string, option: string): unknown =>
    command(name).options.find((each) => each.name === option)?.value;
  assert.deepEqual(value('export', 'format'), ['v1', 'hardened']);
  assert.equal(value('store', 'file'), 'file');
  assert.equal(value('store', 'label'), 'free');
  assert.equal(value('store', 'json'), undefined);
});

test('firstWords and secondWords: families have one first word', () => {
  const firsts = firstWords(WORDS).map(([word]) => word);
  assert.equal(new Set(firsts).size, firsts.length);
  assert.ok(firsts.includes('collection'));
  const seconds = secondWords(WORDS)
    .get('collection')
    ?.map(({ name }) => name.split(' ')[1]);
  assert.deepEqual(seconds, ['create', 'delete', 'label', 'alias']);
});

test('valuedForms: an option takes a value everywhere or nowhere, as far as bash can know', () => {
  const valued = new Set(valuedForms(WORDS));
  assert.ok(valued.has('--label') && valued.has('-l'));
  const flags = WORDS.commands.flatMap(({ options }) =>
    options.flatMap(({ name, value }) => (value === undefined ? [`--${name}`] : [])),
  );
  assert.deepEqual(
    flags.filter((flag) => valued.has(flag)),
    [],
  );
});
