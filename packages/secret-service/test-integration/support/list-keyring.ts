// A keyring that is a list in memory, beside a real one: each operation is made on both, and what comes of
// it compared.

import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import {
  type Collection,
  type Item,
  isSecretServiceError,
  type SecretService,
} from '../../src/index.ts';

type Pairs = Readonly<Record<string, string>>;

/** Something to do; `place` and `at` count over what is there. */
export type Operation = { readonly client: number } & (
  | ({ readonly do: 'store'; readonly place: number } & Contents)
  | { readonly do: 'lookup' | 'clear'; readonly attributes: Pairs }
  | { readonly do: 'search'; readonly scope: number | undefined; readonly attributes: Pairs }
  | OnItem
  | { readonly do: 'lock' | 'unlock' | 'setAlias'; readonly place: number }
  | { readonly do: 'addCollection' | 'dropCollection' }
  | ({ readonly do: 'race'; readonly secrets: readonly string[] } & Omit<Contents, 'secret'>)
);

type OnItem = { readonly at: number } & (
  | { readonly do: 'relabel'; readonly label: string }
  | { readonly do: 'setSecret'; readonly secret: string }
  | { readonly do: 'setAttributes'; readonly attributes: Pairs }
  | { readonly do: 'delete' }
);

interface Contents {
  readonly label: string;
  readonly attributes: Pairs;
  /** Each character is a byte. */
  readonly secret: string;
}

/** What a keyring can be asked to do where nobody sees a dialog. */
export interface Abilities {
  readonly setsAttributes: boolean;
  readonly unlock?: (service: SecretService, collection: Collection) => Promise<void>;
  readonly addCollection?: (service: SecretService) => Promise<Collection>;
}

interface Place {
  readonly path: string;
  isLocked: boolean;
}

interface Kept extends Contents {
  readonly place: Place;
}

type Outcome<T> = { readonly value: T } | { readonly error: Error };

export class ListKeyring {
  readonly #services: readonly [SecretService, SecretService];
  readonly #abilities: Abilities;
  readonly #first: Place;
  /** There is one more collection at most. */
  #second: Place | undefined;
  #default: Place;
  #items: Kept[] = [];

  private constructor(
    services: readonly [SecretService, SecretService],
    abilities: Abilities,
    path: string,
  ) {
    this.#services = services;
    this.#abilities = abilities;
    this.#first = { path, isLocked: false };
    this.#default = this.#first;
  }

  /** An empty list beside an empty default collection. */
  static async beside(
    services: readonly [SecretService, SecretService],
    abilities: Abilities,
  ): Promise<ListKeyring> {
    const { path } = await services[0].defaultCollection();
    return new ListKeyring(services, abilities, path);
  }

  perform(operation: Operation): Promise<void> {
    const service = this.#services[operation.client === 0 ? 0 : 1];
    switch (operation.do) {
      case 'store':
        return this.#store(service, operation);
      case 'lookup':
        return this.#lookup(service, operation.attributes);
      case 'search':
        return this.#search(service, operation.scope, operation.attributes);
      case 'clear':
        return this.#clear(service, operation.attributes);
      case 'lock':
        return this.#lock(service, this.#place(operation.place));
      case 'unlock':
        return this.#unlock(service, this.#place(operation.place));
      case 'setAlias':
        return this.#setAlias(service, this.#place(operation.place));
      case 'addCollection':
        return this.#add(service);
      case 'dropCollection':
        return this.#drop(service);
      case 'race':
        return this.#race(service, operation);
      default:
        return this.#onItem(service, operation);
    }
  }

  /** Compares all there is, as both clients see it. */
  async check(): Promise<void> {
    const expected = this.#items.map(described).sort();
    for (const service of this.#services) {
      const found: string[] = [];
      for (const place of this.#places) {
        await this.#unlock(service, place);
        const items = await service.collectionAt(place.path).items();
        const secrets = await service.getSecrets(items);
        for (const item of items) {
          const result = secrets.get(item.path);
          assert.ok(result?.status === 'ok');
          const secret = latin(result.secret.bytes);
          found.push(described({ place, secret, ...(await seen(item)) }));
        }
      }
      assert.deepEqual(found.sort(), expected);
    }
  }

