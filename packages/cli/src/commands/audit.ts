/** `keywire audit verify`: whether a log's lines follow each other, and what to keep of it. */
import { type AuditFaultReason, verifyAuditLog } from '@keywire/secret-provider';
import { ExitCode } from '../exit-code.ts';
import { usageError } from '../output/cli-error.ts';
import { jsonLine } from '../output/item-text.ts';
import { Output } from '../output/output.ts';
import { complaint } from '../output/terminal-style.ts';
import type { CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';

const MAX_LOG_BYTES = 256 * 1024 * 1024;
const LINE_FEED = 0x0a;

const REASONS: Readonly<Record<AuditFaultReason, string>> = {
  'not-a-record': 'is no record',
  'chain-broken': 'does not follow the line before it',
  unterminated: 'has no end',
  'head-not-found':
    'and all before it do not lead to the head given: lines were changed or cut off',
};

export async function audit({ invocation, host }: CommandContext): Promise<Outcome> {
  const { words, values, flags } = invocation;
  const head = values.get('head');
  if (head !== undefined && !/^[0-9a-f]{64}$/iu.test(head)) {
    throw usageError('--head takes 64 hexadecimal digits');
  }
  const bytes = await host.readFile(words[0] ?? '', MAX_LOG_BYTES, 'audit: FILE');
  const verdict = verifyAuditLog(linesOf(bytes), { head });
  const { fault, lines } = verdict;
  const output = new Output();
  if (flags.has('json')) output.out(jsonLine(verdict));
  // @rule cli/audit-fault-is-failure keywire#audit
  if (fault !== undefined) {
    const where = fault.reason === 'head-not-found' ? `line ${lines}` : `line ${fault.line}`;
    return output
      .err(complaint(host, `audit: ${where} ${REASONS[fault.reason]}`))
      .finish(ExitCode.OTHER);
  }
  if (!flags.has('json')) output.out(`${lines} lines, head ${verdict.head}\n`);
  return output.finish();
}

/**
 * The text of a log. What is not UTF-8 must not pass for the character that stands for it: a line
 * that has such bytes becomes one that is no record.
 */
// @rule cli/audit-bytes keywire#audit
function linesOf(bytes: Uint8Array): string {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const lines: string[] = [];
  for (let start = 0; start <= bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, start);
    const line = bytes.subarray(start, end === -1 ? bytes.length : end);
    try {
      lines.push(decoder.decode(line));
    } catch {
      lines.push('not UTF-8');
    }
    start += line.length + 1;
  }
  return lines.join('\n');
}
