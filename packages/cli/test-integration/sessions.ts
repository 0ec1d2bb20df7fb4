/**
 * A command that succeeded ends without a farewell on the bus. Each daemon sees the end of the
 * connection, and ends the session.
 */
import assert from 'node:assert/strict';
import { SecretService } from '@keywire/secret-service';
import { type Keyring, runOrThrow } from '../../../test-fixtures/src/index.ts';
import { keywire, onEachKeyring } from './support/keywire.ts';

const SESSION = /^\/org\/freedesktop\/secrets\/session\/./u;
/** Each look takes the daemon a round trip, after which it has seen who left before. */
const LOOKS = 100;

onEachKeyring([
  [
    'no command leaves a session behind',
    async (keyring) => {
      const stored = await keywire(keyring.env, ['store', '--label=L', 'app', 'demo'], {
        input: 's3cret',
      });
      assert.deepEqual([stored.code, stored.stderr], [0, '']);
      {
        await using service = SecretService.open({ address: keyring.bus.address });
        await service.lookup({ app: 'demo' });
        assert.equal((await sessions(keyring)).length, 1);
      }
      assert.equal((await keywire(keyring.env, ['lookup', 'app', 'demo'])).stdout, 's3cret');
      let left = await sessions(keyring);
      for (let look = 1; look < LOOKS && left.length > 0; look += 1) left = await sessions(keyring);
      assert.deepEqual(left, []);
    },
  ],
]);

async function sessions({ bus }: Keyring): Promise<string[]> {
  const args = [`--address=${bus.address}`, 'tree', '--list', 'org.freedesktop.secrets'];
  const tree = await runOrThrow('/usr/bin/busctl', args, { env: bus.env });
  return tree.split('\n').filter((line) => SESSION.test(line));
}