  /** Leaves the keyring as it was found. */
  async empty(): Promise<void> {
    const [service] = this.#services;
    for (const place of this.#places) await this.#unlock(service, place);
    if (this.#default !== this.#first) await this.#setAlias(service, this.#first);
    await this.#drop(service);
    for (const item of await service.collectionAt(this.#first.path).items()) await item.delete();
  }

  get #places(): readonly Place[] {
    return this.#second === undefined ? [this.#first] : [this.#first, this.#second];
  }

  #place(number: number): Place {
    return (number === 0 ? undefined : this.#second) ?? this.#first;
  }

  #matching(sought: Pairs, places: readonly Place[] = this.#places): Kept[] {
    const wanted = Object.entries(sought);
    return this.#items.filter(
      ({ place, attributes }) =>
        places.includes(place) && wanted.every(([name, value]) => attributes[name] === value),
    );
  }

  async #store(
    service: SecretService,
    { place: number, label, attributes, secret }: Contents & { readonly place: number },
  ): Promise<void> {
    const place = this.#place(number);
    const collection = service.collectionAt(place.path);
    const done = await outcomeOf(service.store(label, attributes, bytesOf(secret), { collection }));
    if (place.isLocked) return assertLocked(done);
    assertDone(done);
    this.#replace({ place, label, attributes, secret });
  }

  /** Stores of the same by one client at once: the last of them counts. */
  async #race(
    service: SecretService,
    { label, attributes, secrets }: Extract<Operation, { do: 'race' }>,
  ): Promise<void> {
    const place = this.#default;
    if (place.isLocked) return;
    await Promise.all(secrets.map((each) => service.store(label, attributes, bytesOf(each))));
    this.#replace({ place, label, attributes, secret: secrets.at(-1) ?? '' });
  }

  #replace(item: Kept): void {
    this.#items = this.#items.filter((other) => !isSame(other, item));
    this.#items.push(item);
  }

  async #lookup(service: SecretService, sought: Pairs): Promise<void> {
    const open = this.#matching(sought).filter(({ place }) => !place.isLocked);
    const done = await outcomeOf(service.lookup(sought));
    if (open.length === 0 && this.#isAnyLocked()) return assertLocked(done);
    const found = assertDone(done);
    const text = found === undefined ? undefined : latin(found.bytes);
    found?.dispose();
    if (open.length === 0) assert.equal(text, undefined);
    else assert.ok(open.some(({ secret }) => secret === text));
  }

  async #search(service: SecretService, scope: number | undefined, sought: Pairs): Promise<void> {
    const places = scope === undefined ? this.#places : [this.#place(scope)];
    const [place] = places;
    const collection =
      scope === undefined || place === undefined ? undefined : service.collectionAt(place.path);
    const hits = this.#matching(sought, places);
    const open = hits.filter((hit) => !hit.place.isLocked);
    const options = { collection, loadSecrets: true } as const;
    const done = await outcomeOf(service.searchItems(sought, options));
    if (hits.length === 0 && places.some(({ isLocked }) => isLocked)) return assertLocked(done);
    const { unlocked, locked, secrets } = assertDone(done);
    assert.deepEqual([unlocked.length, locked.length], [open.length, hits.length - open.length]);
    const read = [...secrets.values()].map((result) =>
      result.status === 'ok' ? latin(result.secret.bytes) : result.status,
    );
    assert.deepEqual(read.sort(), open.map(({ secret }) => secret).sort());
  }

  async #clear(service: SecretService, sought: Pairs): Promise<void> {
    const hits = this.#matching(sought);
    const done = await outcomeOf(service.clear(sought));
    const isHidden = hits.length === 0 && this.#isAnyLocked();
    if (isHidden || hits.some(({ place }) => place.isLocked)) return assertLocked(done);
    assert.equal(assertDone(done), hits.length);
    this.#items = this.#items.filter((item) => !hits.includes(item));
  }

  async #onItem(service: SecretService, operation: OnItem): Promise<void> {
    const open = this.#items.filter(({ place }) => !place.isLocked);
    const kept = open[operation.at % Math.max(1, open.length)];
    if (kept === undefined) return;
    const item = await find(service, kept);
    const changed = await this.#change(item, kept, operation);
    this.#items = this.#items.filter((each) => each !== kept);
    if (changed === undefined) {
      const gone = await outcomeOf(item.getSecret());
      assert.ok('error' in gone && isSecretServiceError(gone.error, 'not-found'));
      return;
    }
    this.#items.push(changed);
    const secret = latin((await item.getSecret()).bytes);
    const { place } = changed;
    assert.equal(described({ place, secret, ...(await seen(item)) }), described(changed));
  }

  /** What an item is after a change; undefined when it is deleted. */
  async #change(item: Item, kept: Kept, operation: OnItem): Promise<Kept | undefined> {
    switch (operation.do) {
      case 'relabel':
        await item.setLabel(operation.label);
        return { ...kept, label: operation.label };
      case 'setSecret':
        await item.setSecret(bytesOf(operation.secret));
        return { ...kept, secret: operation.secret };
      case 'setAttributes': {
        const changed = { ...kept, attributes: operation.attributes };
        // Two items of the same attributes would be one to the list.
        const isTaken = this.#items.some((other) => other !== kept && isSame(other, changed));
        if (isTaken || !this.#abilities.setsAttributes) return kept;
        await item.setAttributes(operation.attributes);
        return changed;
      }
      case 'delete':
        await item.delete();
        return undefined;
    }
  }

  async #lock(service: SecretService, place: Place): Promise<void> {
    if (this.#abilities.unlock === undefined) return;
    await service.lock([service.collectionAt(place.path)]);
    place.isLocked = true;
  }

  async #unlock(service: SecretService, place: Place): Promise<void> {
    if (!place.isLocked) return;
    const collection = service.collectionAt(place.path);
    assertLocked(await outcomeOf(service.unlock([collection], { interactive: false })));
    await this.#abilities.unlock?.(service, collection);
    place.isLocked = false;
  }

  async #add(service: SecretService): Promise<void> {
    if (this.#second !== undefined || this.#abilities.addCollection === undefined) return;
    const { path } = await this.#abilities.addCollection(service);
    this.#second = { path, isLocked: false };
  }

  async #drop(service: SecretService): Promise<void> {
    const place = this.#second;
    if (place === undefined || place.isLocked || this.#default === place) return;
    const collection = service.collectionAt(place.path);
    await collection.delete();
    assert.equal(await collection.exists(), false);
    this.#second = undefined;
    this.#items = this.#items.filter((item) => item.place !== place);
  }

  async #setAlias(service: SecretService, place: Place): Promise<void> {
    if (this.#abilities.addCollection === undefined) return;
    await service.setAlias('default', service.collectionAt(place.path));
    this.#default = place;
    for (const each of this.#services) {
      assert.equal((await each.readAlias('default'))?.path, place.path);
    }
  }

  #isAnyLocked(): boolean {
    return this.#places.some(({ isLocked }) => isLocked);
  }
}

