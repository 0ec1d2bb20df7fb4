import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import { diagnoseFile, formatFileDiagnosis } from '../../src/doctor/file-report.ts';
import type { FileFacts } from '../../src/types/doctor.ts';

const GOOD: FileFacts = {
  path: '/k',
  kind: 'file',
  ownerUid: 1000,
  mode: 0o600,
  bytes: 12,
  format: 'v1',
};

function codes(file: FileFacts): readonly string[] {
  return diagnoseFile(file, 1000).findings.map(({ code }) => code);
}

test('diagnoseFile: what is wrong with a file', () => {
  assert.deepEqual(codes(GOOD), []);
  assert.deepEqual(codes({ ...GOOD, ownerUid: 0 }), ['file-of-another-user']);
  assert.deepEqual(codes({ ...GOOD, mode: 0o644 }), ['file-open-to-others']);
  const foreign = { ...GOOD, format: undefined, mode: 0o644, ownerUid: 0 };
  assert.deepEqual(codes(foreign), ['not-a-keyring-file']);
  assert.deepEqual(codes({ ...GOOD, kind: 'folder', mode: 0o700, format: undefined }), []);
  assert.deepEqual(codes({ ...GOOD, kind: 'folder', mode: 0o755 }), ['file-open-to-others']);
  // A folder without its x bit could be opened by nobody.
  for (const [kind, step] of [
    ['file', 'chmod 600 /k'],
    ['folder', 'chmod 700 /k'],
  ] as const) {
    const [open] = diagnoseFile({ ...GOOD, kind, mode: 0o755 }, 1000).findings;
    assert.deepEqual(open?.steps, [step]);
  }
  const folderFailure = { code: 'unsafe-folder', message: 'folder /d\n: got mode 0777' };
  const [shared] = diagnoseFile({ ...GOOD, folderFailure }, 1000).findings;
  assert.equal(shared?.code, 'unsafe-folder');
  assert.match(shared?.text ?? '', /folder \/d[^\n]*: got mode 0777\.$/u);
  for (const [kind, code] of [
    ['missing', 'file-missing'],
    ['unreadable', 'file-unreadable'],
    ['link', 'file-is-link'],
    ['other', 'no-file'],
  ] as const) {
    assert.deepEqual(codes({ path: '/k', kind }), [code]);
  }
});

test('formatFileDiagnosis: the facts that there are, then the faults', () => {
  const lock = { path: '/k.lock', pid: 7, program: 'keywire' };
  assert.equal(
    formatFileDiagnosis(diagnoseFile({ ...GOOD, path: '/my k', mode: 0o640, lock }, 1000)),
    `File   /my k
Owner  user 1000
Mode   0640
Size   12 bytes
Form   v1
Lock   held by pid 7 keywire (/k.lock)

Fault: Others may open it (mode 0640).
  - chmod 600 '/my k'
`,
  );
  const unknown = formatFileDiagnosis(diagnoseFile({ ...GOOD, lock: { path: '/l' } }, 1000));
  assert.match(unknown, /^Lock {3}held by somebody unknown \(\/l\)$/mu);
  const left = formatFileDiagnosis(diagnoseFile({ ...GOOD, lock: { ...lock, hasEnded: true } }, 1));
  assert.match(left, /^Lock {3}left by pid 7 keywire, which has ended: .+ \(\/k\.lock\)$/mu);
  assert.equal(
    formatFileDiagnosis(diagnoseFile({ path: '/x', kind: 'missing' }, 1000)),
    'File   /x\n\nFault: There is no such file.\n',
  );
});
