import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  codeOfDBusError,
  ERROR_TABLE,
  isSecretServiceErrorCode,
} from '../../src/errors/error-table.ts';
import { formatErrorTable } from '../support/error-page.ts';

test('each D-Bus error name stands for one code', () => {
  const names = Object.values(ERROR_TABLE).flatMap((row) => row.dbusErrors);
  assert.equal(new Set(names).size, names.length);
});

test('a D-Bus error name gives its code, another gives none', () => {
  for (const [code, row] of Object.entries(ERROR_TABLE)) {
    for (const name of row.dbusErrors) assert.equal(codeOfDBusError(name), code);
  }
  assert.equal(codeOfDBusError('org.freedesktop.DBus.Error.UnknownObjec'), undefined);
});

test('each code has words, and what a user can act on has advice', () => {
  for (const [code, row] of Object.entries(ERROR_TABLE)) {
    assert.notEqual(row.meaning, '', code);
    if (row.exitCode >= 3 && row.exitCode <= 6) assert.notEqual(row.advice ?? '', '', code);
    assert.equal((row.advice ?? '').includes('\n'), false, code);
  }
});

test('only codes of the table are codes', () => {
  assert.equal(isSecretServiceErrorCode('locked'), true);
  for (const value of ['toString', 'Locked', '', 3, undefined]) {
    assert.equal(isSecretServiceErrorCode(value), false);
  }
});

test('exit codes are those of the command line', () => {
  const codes = Object.entries(ERROR_TABLE).map(([code, row]) => [code, row.exitCode]);
  const exit = Object.fromEntries(codes);
  assert.equal(exit['not-found'], 1);
  assert.equal(exit['locked'], 3);
  assert.equal(exit['no-prompter'], 3);
  assert.equal(exit['dismissed'], 4);
  assert.equal(exit['unavailable'], 5);
  assert.equal(exit['denied'], 6);
});

test("the README's table is this one", () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  // However wide its columns are made.
  const narrow = (text: string): string =>
    text.replaceAll(/ +\|/g, ' |').replaceAll(/-{3,}/g, '---');
  const expected = narrow(formatErrorTable())
    .replaceAll('|---', '| ---')
    .replaceAll('---|', '--- |');
  const found = narrow(readme).replaceAll('|---', '| ---').replaceAll('---|', '--- |');
  assert.ok(found.includes(expected), `expected in README.md:\n${formatErrorTable()}`);
});
