/**
 * Adds to the cache in a file, and prints the name and code of the error that this gives. Arguments:
 * the kind of persistence and the file.
 */
import process from 'node:process';
import { EncryptedFilePersistence, FilePersistence, PersistedTokenCache } from '../../src/index.ts';

const [kind = '', location = ''] = process.argv.slice(2);
const persistence =
  kind === 'file'
    ? new FilePersistence(location)
    : new EncryptedFilePersistence({ location, password: 'pw' });
const cache = new PersistedTokenCache(persistence);
try {
  // Larger than the file size that the process is allowed.
  await cache.add('Account', { home_account_id: 'new', padding: 'x'.repeat(2 ** 20) });
  console.log('saved');
} catch (error) {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  console.log(`${error instanceof Error ? error.name : ''} ${code}`);
}
