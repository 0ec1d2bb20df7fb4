/**
 * The one table of commands. Parsing, help and what else describes the command line are derived
 * from it; nothing about a command's form is written anywhere else.
 */

import type { CommandSpec, CommandTable, OptionSpec } from '../types/command.ts';
import { FILE_COMMANDS } from './files.ts';
import { HELPER_COMMANDS } from './helpers.ts';
import { ITEM_COMMANDS } from './items.ts';
import { OBJECT_COMMANDS } from './objects.ts';
import { PASSWORD_COMMANDS } from './passwords.ts';
import { SERVICE_COMMANDS } from './services.ts';
import { SETUP_COMMANDS } from './setup.ts';

const HELP: OptionSpec = { name: 'help', short: 'h', summary: 'print this help' };
const VERSION: OptionSpec = { name: 'version', short: 'V', summary: 'print the version' };

const COMMANDS: readonly CommandSpec[] = [
  ...ITEM_COMMANDS,
  ...PASSWORD_COMMANDS,
  ...OBJECT_COMMANDS,
  ...FILE_COMMANDS,
  ...SERVICE_COMMANDS,
  ...SETUP_COMMANDS,
  ...HELPER_COMMANDS,
];

export const COMMAND_TABLE: CommandTable = {
  commands: COMMANDS.map((command) => ({ ...command, options: [...command.options, HELP] })),
  globalOptions: [HELP, VERSION],
};
