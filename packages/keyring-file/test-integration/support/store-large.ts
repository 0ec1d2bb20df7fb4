/** Stores 2 MB into the keyring file named, and prints the codes of the refusal. */
import process from 'node:process';
import { isKeyringFileError, openKeyringFile } from '../../src/index.ts';

const file = await openKeyringFile(process.argv[2] ?? '', { password: 'pw' });
try {
  await file.put({ label: 'large', attributes: { n: '2' }, secret: new Uint8Array(2_000_000) });
  process.stdout.write('stored\n');
} catch (error) {
  if (!isKeyringFileError(error)) throw error;
  const { cause } = error;
  const lower = cause instanceof Error && 'code' in cause ? cause.code : 'none';
  process.stdout.write(`${error.code} ${lower}\n`);
}
