import assert from 'node:assert/strict';
import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { auditFile } from '../../src/access/audit-file.ts';
import { type AuditEntry, verifyAuditLog } from '../../src/access/audit-log.ts';

function entry(itemLabel: string): AuditEntry {
  return {
    operation: 'read',
    decision: 'allow',
    collectionLabel: 'Login',
    itemLabel,
    attributes: new Map([['user', 'alice']]),
    caller: { uniqueName: ':1.1' },
  };
}

// @rule provider/option-names
test('an option that there is not makes no log', () => {
  assert.throws(
    () => Reflect.apply(auditFile, undefined, ['/nonexistent/log', { includeAttributes: true }]),
    {
      name: 'TypeError',
      message: /^options: expected .+, got "includeAttributes"$/u,
    },
  );
});

test('what is no path makes no log', () => {
  for (const path of [undefined, null, 5, '', 'a\0b']) {
    assert.throws(() => Reflect.apply(auditFile, undefined, [path]), {
      name: 'TypeError',
      message: /^path: expected /u,
    });
  }
});

test('each record follows the one before, in a file for its owner alone', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'audit.log');
    const log = auditFile(path);
    await log.record(entry('one'));
    // Longer than one step of the reading.
    await log.record(entry('x'.repeat(40_000)));
    await auditFile(path, { includesAttributes: true }).record(entry('three'));
    const text = await readFile(path, 'utf8');
    assert.equal(verifyAuditLog(text).fault, undefined);
    assert.equal(verifyAuditLog(text).lines, 3);
    const [first = '', , third = ''] = text.split('\n');
    assert.equal(JSON.parse(first).attributes, undefined);
    assert.deepEqual(JSON.parse(third).attributes, { user: 'alice' });
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  }));

test('several writers keep one chain', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'audit.log');
    const writers = [auditFile(path), auditFile(path), auditFile(path)];
    await Promise.all(
      writers.flatMap((log, index) => [log.record(entry(`${index}`)), log.record(entry('again'))]),
    );
    const verdict = verifyAuditLog(await readFile(path, 'utf8'));
    assert.deepEqual([verdict.fault, verdict.lines], [undefined, 6]);
  }));

test('what an interrupted writer left is kept, and named by the verification', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'audit.log');
    await auditFile(path).record(entry('one'));
    await appendFile(path, '{"time":"19');
    await auditFile(path).record(entry('two'));
    const text = await readFile(path, 'utf8');
    assert.equal(text.split('\n').length, 4);
    assert.deepEqual(verifyAuditLog(text).fault, { line: 2, reason: 'not-a-record' });
  }));
