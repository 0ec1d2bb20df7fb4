import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test } from '../../../../../test-fixtures/src/harness.ts';
import { openAuditLog } from '../../../src/io/services/audit-log.ts';

/** How many there are; 0 where nothing tells. */
function openDescriptors(): number {
  return existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0;
}

const plan = (file: string) => ({ path: file, includesAttributes: false });

// @rule cli/audit-log-is-writable
test('openAuditLog: a file that is made, or goes on; anything else is refused at once', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-audit-'));
  try {
    const log = path.join(folder, 'log');
    const before = openDescriptors();
    openAuditLog(plan(log));
    assert.equal(openDescriptors(), before, 'what was opened to look at it is closed');
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

// @rule cli/audit-log-is-ours
test('openAuditLog: a log that others can read is warned of, one that they can write is refused', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-audit-'));
  try {
    const log = path.join(folder, 'log');
    writeFileSync(log, 'lines\n');
    const warnings: string[] = [];
    const open = (mode: number): void => {
      chmodSync(log, mode);
      openAuditLog(plan(log), (line) => warnings.push(line));
    };
    open(0o600);
    assert.deepEqual(warnings, []);
    for (const mode of [0o640, 0o644]) open(mode);
    assert.deepEqual(
      warnings.map((line) => /mode (\d+)\); to end that: chmod 600/u.exec(line)?.[1]),
      ['0640', '0644'],
    );
    for (const mode of [0o660, 0o622, 0o666]) {
      assert.throws(() => open(mode), {
        code: 'audit-unwritable',
        message: /others can write .*; to end that: chmod 600 FILE$/u,
      });
    }
    if (process.getuid?.() === 0) {
      chownSync(log, 12_345, 12_345);
      assert.throws(() => open(0o600), {
        code: 'audit-unwritable',
        message: /one of user 12345; choose a file of your own$/u,
      });
    }
    assert.equal(readFileSync(log, 'utf8'), 'lines\n');
    assert.equal(warnings.length, 2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

// @rule cli/audit-log-is-ours
const OTHERS_RIGHTS = 'openAuditLog: whose rights this process has counts, not who started it';
if (process.getuid?.() === 0) test(OTHERS_RIGHTS, withOthersRights);
else test.skip(OTHERS_RIGHTS, "only root takes another user's rights");

function withOthersRights(): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'keywire-audit-'));
  try {
    chmodSync(folder, 0o777);
    const log = path.join(folder, 'log');
    process.seteuid?.(12_345);
    try {
      const audit = openAuditLog(plan(log));
      assert.equal(statSync(log).uid, 12_345);
      assert.ok(audit !== undefined);
    } finally {
      process.seteuid?.(0);
    }
    assert.throws(() => openAuditLog(plan(log)), { code: 'audit-unwritable' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
