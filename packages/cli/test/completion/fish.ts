import { fishCompletion } from '../../src/completion/fish.ts';
import { testCompletion } from '../support/completion-contract.ts';

testCompletion('fishCompletion', fishCompletion);
