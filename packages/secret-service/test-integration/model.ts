// Long random sequences of operations, by two clients, beside a keyring that is a list: what each gives
// and what is there in the end is what the list says. Nothing is taken for absent that could lie in
// something locked. Printed: how many operations. With SLOW=1 a hundred sequences a keyring.
// Foreign peers: gnome-keyring, KWallet and KeePassXC, which keep what the list keeps.

import process from 'node:process';
import { startMessageBus } from '@keywire/message-bus';
import { acceptingPrompter, memoryStore, startSecretProvider } from '@keywire/secret-provider';
import fc from 'fast-check';
import { test } from '../../../test-fixtures/src/harness.ts';
import { SecretService } from '../src/index.ts';
import { onEach } from './support/keyrings.ts';
import { type Abilities, ListKeyring, type Operation } from './support/list-keyring.ts';

const RUNS = process.env['SLOW'] === '1' ? 100 : 5;

const attributes = fc.dictionary(
  fc.constantFrom('app', 'n m', 'ä', 'xdg:schema'),
  fc.constantFrom('', '1', '1\n', '2', ' ', 'ünï🗝', '{TITLE}', '%', 'org.example.A'),
  { minKeys: 1, maxKeys: 3, noNullPrototype: true },
);
const label = fc.constantFrom('l', 'm', 'a/b', 'b', 'c/', '🗝 {TITLE}', ' x ');
/** Each character is a byte: what is text, what is none, and what daemons would alter. */
const secret = fc.constantFrom(
  ...['', 'x', 'yy\n', '\xff\xfe\0', 'T{TITLE}', '\xef\xbb\xbfbom', 'nul\0l'],
  'z'.repeat(70_000),
);
const secrets = fc.array(secret, { minLength: 2, maxLength: 4 });
const client = fc.nat(1);
const place = fc.nat(1);
const at = fc.nat(50);
const scope = fc.option(place, { nil: undefined });
const sought = fc.oneof(attributes, fc.constant({}));
const kind = <const K extends Operation['do']>(name: K): fc.Arbitrary<K> => fc.constant(name);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ do: kind('store'), client, place, label, attributes, secret }),
  },
  { weight: 3, arbitrary: fc.record({ do: kind('lookup'), client, attributes }) },
  { weight: 2, arbitrary: fc.record({ do: kind('search'), client, scope, attributes: sought }) },
  { weight: 2, arbitrary: fc.record({ do: kind('clear'), client, attributes }) },
  { weight: 2, arbitrary: fc.record({ do: kind('relabel'), client, at, label }) },
  { weight: 2, arbitrary: fc.record({ do: kind('setSecret'), client, at, secret }) },
  { weight: 2, arbitrary: fc.record({ do: kind('setAttributes'), client, at, attributes }) },
  { weight: 1, arbitrary: fc.record({ do: kind('delete'), client, at }) },
  { weight: 1, arbitrary: fc.record({ do: kind('lock'), client, place }) },
  { weight: 2, arbitrary: fc.record({ do: kind('unlock'), client, place }) },
  { weight: 1, arbitrary: fc.record({ do: kind('addCollection'), client }) },
  { weight: 1, arbitrary: fc.record({ do: kind('dropCollection'), client }) },
  { weight: 1, arbitrary: fc.record({ do: kind('setAlias'), client, place }) },
  { weight: 1, arbitrary: fc.record({ do: kind('race'), client, label, attributes, secrets }) },
);
const sequence = fc.array(operation, { minLength: 5, maxLength: 40, size: 'max' });

async function run(one: SecretService, two: SecretService, abilities: Abilities): Promise<void> {
  let performed = 0;
  const property = fc.asyncProperty(sequence, async (operations) => {
    const list = await ListKeyring.beside([one, two], abilities);
    try {
      for (const each of operations) {
        await list.perform(each);
        performed += 1;
      }
      await list.check();
    } finally {
      await list.empty();
    }
  });
  await fc.assert(property, { numRuns: RUNS });
  console.log(`# ${performed} operations in ${RUNS} sequences`);
}

/** Two collections of one label would be one at some daemons. */
function labels(): () => string {
  let made = 0;
  return () => {
    made += 1;
    return `extra ${made}`;
  };
}

// @rule secret/locked-is-not-absent
// @rule secret/exact-replace
// @rule secret/stores-in-turn
onEach('what operations give is what a list would give', [], async ({ keyring, connect }) => {
  if (keyring.kind !== 'gnome-keyring') {
    // Once locked, these would show a dialog that nobody sees; their changes may raise prompts.
    const options = { hasDisplay: true };
    const setsAttributes = keyring.kind !== 'keepassxc';
    return run(await connect(options), await connect(options), { setsAttributes });
  }
  const options = { interactive: false };
  const first = (await connect(options)).defaultCollection();
  const main = (await first).path;
  const nextLabel = labels();
  await run(await connect(options), await connect(options), {
    setsAttributes: true,
    unlock: (service, collection) =>
      service.unlockWithPassword(collection.path === main ? keyring.password : 'extra', {
        collection,
      }),
    addCollection: (service) => service.createCollectionWithPassword(nextLabel(), 'extra'),
  });
});

test('embedded: what operations give is what a list would give', async () => {
  await using bus = await startMessageBus();
  const { address } = bus;
  const seed = { collections: [{ id: 'main', label: 'Main', aliases: ['default'], items: [] }] };
  const store = memoryStore(seed);
  await using _provider = await startSecretProvider({
    address,
    store,
    prompter: acceptingPrompter,
  });
  await using one = await SecretService.connect({ address, interactive: false });
  await using two = await SecretService.connect({ address, interactive: false });
  const nextLabel = labels();
  await run(one, two, {
    setsAttributes: true,
    unlock: (service, collection) => service.unlock([collection], { interactive: true }),
    addCollection: (service) => service.createCollection(nextLabel(), { interactive: true }),
  });
});
