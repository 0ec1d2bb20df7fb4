import { zshCompletion } from '../../src/completion/zsh.ts';
import { testCompletion } from '../support/completion-contract.ts';

testCompletion('zshCompletion', zshCompletion);
