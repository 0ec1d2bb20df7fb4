/** The part of the table of commands that sets keywire up: links, completion, the manual page. */
import { JSON_OUTPUT } from '../arguments/common-options.ts';
import { PROGRAM_NAMES } from '../program-names.ts';
import type { CommandSpec } from '../types/command.ts';

export const SETUP_COMMANDS: readonly CommandSpec[] = [
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
