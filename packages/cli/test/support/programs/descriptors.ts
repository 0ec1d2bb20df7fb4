// Says on descriptor 3 what the standard descriptors are taken for.
import { writeSync } from 'node:fs';
import { columns, isColoured, isTerminal, stdinKind } from '../../../src/io/terminal/terminal.ts';

const stdin = stdinKind();
const stdout = [isTerminal('stdout'), isColoured('stdout')];
writeSync(3, JSON.stringify({ stdin, stdout, stderr: isTerminal('stderr'), columns: columns() }));
