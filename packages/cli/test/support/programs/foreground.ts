// Says whether it is in the foreground of a terminal.
import { isInForeground } from '../../../src/io/terminal/foreground.ts';

console.log(`foreground ${isInForeground()}`);
