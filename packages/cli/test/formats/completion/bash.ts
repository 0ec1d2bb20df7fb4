import { bashCompletion } from '../../../src/formats/completion/bash.ts';
import { testCompletion } from '../../support/completion-contract.ts';

testCompletion('bashCompletion', bashCompletion);
