/** A test process that boots a keyring, names its folder, and never disposes of it. */
import process from 'node:process';
import { bootGnomeKeyring } from '../../src/index.ts';

const keyring = await bootGnomeKeyring({ prompter: 'never' });
console.log(keyring.bus.workspace.folder);
process.stdin.resume();
