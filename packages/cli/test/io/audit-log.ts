import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { openAuditLog } from '../../src/io/audit-log.ts';

const plan = (file: string) => ({ path: file, includesAttributes: false });

// @rule cli/audit-log-is-writable
test('openAuditLog: a file that is made, or goes on; anything else is refused at once', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-audit-'));
  try {
    const log = path.join(folder, 'log');
    openAuditLog(plan(log));
    assert.deepEqual([statSync(log).mode & 0o777, statSync(log).size], [0o600, 0]);
    writeFileSync(log, 'lines\n');
    openAuditLog(plan(log));
    assert.equal(readFileSync(log, 'utf8'), 'lines\n');

    const link = path.join(folder, 'link');
    symlinkSync(log, link);
    for (const [wrong, got] of [
      [folder, /got EISDIR$/u],
      [link, /got ELOOP$/u],
      [path.join(folder, 'none', 'log'), /got ENOENT$/u],
      ['/dev/full', /got something else at the path$/u],
    ] as const) {
      const refused = { code: 'audit-unwritable', message: got };
      assert.throws(() => openAuditLog(plan(wrong)), refused, wrong);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
