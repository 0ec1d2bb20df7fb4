/**
 * The part of the table of commands that sets keywire up: what is wrong with it, links, completion,
 * the manual page.
 */
import { JSON_OUTPUT } from '../arguments/common-options.ts';
import { PROGRAM_NAMES } from '../program-names.ts';
import type { CommandSpec } from '../types/command.ts';

export const SETUP_COMMANDS: readonly CommandSpec[] = [
  {
    name: 'doctor',
    synonyms: ['diagnose'],
    summary: 'say what is here, what is wrong, what to do',
    operands: 'words',
    words: ['[FILE]'],
    options: [
      {
        name: 'unlock',
        summary: 'ask the keyring to unlock, to see whether its dialog is answered',
      },
      JSON_OUTPUT,
      {
        name: 'timeout',
        value: 'SECONDS',
        summary: 'wait at most so long for any one answer (default: 10)',
      },
    ],
    description: [
      'Looks at the bus and where its address came from, the keyring on it, its collections and aliases, who could answer its dialogs, and how logins are set up, and says in plain words what is wrong and what to do about it. A keyring that the bus can start is started. No secret is read, and nobody is asked anything, unless --unlock says so.',
      'With FILE it looks at that keyring file alone: owner, mode, form, and who holds its lock.',
      '--json prints all of it for a bug report. It holds paths, labels of collections and arguments of keyring daemons, never a secret, an attribute or a label of an item.',
    ],
    examples: ['keywire doctor', 'keywire doctor --json', 'keywire doctor my.keyring'],
    exitCodes: [
      ['0', 'a store would succeed; the file is as it should be'],
      ['2', 'wrong usage, or no such file'],
      ['3', 'the keyring is locked, or has no default collection'],
      ['5', 'no bus, or no keyring on it that answers'],
      ['7', 'something is wrong with the file'],
    ],
    load: async () => (await import('../commands/doctor.ts')).doctor,
  },
  {
    name: 'link',
    summary: 'make a link by which keywire is another program',
    operands: 'words',
    words: ['DIR', PROGRAM_NAMES.join('|')],
    options: [JSON_OUTPUT],
    description: [
      'Makes a symbolic link in a folder, by whose name keywire behaves as that program, its exit codes included. What is there already is left as it is, unless it is this very link.',
    ],
    examples: ['keywire link ~/.local/bin secret-tool'],
    load: async () => (await import('../commands/link.ts')).link,
  },
  {
    name: 'completion',
    summary: 'print the completion for a shell',
    operands: 'words',
    words: ['bash|zsh|fish'],
    options: [],
    description: [
      'Prints a script that completes commands, options and their values. It knows the command line, and asks no keyring.',
    ],
    examples: [
      'keywire completion bash > ~/.local/share/bash-completion/completions/keywire',
      'keywire completion zsh > ~/.zfunc/_keywire',
      'keywire completion fish > ~/.config/fish/completions/keywire.fish',
    ],
    load: async () => (await import('../commands/completion.ts')).completion,
  },
  {
    name: 'man',
    summary: 'print the manual page',
    operands: 'none',
    options: [],
    description: ['Prints the manual page, for man(1): all commands with all their options.'],
    examples: ['keywire man > ~/.local/share/man/man1/keywire.1', 'keywire man | man -l -'],
    load: async () => (await import('../commands/man.ts')).man,
  },
];
