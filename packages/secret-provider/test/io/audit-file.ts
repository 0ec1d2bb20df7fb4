import assert from 'node:assert/strict';
import { appendFile, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inFolder } from '../../../../test-fixtures/src/folder.ts';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { type AuditEntry, verifyAuditLog } from '../../src/audit-log.ts';
import { auditFile } from '../../src/io/audit-file.ts';

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

test('a line ends where steps of the reading meet, and at any byte beside', () =>
  inFolder(async (folder) => {
    const path = join(folder, 'audit.log');
    const log = auditFile(path);
    await log.record(entry(''));
    const { length } = await readFile(path);
    for (const around of [-2, -1, 0, 1, 2]) {
      await log.record(entry('x'.repeat(2 * 16_384 - length + around)));
    }
    await log.record(entry('last'));
    const text = await readFile(path, 'utf8');
    assert.deepEqual([verifyAuditLog(text).fault, verifyAuditLog(text).lines], [undefined, 7]);
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

test('a link is not followed, and a folder that is not there is an error', () =>
  inFolder(async (folder) => {
    await writeFile(join(folder, 'target'), '');
    await symlink(join(folder, 'target'), join(folder, 'audit.log'));
    await assert.rejects(auditFile(join(folder, 'audit.log')).record(entry('one')));
    assert.equal(await readFile(join(folder, 'target'), 'utf8'), '');
    await assert.rejects(auditFile(join(folder, 'none', 'audit.log')).record(entry('one')));
  }));
