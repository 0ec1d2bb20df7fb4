import { traceLine } from '../../../src/io/trace.ts';

traceLine('> method_call');
