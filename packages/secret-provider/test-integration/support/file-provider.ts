/**
 * A provider over a keyring file, as a process of its own. Arguments: bus address, path, password,
 * and a path for an audit log, if any. Says "ready" once it serves; prompts are answered with the
 * password.
 */
import process from 'node:process';
import { auditFile, keyringFileStore, startSecretProvider } from '../../src/index.ts';
import { CHEAP } from '../../test/support/folder.ts';

const [address = '', path = '', password = '', auditPath = ''] = process.argv.slice(2);
await startSecretProvider({
  address,
  store: keyringFileStore(path, password, { cost: CHEAP }),
  prompter: {
    ask: async () => ({ answer: 'accept', password: new TextEncoder().encode(password) }),
  },
  audit: auditPath === '' ? undefined : auditFile(auditPath),
});
process.stdout.write('ready\n');
