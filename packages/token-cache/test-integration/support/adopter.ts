/** Takes over a plain cache: arguments are the old file, the kind of persistence and its place. */
import process from 'node:process';
import {
  adopt,
  EncryptedFilePersistence,
  FilePersistence,
  SecretServicePersistence,
} from '../../src/index.ts';

const [old = '', kind = '', location = ''] = process.argv.slice(2);
const persistence =
  kind === 'file'
    ? new FilePersistence(location)
    : kind === 'secret-service'
      ? new SecretServicePersistence({ location })
      : new EncryptedFilePersistence({
          location,
          password: 'pw',
          cost: { kdf: 'scrypt', logN: 14, r: 8, p: 1 },
        });
process.send?.('ready');
const { outcome, oldFile } = await adopt(old, persistence);
process.send?.(`${outcome} ${oldFile}`);
process.disconnect?.();
