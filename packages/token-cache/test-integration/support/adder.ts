/**
 * Adds accounts to a shared cache: arguments are the file, a name and a count. Prints how many were
 * refused because another program had broken the lock; those are added again.
 */
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { FilePersistence, isLockError, PersistedTokenCache } from '../../src/index.ts';

const [file = '', name = '', count = '0'] = process.argv.slice(2);
const cache = new PersistedTokenCache(new FilePersistence(file), { lockTimeoutMs: 60_000 });

async function add(id: string): Promise<number> {
  for (let lost = 0; ; lost += 1) {
    try {
      const entry = { home_account_id: id, environment: 'e', realm: 'r' };
      await cache.add('Account', entry);
      return lost;
    } catch (error) {
      if (!isLockError(error) || error.code !== 'lock-lost') throw error;
    }
  }
}

let lost = 0;
for (let number = 0; number < Number(count); number += 1) {
  lost += await add(`${name}${number}`);
  // The Python side looks for the lock four times a second, and is to find it free now and then.
  await pause(Math.random() * 40);
}
console.log(lost);
