/** How a command is written. */
import type { CommandSpec } from '../types/command.ts';

/** The command's first line of help: its name, its options and its operands. */
export function commandForm(command: CommandSpec): string {
  const parts = ['keywire', command.name];
  for (const option of command.options) {
    if (option.isRequired === true) parts.push(`--${option.name}=${option.value ?? ''}`);
  }
  parts.push('[OPTION …]');
  if (command.operands === 'attributes') parts.push('ATTR VALUE …');
  if (command.operands === 'item') parts.push('ATTR VALUE …|PATH');
  if (command.operands === 'words') parts.push(...(command.words ?? []));
  if (command.operands === 'command') parts.push('-- COMMAND …');
  return parts.join(' ');
}
