/**
 * The audit log in a file of its own. Several providers may write to one: each line follows the line
 * that is last then. Every line is on the disk before the request is answered, which costs a request a
 * few milliseconds.
 */
import { checkOptionNames } from '@keywire/dbus-wire/server';
import { appendLine } from '../io/append-line.ts';
import { type AuditLog, EMPTY_HEAD, formatAuditLine, hashAuditLine } from './audit-log.ts';

/** What {@link auditFile} takes. */
export interface AuditFileOptions {
  /** Writes the attributes of items, too. Default: false. */
  readonly includesAttributes?: boolean | undefined;
}

const OPTION_NAMES: Readonly<Record<keyof AuditFileOptions, true>> = { includesAttributes: true };

/**
 * Keeps an audit log at a path, which is made with mode 0600 if there is none.
 *
 * @throws TypeError for what is no path, or an option that there is not
 */
export function auditFile(path: string, options: AuditFileOptions = {}): AuditLog {
  // Every request would be refused, and the lock's file be made.
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw new TypeError('path: expected a non-empty path without NUL');
  }
  // @rule provider/option-names keywire#bad-input
  checkOptionNames('options', options, OPTION_NAMES);
  const { includesAttributes = false } = options;
  return {
    record: (entry) =>
      appendLine(path, (last, time) => {
        const previous = last === undefined ? EMPTY_HEAD : hashAuditLine(last);
        return formatAuditLine(entry, { time, previous, includesAttributes });
      }),
  };
}
