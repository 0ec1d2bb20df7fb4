/** The audit log of a service, found wanting before anything is served rather than at each request. */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { type AuditLog, auditFile } from '@keywire/secret-provider';
import { CliError } from '../cli-error.ts';
import type { AuditPlan } from '../types/service-host.ts';
import { errorCode } from './error-code.ts';

/** As the log itself is opened; a pipe without a reader is refused at once, and not waited for. */
const FLAGS =
  constants.O_RDWR |
  constants.O_APPEND |
  constants.O_CREAT |
  constants.O_NOFOLLOW |
  constants.O_NONBLOCK;

/** @throws {@link CliError} with code `audit-unwritable` */
// @rule cli/audit-log-is-writable keywire#serve
export function openAuditLog(plan: AuditPlan): AuditLog {
  let isFile: boolean;
  try {
    const descriptor = openSync(plan.path, FLAGS, 0o600);
    try {
      isFile = fstatSync(descriptor).isFile();
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw unwritable(errorCode(error));
  }
  if (!isFile) throw unwritable('something else at the path');
  return auditFile(plan.path, plan);
}

function unwritable(got: string): CliError {
  return new CliError('audit-unwritable', `--audit-log: expected a file to write to, got ${got}`);
}
