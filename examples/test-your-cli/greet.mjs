#!/usr/bin/env node
/** A program with a secret in the keyring, written so that its tests need no keyring. */
import { realpathSync } from 'node:fs';
import process from 'node:process';
import { openKeyring } from '@keywire/keyring';

const SERVICE = 'greet.example';

/** All that the program does, on whatever keyring it is given. */
export async function greet(keyring, [command, name]) {
  switch (command) {
    case 'learn':
      await keyring.setPassword(SERVICE, 'name', name);
      return 'I shall remember.';
    case 'hello': {
      const known = await keyring.getPassword(SERVICE, 'name');
      return known === undefined ? 'Who are you?' : `Hello, ${known}!`;
    }
    default:
      return 'usage: greet learn NAME | greet hello';
  }
}

// Through a link too, as npm makes one for a program.
if (import.meta.filename === realpathSync(process.argv[1])) {
  const keyring = await openKeyring({ app: 'greet' });
  console.log(await greet(keyring, process.argv.slice(2)));
  await keyring.close();
}