async function find(service: SecretService, { place, attributes }: Kept): Promise<Item> {
  const wanted = pairsOf(attributes);
  for (const item of await service.collectionAt(place.path).searchItems(attributes)) {
    if (pairsOf((await seen(item)).attributes) === wanted) return item;
  }
  throw new Error(`not found: ${wanted}`);
}

async function seen(item: Item): Promise<Pick<Contents, 'label' | 'attributes'>> {
  const [label, attributes] = await Promise.all([item.label(), item.attributes()]);
  return { label, attributes: Object.fromEntries(attributes) };
}

function isSame(a: Kept, b: Kept): boolean {
  return a.place === b.place && pairsOf(a.attributes) === pairsOf(b.attributes);
}

function described({ place, label, attributes, secret }: Kept): string {
  const beginning = secret.slice(0, 20);
  return JSON.stringify([place.path, label, pairsOf(attributes), beginning, secret.length]);
}

function pairsOf(attributes: Pairs): string {
  return JSON.stringify(Object.entries(attributes).sort());
}

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

async function outcomeOf<T>(operation: Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await operation };
  } catch (error) {
    assert.ok(isSecretServiceError(error), String(error));
    return { error };
  }
}

function assertDone<T>(outcome: Outcome<T>): T {
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}

function assertLocked(outcome: Outcome<unknown>): void {
  assert.ok('error' in outcome, 'done, and something was locked');
  assert.ok(isSecretServiceError(outcome.error, 'locked'), outcome.error.message);
}
