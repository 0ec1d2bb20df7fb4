// The errors table of the README, made from the code.

import { ERROR_TABLE } from '../../src/errors/error-table.ts';

/** One row per code, in the order of the table. */
export function formatErrorTable(): string {
  const rows = Object.entries(ERROR_TABLE).map(([code, row]) => {
    const dbus = row.dbusErrors.map(shorten).join(', ');
    const maybe = row.mayHaveHappened ? 'perhaps' : 'no';
    return `| \`${code}\` | ${row.className} | ${dbus} | ${row.exitCode} | ${maybe} | ${row.meaning} |`;
  });
  return [
    '| code | class | D-Bus errors | exit | done all the same? | meaning |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function shorten(name: string): string {
  return name
    .replace('org.freedesktop.DBus.Error.', 'DBus.')
    .replace('org.freedesktop.Secret.Error.', 'Secret.');
}
