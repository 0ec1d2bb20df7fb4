/** A keyring in memory, with the faults that a real one can have. */

import type {
  Attributes,
  CollectionDescription,
  FoundItem,
  ItemDescription,
  ReadItem,
  Scope,
  StoredSecret,
  WithheldReason,
} from '../../src/types/items.ts';
import type {
  Keyring,
  SearchRequest,
  StoreRequest,
  UnlockRequest,
} from '../../src/types/keyring.ts';

import { MemoryObjects } from './memory-objects.ts';

export interface MemoryItem {
  label: string;
  attributes: Map<string, string>;
  secret: Uint8Array;
  contentType?: string;
  /** The secret is not given out, for this reason. */
  withheld?: WithheldReason;
  created?: number;
}

export class MemoryKeyring implements Keyring {
  readonly items: MemoryItem[];
  readonly #objects: MemoryObjects;
  readonly calls: string[] = [];
  /** The bytes of every secret that was given out, for whoever has to wipe them. */
  readonly given: Uint8Array[] = [];
  /** The very buffers that were stored, for whoever has to wipe them. */
  readonly taken: Uint8Array[] = [];
  closed = 0;
  /** Thrown by every method, where set. */
  failure: unknown;

  constructor(items: MemoryItem[] = []) {
    this.items = items;
    this.#objects = new MemoryObjects(items);
  }

  async objects(): Promise<MemoryObjects> {
    return this.#objects;
  }

  async ready(): Promise<void> {
    this.#begin('ready', {});
  }

  async lookup(attributes: Attributes, scope: Scope): Promise<StoredSecret | undefined> {
    this.#begin('lookup', scope);
    const [item] = this.#matches(attributes);
    return item === undefined ? undefined : this.#give(item);
  }

  async search(request: SearchRequest): Promise<readonly FoundItem[]> {
    this.#begin(`search unlock=${request.unlock} limit=${request.limit}`, request);
    return this.#matches(request.attributes)
      .slice(0, request.limit)
      .map((item) => {
        const description = describe(item, this.items.indexOf(item));
        return { ...description, secret: item.withheld ?? this.#give(item) };
      });
  }

  async describe(request: SearchRequest): Promise<readonly ItemDescription[]> {
    this.#begin(`describe unlock=${request.unlock} limit=${request.limit}`, request);
    return this.#matches(request.attributes)
      .slice(0, request.limit)
      .map((item) => describe(item, this.items.indexOf(item)));
  }

  async readAll(scope: Scope): Promise<readonly ReadItem[]> {
    this.#begin('readAll', scope);
    return this.items.map((item, index) => ({
      ...describe(item, index),
      secret: this.#give(item),
    }));
  }

  /** Like many a keyring, this one takes "no schema in particular" for no schema. */
  async tellingAttributes(attributes: Attributes): Promise<Attributes> {
    const isGeneric = (value: string): boolean => value === 'org.freedesktop.Secret.Generic';
    return new Map([...attributes].filter(([, value]) => !isGeneric(value)));
  }

  async store(request: StoreRequest): Promise<string> {
    this.#begin(request.replace === false ? 'store beside' : 'store', request);
    this.taken.push(request.secret);
    this.items.push({
      label: request.label,
      attributes: new Map(request.attributes),
      secret: request.secret.slice(),
      ...(request.contentType === undefined ? {} : { contentType: request.contentType }),
    });
    return `/collection/test/${this.items.length}`;
  }

  async clear(attributes: Attributes, scope: Scope): Promise<number> {
    this.#begin('clear', scope);
    const matches = this.#matches(attributes);
    for (const item of matches) this.items.splice(this.items.indexOf(item), 1);
    return matches.length;
  }

  async delete(paths: readonly string[]): Promise<number> {
    this.#begin('delete', {});
    const doomed = this.items.filter((_item, index) =>
      paths.includes(`/collection/test/${index + 1}`),
    );
    for (const item of doomed) this.items.splice(this.items.indexOf(item), 1);
    return doomed.length;
  }

  async lock(scope: Scope): Promise<readonly string[]> {
    this.#begin('lock', scope);
    return ['/collection/test'];
  }

  async unlock(request: UnlockRequest): Promise<readonly string[]> {
    const { password } = request;
    const how = password === undefined ? '' : ` with ${new TextDecoder().decode(password)}`;
    this.#begin(`unlock${how}`, request);
    return ['/collection/test'];
  }

  async list(scope: Scope): Promise<readonly CollectionDescription[]> {
    this.#begin('list', scope);
    return [
      {
        path: '/collection/test',
        label: 'Test',
        isDefault: true,
        isLocked: false,
        items: this.items.map(describe),
      },
    ];
  }

  async close(): Promise<void> {
    this.closed += 1;
  }

  #give(item: MemoryItem): StoredSecret {
    const bytes = item.secret.slice();
    this.given.push(bytes);
    return { bytes, contentType: item.contentType ?? 'text/plain' };
  }

  #begin(name: string, { collection }: Scope): void {
    this.calls.push(collection === undefined ? name : `${name} in ${collection}`);
    if (this.failure !== undefined) throw this.failure;
  }

  #matches(attributes: Attributes): MemoryItem[] {
    return this.items.filter((item) =>
      [...attributes].every(([name, value]) => item.attributes.get(name) === value),
    );
  }
}

function describe(item: MemoryItem, index: number): ItemDescription {
  return {
    path: `/collection/test/${index + 1}`,
    label: item.label,
    attributes: item.attributes,
    isLocked: item.withheld === 'locked',
    created: item.created,
    modified: item.created,
  };
}
