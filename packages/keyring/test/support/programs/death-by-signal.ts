// Sends itself the signal it is told to, with something to put right before.
import { writeSync } from 'node:fs';
import process from 'node:process';
import { beforeDeathBySignal } from '../../../src/io/death-by-signal.ts';

beforeDeathBySignal(() => {
  writeSync(1, 'put right\n');
});
// Alive until the signal arrives.
setInterval(() => {}, 60_000);
const signal = process.argv.find((word) => word.startsWith('SIG'));
if (signal === undefined) throw new Error('which signal?');
process.kill(process.pid, signal);
