/**
 * `npm start`: Keywire on a machine that may have nothing but Node. Starts the embedded bus and
 * provider, then stores, searches, reads back and clears a secret through the whole stack, showing
 * each step.
 */
import assert from 'node:assert/strict';
import process from 'node:process';
import { startMessageBus } from '@keywire/message-bus';
import { memoryStore, startSecretProvider } from '@keywire/secret-provider';
import { SecretService } from '@keywire/secret-service';

const isTerminal = process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
const SECRET = 'correct horse battery staple';
const ATTRIBUTES = { application: 'keywire-demo', account: 'you@example.org' };

let number = 0;

await using bus = await startMessageBus();
step('A message bus of our own, in this process', bus.address.replace(/,guid=.*$/u, ''));

await using provider = await startSecretProvider({ address: bus.address, store: memoryStore() });
step('A Secret Service on it, its secrets in memory', provider.uniqueName);

await using service = await SecretService.connect({ address: bus.address });
step('A client, as any program would connect', Object.values(ATTRIBUTES).join(', '));

await service.store('Keywire demo', ATTRIBUTES, SECRET);
assert.equal(service.session?.encrypted, true);
step('Stored a secret, encrypted on its way', service.session.algorithm);

const { unlocked } = await service.searchItems({ application: 'keywire-demo' });
assert.equal(unlocked.length, 1);
const [item] = unlocked;
step('Searched for it by one attribute', `found "${await item?.label()}"`);

using found = await service.lookup(ATTRIBUTES);
assert.equal(found?.text(), SECRET);
step('Read it back, byte for byte', `${found?.bytes.length} bytes, not shown`);

const cleared = await service.clear(ATTRIBUTES);
assert.equal(cleared, 1);
assert.equal(await service.lookup(ATTRIBUTES), undefined);
step('Cleared it', 'a lookup now finds nothing');

console.log('\nThe same from a shell, on your own keyring: dist/keywire.cjs --help');

function step(what: string, detail: string): void {
  number += 1;
  const dim = isTerminal ? (text: string) => `\u001b[2m${text}\u001b[0m` : (text: string) => text;
  console.log(`${number}. ${what.padEnd(46)} ${dim(detail)}`);
}
