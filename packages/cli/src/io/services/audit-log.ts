/** The audit log of a service, found wanting before anything is served rather than at each request. */
import { closeSync, constants, fstatSync, openSync, type Stats } from 'node:fs';
import process from 'node:process';
import { type AuditLog, auditFile } from '@keywire/secret-provider';
import { CliError } from '../../output/cli-error.ts';
import type { AuditPlan } from '../../types/service-host.ts';
import { errorCode } from '../error-code.ts';
import { tell } from '../terminal/tell.ts';

/** As the log itself is opened; a pipe without a reader is refused at once, and not waited for. */
const FLAGS =
  constants.O_RDWR |
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_NOFOLLOW |
  constants.O_NONBLOCK;

/**
 * A log that is there keeps its mode. One that others can write proves nothing, and is refused; one
 * that they can read may be meant for them, and is warned of.
 *
 * @throws {@link CliError} with code `audit-unwritable`
 */
// @rule cli/audit-log-is-writable keywire#serve
export function openAuditLog(plan: AuditPlan, warn: (line: string) => void = tell): AuditLog {
  let status: Stats;
  try {
    const descriptor = openSync(plan.path, FLAGS, 0o600);
    try {
      status = fstatSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw unwritable(errorCode(error));
  }
  if (!status.isFile()) throw unwritable('something else at the path');
  const { uid, mode } = status;
  // @rule cli/audit-log-is-ours keywire#serve
  if (uid !== process.geteuid?.()) {
    throw unwritable(`one of user ${uid}; choose a file of your own`);
  }
  if ((mode & 0o022) !== 0) {
    throw unwritable(
      `one that others can write (mode ${octal(mode)}); to end that: chmod 600 FILE`,
    );
  }
  if ((mode & 0o044) !== 0) {
    warn(
      `--audit-log: others can read the file (mode ${octal(mode)}); to end that: chmod 600 FILE`,
    );
  }
  const { path, includesAttributes } = plan;
  return auditFile(path, { includesAttributes });
}

function octal(mode: number): string {
  return (mode & 0o7777).toString(8).padStart(4, '0');
}

function unwritable(got: string): CliError {
  return new CliError('audit-unwritable', `--audit-log: expected a file to write to, got ${got}`);
}
