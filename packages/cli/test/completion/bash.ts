import { bashCompletion } from '../../src/completion/bash.ts';
import { testCompletion } from '../support/completion-contract.ts';

testCompletion('bashCompletion', bashCompletion);
