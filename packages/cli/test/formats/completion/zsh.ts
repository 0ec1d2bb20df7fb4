import { zshCompletion } from '../../../src/formats/completion/zsh.ts';
import { testCompletion } from '../../support/completion-contract.ts';

testCompletion('zshCompletion', zshCompletion);
