/** What doctor says of one keyring file: whose it is, who may read it, its form, who holds its lock. */
import { printable } from '../output/printable.ts';
import { shellPath } from '../output/shell-word.ts';
import type { FileFacts, Finding, LockFact } from '../types/doctor.ts';
import { fault } from './bus-findings.ts';

export interface FileDiagnosis {
  readonly file: FileFacts;
  readonly findings: readonly Finding[];
}

export function diagnoseFile(file: FileFacts, uid: number | undefined): FileDiagnosis {
  return { file, findings: fileFindings(file, uid) };
}

function fileFindings(file: FileFacts, uid: number | undefined): readonly Finding[] {
  const { path, kind, mode, ownerUid } = file;
  // What is no keyring is left as it is: others may have to read it.
  if (kind === 'file' && file.format === undefined) {
    return [fault('not-a-keyring-file', 'It is no keyring file of a form known here.', [])];
  }
  switch (kind) {
    case 'missing':
      return [fault('file-missing', 'There is no such file.', [])];
    case 'unreadable':
      return [fault('file-unreadable', 'This user may not read it.', [])];
    case 'link':
      return [fault('file-is-link', 'It is a symbolic link, which is not followed.', [])];
    case 'other':
      return [fault('no-file', 'It is neither a file nor a folder.', [])];
  }
  const findings: Finding[] = [];
  if (ownerUid !== undefined && ownerUid !== uid) {
    findings.push(fault('file-of-another-user', `It belongs to user ${ownerUid}.`, []));
  }
  if (mode !== undefined && (mode & 0o077) !== 0) {
    const text = `Others may open it (mode ${octal(mode)}).`;
    const wanted = kind === 'folder' ? '700' : '600';
    findings.push(fault('file-open-to-others', text, [`chmod ${wanted} ${shellPath(path)}`]));
  }
  if (file.folderFailure !== undefined) {
    const { code, message } = file.folderFailure;
    findings.push(
      fault(code, `It lies in a place that is not used: ${printable(message)}.`, FOLDER_STEPS),
    );
  }
  return findings;
}

const FOLDER_STEPS = ['chmod go-w FOLDER', 'or move the file to a folder of your own'];

export function formatFileDiagnosis({ file, findings }: FileDiagnosis): string {
  const { path, kind, ownerUid, mode, bytes, format, lock } = file;
  const rows = [
    ['File', printable(path)],
    ['Owner', ownerUid === undefined ? undefined : `user ${ownerUid}`],
    ['Mode', mode === undefined ? undefined : octal(mode)],
    ['Size', bytes === undefined || kind === 'folder' ? undefined : `${bytes} bytes`],
    ['Form', kind === 'folder' ? 'folder of keyring files' : format],
    ['Lock', lock === undefined ? undefined : holder(lock)],
  ];
  const lines = rows.flatMap(([name = '', text]) =>
    text === undefined ? [] : [`${name.padEnd(5)}  ${text}`],
  );
  for (const { text, steps } of findings) {
    lines.push('', `Fault: ${text}`, ...steps.map((step) => `  - ${step}`));
  }
  return `${lines.join('\n')}\n`;
}

function holder({ path, pid, program, hasEnded }: LockFact): string {
  const who = pid === undefined ? 'somebody unknown' : `pid ${pid} ${program ?? ''}`.trim();
  const state = hasEnded ? ', which has ended: it holds nobody up' : '';
  return `${hasEnded ? 'left' : 'held'} by ${printable(who)}${state} (${printable(path)})`;
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}
