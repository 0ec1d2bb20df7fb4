/**
 * Operands as what a command takes them for. A wrong form is answered with the right one: what the
 * command is for, and how it is written.
 */

import { CliError, usageError } from '../output/cli-error.ts';
import type { CommandSpec, Invocation } from '../types/command.ts';
import { parseAttributes } from './attributes.ts';
import type { Arguments } from './split.ts';

/** @throws {@link CliError} with code `usage` */
export function invocationOf(command: CommandSpec, given: Arguments): Invocation {
  const { operands, ...options } = given;
  const none = { attributes: new Map(), command: [], words: [], ...options };
  for (const option of command.options) {
    const isGiven = options.values.has(option.name) || options.lists.has(option.name);
    if (option.isRequired === true && !isGiven) {
      throw formError(
        command,
        `${command.name}: --${option.name}=${option.value ?? ''} is missing`,
      );
    }
  }
  switch (command.operands) {
    case 'none':
      if (operands.length === 0) return none;
      throw formError(command, `${command.name} takes no operands, got ${operands.length}`);
    case 'words':
      requireWords(command, operands);
      return { ...none, words: operands };
    case 'command':
      if (operands.length > 0) return { ...none, command: operands };
      throw formError(command, `${command.name}: no command given`);
    case 'item':
      // An object path is one word, attributes are two.
      if (operands.length === 1 && operands[0]?.startsWith('/') === true) {
        return { ...none, words: operands };
      }
      return { ...none, attributes: attributesOf(command, operands) };
    case 'attributes':
      return { ...none, attributes: attributesOf(command, operands) };
  }
}

/** A complaint that closes with the right form. */
function formError(command: CommandSpec, complaint: string): CliError {
  return usageError(`${complaint}; ${rightForm(command)}`);
}

/** What a command is for, and how it is written. */
export function rightForm(command: CommandSpec): string {
  return `to ${command.summary}: ${commandForm(command)}`;
}

function attributesOf(
  command: CommandSpec,
  operands: readonly string[],
): ReadonlyMap<string, string> {
  try {
    return parseAttributes(operands, command.name === 'store');
  } catch (error) {
    if (error instanceof CliError) throw formError(command, error.message);
    throw error;
  }
}

function requireWords(command: CommandSpec, operands: readonly string[]): void {
  const { name, words = [] } = command;
  const needed = words.filter((word) => !word.startsWith('[')).length;
  if (operands.length < needed || operands.length > words.length) {
    const given = `${operands.length} ${operands.length === 1 ? 'word' : 'words'}`;
    throw formError(command, `${name}: expected ${words.join(' ')}, got ${given}`);
  }
  const wrong = operands.findIndex((operand, index) => !fits(operand, words[index] ?? ''));
  if (wrong < 0) return;
  throw formError(command, `${name}: expected ${words[wrong]}, got another word`);
}

/** A word of the form in lower case stands for itself, or for one of its alternatives; `…` for any. */
function fits(operand: string, word: string): boolean {
  const form = word.replace(/^\[|\]$/gu, '');
  if (form !== form.toLowerCase()) return true;
  const alternatives = form.split('|');
  return alternatives.includes(operand) || alternatives.includes('…');
}

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
