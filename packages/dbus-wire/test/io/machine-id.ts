import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { readMachineId } from '../../src/io/machine-id.ts';

test('machine id: the first file that holds one', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'machine-id-'));
  try {
    const [empty, good, other] = ['empty', 'good', 'other'].map((name) => path.join(folder, name));
    assert.ok(empty && good && other);
    writeFileSync(empty, `x${'c3'.repeat(16)}x\n`);
    writeFileSync(good, `${'a1'.repeat(16)}\n`);
    writeFileSync(other, `${'b2'.repeat(16)}\n`);
    assert.equal(readMachineId([path.join(folder, 'none'), empty, good, other]), 'a1'.repeat(16));
    assert.equal(readMachineId([empty]), undefined);
    assert.match(readMachineId() ?? '0'.repeat(32), /^[0-9a-f]{32}$/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
