/**
 * The one table of commands. Parsing, help and what else describes the command line are derived
 * from it; nothing about a command's form is written anywhere else.
 */
import { DIAGNOSIS_COMMANDS } from './diagnosis-commands.ts';
import { FILE_COMMANDS } from './file-commands.ts';
import { HELPER_COMMANDS } from './helper-commands.ts';
import { ITEM_COMMANDS } from './item-commands.ts';
import { OBJECT_COMMANDS } from './object-commands.ts';
import { PASSWORD_COMMANDS } from './password-commands.ts';
import { SERVICE_COMMANDS } from './service-commands.ts';
import { SETUP_COMMANDS } from './setup-commands.ts';
import type { CommandSpec, CommandTable, OptionSpec } from './types/command.ts';

const HELP: OptionSpec = { name: 'help', short: 'h', summary: 'print this help' };
const VERSION: OptionSpec = { name: 'version', short: 'V', summary: 'print the version' };

const COMMANDS: readonly CommandSpec[] = [
  ...ITEM_COMMANDS,
  ...PASSWORD_COMMANDS,
  ...OBJECT_COMMANDS,
  ...FILE_COMMANDS,
  ...SERVICE_COMMANDS,
  ...DIAGNOSIS_COMMANDS,
  ...SETUP_COMMANDS,
  ...HELPER_COMMANDS,
];

export const COMMAND_TABLE: CommandTable = {
  commands: COMMANDS.map((command) => ({ ...command, options: [...command.options, HELP] })),
  globalOptions: [HELP, VERSION],
};
