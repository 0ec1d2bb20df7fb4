/**
 * The shape of a command: its data, from which the parser, the help and later the man page and
 * the completions are made, and its code, which is loaded when it is run and not before: what a
 * command does not need, a call of it does not pay for.
 */

import type { Host } from './host.ts';
import type { Attributes } from './items.ts';
import type { Keyring, KeyringOptions } from './keyring.ts';
import type { Outcome } from './outcome.ts';
import type { Passwords, PasswordsPlan } from './passwords.ts';

export interface OptionSpec {
  /** The long name without its dashes. */
  readonly name: string;
  /** One letter. */
  readonly short?: string;
  /** What the value is called in help; an option without it takes none. */
  readonly value?: string;
  readonly isRequired?: boolean;
  /** May be given several times; its values are then in `lists`, in order. */
  readonly isRepeatable?: boolean;
  readonly summary: string;
}

export interface CommandSpec {
  /** One word, or two where several commands share the first: `collection create`. */
  readonly name: string;
  /** Other names that are understood as this one, and not shown. */
  readonly synonyms?: readonly string[];
  /** What people type who mean this command; they are told the right form. */
  readonly mistakenNames?: readonly string[];
  /** One line for the list of commands. */
  readonly summary: string;
  readonly operands: 'attributes' | 'item' | 'none' | 'command' | 'words';
  /**
   * For `words`, in order: those in lower case as they stand (`a|b`: one of them, `a|b|…`: or
   * any other), the others what their name says; in brackets at the end, what may be left out.
   */
  readonly words?: readonly string[];
  readonly options: readonly OptionSpec[];
  /** Paragraphs for the command's own help. */
  readonly description: readonly string[];
  readonly examples: readonly string[];
  /** Where the command's exit codes are not those of all commands. */
  readonly exitCodes?: readonly (readonly [code: string, meaning: string])[];
  /** The one exit code of every failure of its own, wrong usage included. */
  readonly failureCode?: number;
  readonly load: () => Promise<Command>;
}

/** All that can be said to keywire. */
export interface CommandTable {
  readonly commands: readonly CommandSpec[];
  /** Options that stand alone, before any command. */
  readonly globalOptions: readonly OptionSpec[];
}

/** A parsed command line: the options that were given, and the operands as what they are. */
export interface Invocation {
  readonly attributes: Attributes;
  /** The words of another program's command line, for a command that runs one. */
  readonly command: readonly string[];
  /** The operands of a command whose form names each. */
  readonly words: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  /** The values of options that may be given several times, by the option's name. */
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

export interface CommandContext {
  readonly invocation: Invocation;
  /** For a command that describes the command line. */
  readonly table: CommandTable;
  readonly host: Host;
  /** What the common options say of any keyring. */
  readonly keyringOptions: KeyringOptions;
  /** Opens the keyring as the common options say; the caller of the command closes it. */
  readonly openKeyring: () => Promise<Keyring>;
  /** As {@link openKeyring}, for passwords by service and user name. */
  readonly openPasswords: (plan: PasswordsPlan) => Promise<Passwords>;
}

export type Command = (context: CommandContext) => Promise<Outcome>;

/**
 * Another program, taken over where keywire is called by its name: its command line, its answers
 * and its exit codes. Never rejects for what that program would report.
 */
export type Personality = (argv: readonly string[], host: Host) => Promise<Outcome>;
