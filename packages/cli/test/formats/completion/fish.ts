import { fishCompletion } from '../../../src/formats/completion/fish.ts';
import { testCompletion } from '../../support/completion-contract.ts';

testCompletion('fishCompletion', fishCompletion);
