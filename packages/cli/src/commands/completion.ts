/** `keywire completion`: a script for a shell, made from the table of commands. */
import { bashCompletion } from '../formats/completion/bash.ts';
import { fishCompletion } from '../formats/completion/fish.ts';
import { completionWords } from '../formats/completion/words.ts';
import { zshCompletion } from '../formats/completion/zsh.ts';
import { Output } from '../output/output.ts';
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
