/** Takes the lock named, says so, and gives it back when its stdin ends. */
import process from 'node:process';
import { CrossProcessLock } from '../../src/index.ts';

const lock = await CrossProcessLock.acquire(process.argv[2] ?? '');
console.log('held');
for await (const _chunk of process.stdin);
await lock.release();
