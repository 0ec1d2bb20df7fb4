// Tells a line, and goes on.
import { writeSync } from 'node:fs';
import { tell } from '../../../src/io/terminal/tell.ts';

tell('a line');
writeSync(1, 'went on');
