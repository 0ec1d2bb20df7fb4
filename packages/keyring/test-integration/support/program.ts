// A program with a keyring, as a process of its own: does what its arguments say, prints what it
// found as JSON, and never closes the keyring. KEYWIRE_TEST_STEPS is a list of steps; at write number
// KEYWIRE_TEST_KILL_AT to any socket the program is killed, right after it.

import { Socket } from 'node:net';
import process from 'node:process';
import { isKeyringError, type Keyring, migrate, openKeyring } from '../../src/index.ts';

type Step =
  | readonly ['set', service: string, username: string, password: string]
  | readonly ['get', service: string, username: string]
  | readonly ['clear', service: string, username: string]
  | readonly ['status']
  | readonly ['follow', service: string, own: string, awaited: string]
  | readonly ['migrate', from: string, to: string];

const { steps, options } = JSON.parse(process.env['KEYWIRE_TEST_STEPS'] ?? '{"steps": []}') as {
  steps: readonly Step[];
  options?: Parameters<typeof openKeyring>[0];
};

const killAt = Number(process.env['KEYWIRE_TEST_KILL_AT'] ?? Number.POSITIVE_INFINITY);
const original = Socket.prototype.write;
let writes = 0;
Socket.prototype.write = function (this: Socket, chunk: unknown, ...rest: unknown[]): boolean {
  writes += 1;
  if (writes < killAt) return Reflect.apply(original, this, [chunk, ...rest]);
  return Reflect.apply(original, this, [chunk, () => process.kill(process.pid, 'SIGKILL')]);
};

try {
  const keyring = await openKeyring({ config: 'none', ...options });
  for (const step of steps) {
    const [verb, a = '', b = '', c = ''] = step;
    if (verb === 'set') await keyring.setPassword(a, b, c);
    else if (verb === 'get') print((await keyring.getPassword(a, b)) ?? null);
    else if (verb === 'clear') print(await keyring.clearPassword(a, b));
    else if (verb === 'status') print(await keyring.status());
    else if (verb === 'follow') await follow(keyring, a, b, c);
    else print(await migrate({ ...options, config: 'none', from: a, to: b, deleteSource: true }));
  }
} catch (error) {
  if (!isKeyringError(error)) throw error;
  const { code, outcome, message, advice } = error;
  print({ code, outcome, message, advice });
}

/** Follows first, changes something then, and waits for another program's change with no more to do. */
async function follow(keyring: Keyring, service: string, own: string, awaited: string) {
  const events = keyring.events();
  await keyring.setPassword(service, own, 'x');
  for await (const { type, entry, isOwn } of events) {
    // Daemons tell of what is new as changed, too, and not always in one go.
    if (type === 'changed') continue;
    print([type, entry?.username, isOwn]);
    if (entry?.username === awaited) return;
  }
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
