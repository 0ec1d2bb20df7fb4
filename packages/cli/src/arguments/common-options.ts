/** Options that many commands share. */
import type { OptionSpec } from '../types/command.ts';

/** Options of every command that talks to a keyring. */
export const COMMON: readonly OptionSpec[] = [
  {
    name: 'timeout',
    value: 'SECONDS',
    summary: 'wait at most so long for any one answer, a prompt included',
  },
  { name: 'no-prompt', summary: 'never show a prompt; what needs one exits 3' },
  { name: 'trace', summary: "show the bus's messages on stderr, without their content" },
  { name: 'plain', summary: 'let secrets cross the bus unencrypted' },
];

export const COLLECTION: OptionSpec = {
  name: 'collection',
  short: 'c',
  value: 'C',
  summary: 'a collection by alias, identifier, label or path',
};

export const JSON_OUTPUT: OptionSpec = { name: 'json', summary: 'print JSON' };
