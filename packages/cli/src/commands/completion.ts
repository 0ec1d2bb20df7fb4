/** `keywire completion`: a script for a shell, made from the table of commands. */
import { bashCompletion } from '../completion/bash.ts';
import { fishCompletion } from '../completion/fish.ts';
import { completionWords } from '../completion/words.ts';
import { zshCompletion } from '../completion/zsh.ts';
import { Output } from '../outcome.ts';
import type { CommandContext } from '../types/command.ts';
import type { Outcome } from '../types/outcome.ts';

export async function completion({ invocation, table }: CommandContext): Promise<Outcome> {
  const words = completionWords(table);
  const [shell] = invocation.words;
  switch (shell) {
    case 'zsh':
      return new Output().out(zshCompletion(words)).finish();
    case 'fish':
      return new Output().out(fishCompletion(words)).finish();
    default:
      return new Output().out(bashCompletion(words)).finish();
  }
}
