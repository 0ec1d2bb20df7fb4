// Waits for a request to end, then for a second one that ends it for good.
import { writeSync } from 'node:fs';
import { listenForEnd } from '../../../src/io/signals.ts';

const end = listenForEnd();
end.signal.addEventListener('abort', () => writeSync(1, `asked ${end.exitCode()}\n`));
writeSync(1, `waiting ${String(end.exitCode())}\n`);
setInterval(() => {}, 60_000);
