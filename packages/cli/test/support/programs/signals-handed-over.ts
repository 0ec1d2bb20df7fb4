// Takes the signals over, gives them back after SIGTERM, and ends with the code of the next one.
import { writeSync } from 'node:fs';
import process from 'node:process';
import { listenForEnd } from '../../../src/io/signals.ts';

const end = listenForEnd();
const takeBack = end.handOver((name) => {
  if (name === 'SIGTERM') takeBack();
  writeSync(1, `${name} ${end.exitCode()}\n`);
});
end.signal.addEventListener('abort', () => process.exit(end.exitCode()));
writeSync(1, 'waiting\n');
setInterval(() => {}, 60_000);
