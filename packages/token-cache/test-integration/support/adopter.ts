/** Takes over a plain cache: arguments are the old file, the kind of persistence and its place. */
import process from 'node:process';
import { SecretService } from '@keywire/secret-service';
import {
  adopt,
  EncryptedFilePersistence,
  FilePersistence,
  SecretServicePersistence,
} from '../../src/index.ts';

const [old = '', kind = '', location = ''] = process.argv.slice(2);
// A client that is killed while it opens its session can take the daemon with it (QUIRKS, G20).
const service = kind === 'secret-service' ? await SecretService.connect() : undefined;
const persistence =
  kind === 'file'
    ? new FilePersistence(location)
    : kind === 'secret-service'
      ? new SecretServicePersistence({ location, service })
      : new EncryptedFilePersistence({
          location,
          password: 'pw',
          cost: { kdf: 'scrypt', logN: 14, r: 8, p: 1 },
        });
process.send?.('ready');
const { outcome, oldFile } = await adopt(old, persistence);
process.send?.(`${outcome} ${oldFile}`);
process.disconnect?.();
await service?.close();
