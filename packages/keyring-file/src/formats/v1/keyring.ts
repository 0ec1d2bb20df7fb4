/**
 * A v1 keyring opened with its password. Pure: bytes in, bytes out; docs/KEYRING-FILE.md, "The v1
 * form", says what the form cannot protect: its header, the list of items, and its age.
 */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { encodeUtf8, equalBytes, formatHex, type OwnBytes } from '../../bytes.ts';
import { KeyringFileError } from '../../errors.ts';
import {
  attributeKey,
  type ItemContents,
  type KeyringItem,
  type RejectedItem,
} from '../../item.ts';
import type { KeyDerivation } from '../../keys/kdf.ts';
import { SecretKey } from '../../keys/secret-key.ts';
import {
  V1_IV_BYTES,
  V1_KEY_BYTES,
  V1_MAC_BYTES,
  V1_MIN_ITERATIONS,
  V1_MIN_SALT_BYTES,
} from '../../limits.ts';
import type {
  EditedKeyring,
  EditSources,
  KeyringEdit,
  RekeyOptions,
  WritableKeyring,
} from '../../types/opened-keyring.ts';
import {
  type Entry,
  type EntryCodec,
  type EntryView,
  editEntries,
  openEntry,
  readOnce,
  viewEntries,
} from '../entries.ts';
import { encodeV1, parseV1, type V1File, type V1SealedItem } from './container.ts';
import { openV1Item, sealV1Item, withContentTypeProperty } from './item.ts';

/** What {@link createV1} takes. */
export interface CreateV1Options extends EditSources {
  readonly password: Uint8Array;
  readonly kdf: KeyDerivation;
  /** Default: 100,000, as libsecret and oo7 write. */
  readonly iterations?: number;
}

/**
 * Parses and opens a v1 file.
 * @throws {@link KeyringFileError} with the codes of {@link parseV1}, or `wrong-password` when no
 * item matches. An empty keyring matches every password: the form has nothing to check one against.
 */
export async function openV1(
  bytes: Uint8Array,
  password: Uint8Array,
  kdf: KeyDerivation,
): Promise<V1Keyring> {
  const file = parseV1(bytes);
  const key = await deriveKey(file, password, kdf);
  try {
    return openWithKey(file, key);
  } catch (error) {
    // @rule file/keys-of-refused-files keywire#passwords
    key.wipe();
    throw error;
  }
}

/** Makes an empty v1 keyring. */
export async function createV1(options: CreateV1Options): Promise<V1Keyring> {
  const file: V1File = {
    salt: options.randomBytes(V1_MIN_SALT_BYTES),
    iterations: options.iterations ?? V1_MIN_ITERATIONS,
    modified: options.nowSeconds,
    usageCount: 0,
    items: [],
  };
  encodeV1(file);
  return new V1Keyring(file, await deriveKey(file, options.password, options.kdf), []);
}

/** See {@link WritableKeyring}. */
export class V1Keyring implements WritableKeyring {
  readonly isWritable = true;
  readonly format = 'v1';
  readonly label = undefined;
  readonly revision = undefined;
  readonly items: readonly KeyringItem[];
  readonly rejected: readonly RejectedItem[];
  readonly #file: V1File;
  readonly #key: SecretKey;
  readonly #entries: readonly Entry<V1SealedItem>[];
  readonly #names: ReadonlyMap<string, string>;
  readonly #view: EntryView;

  /** Use {@link openV1} or {@link createV1}. */
  constructor(
    file: V1File,
    key: SecretKey,
    entries: readonly Entry<V1SealedItem>[],
    knownNames: ReadonlyMap<string, string> = new Map(),
  ) {
    const named = nameEntries(key, entries, knownNames);
    this.#file = file;
    this.#key = key;
    this.#entries = named.entries;
    this.#names = named.names;
    this.#view = viewEntries(named.entries, (sealed) => openV1Item(key.use(), sealed).secret);
    this.items = this.#view.items;
    this.rejected = this.#view.rejected;
  }

  edit(edits: readonly KeyringEdit[], sources: EditSources): EditedKeyring {
    if (edits.some((edit) => edit.kind === 'label')) {
      throw new KeyringFileError('invalid-item', 'v1 keyring: expected no label, got one');
    }
    const codec = codecOf(this.#key, sources);
    const edited = editEntries(
      this.#entries,
      edits.map(readOnce).map(asRead),
      codec,
      sources.nowSeconds,
    );
    const file = writtenAnew(this.#file, sources);
    const keyring = new V1Keyring(file, this.#key, edited.entries, this.#names);
    return {
      keyring,
      items: edited.written.map((index) => keyring.#view.itemAt(index)),
      hasChanged: edited.hasChanged,
    };
  }

  encode(): OwnBytes {
    return encodeV1({ ...this.#file, items: this.#entries.map((entry) => entry.sealed) });
  }

  reload(bytes: Uint8Array): V1Keyring {
    const file = parseV1(bytes);
    const isSameKey =
      equalBytes(file.salt, this.#file.salt) && file.iterations === this.#file.iterations;
    if (isSameKey) return openWithKey(file, this.#key, this.#entries, this.#names);
    throw new KeyringFileError(
      'changed-underneath',
      'v1 keyring: expected the salt and iterations it was opened with, got others',
    );
  }

  async rekey(options: RekeyOptions): Promise<V1Keyring> {
    const iterations = options.iterations ?? this.#file.iterations;
    // @rule file/cost-only-upward keywire#cost
    if (iterations < this.#file.iterations) {
      throw new KeyringFileError(
        'too-weak',
        `rekey: expected at least ${this.#file.iterations} iterations, got ${iterations}`,
      );
    }
    const [broken] = this.rejected;
    if (broken !== undefined) throw broken.error;
    const next = await createV1({ ...options, iterations });
    const codec = codecOf(next.#key, options);
    const entries = this.#entries.map(({ sealed }) => {
      const contents = openV1Item(this.#key.use(), sealed);
      const entry = codec.seal(contents, undefined);
      contents.secret.fill(0);
      return entry;
    });
    const { salt } = next.#file;
    const file = writtenAnew({ ...this.#file, salt, iterations }, options);
    return new V1Keyring(file, next.#key, entries);
  }

  close(): void {
    this.#key.wipe();
  }
}

/** The change as the items will be read again: see {@link withContentTypeProperty}. */
function asRead(edit: KeyringEdit): KeyringEdit {
  if (edit.kind === 'put') return { ...edit, item: withContentTypeProperty(edit.item) };
  if (edit.kind === 'update') return { ...edit, changes: withContentTypeProperty(edit.changes) };
  return edit;
}

function writtenAnew(file: V1File, { nowSeconds }: EditSources): V1File {
  return { ...file, modified: nowSeconds, usageCount: file.usageCount + 1 };
}

async function deriveKey(
  file: V1File,
  password: Uint8Array,
  kdf: KeyDerivation,
): Promise<SecretKey> {
  return new SecretKey(await kdf.pbkdf2Sha256(password, file.salt, file.iterations, V1_KEY_BYTES));
}

/** Items that are there byte for byte among those `before` have the id that they had. */
function openWithKey(
  file: V1File,
  key: SecretKey,
  before: readonly Entry<V1SealedItem>[] = [],
  knownNames?: ReadonlyMap<string, string>,
): V1Keyring {
  // Of equal ones the first: set() keeps the last.
  const idOfMac = new Map([...before].reverse().map(({ id, sealed }) => [macText(sealed), id]));
  const entries = file.items.map((sealed) =>
    openEntry(idOfMac.get(macText(sealed)) ?? '', sealed, (item) => openV1Item(key.use(), item)),
  );
  // @rule file/v1-wrong-password keywire#v1
  if (entries.length > 0 && entries.every((entry) => 'error' in entry)) {
    throw new KeyringFileError(
      'wrong-password',
      `v1 keyring: expected a password that opens one of ${entries.length} items, got another (or every item is damaged)`,
    );
  }
  return new V1Keyring(file, key, entries, knownNames);
}

function macText({ blob }: V1SealedItem): string {
  return formatHex(blob.subarray(-V1_MAC_BYTES));
}

function codecOf(key: SecretKey, { randomBytes }: EditSources): EntryCodec<V1SealedItem> {
  return {
    seal({ secret, ...fields }: ItemContents, id = ''): Entry<V1SealedItem> {
      const sealed = sealV1Item(key.use(), { secret, ...fields }, randomBytes(V1_IV_BYTES));
      return { id, sealed, fields };
    },
    readSecret: (sealed) => openV1Item(key.use(), sealed).secret,
  };
}

interface NamedEntries {
  readonly entries: readonly Entry<V1SealedItem>[];
  /** By id what it stands for. */
  readonly names: ReadonlyMap<string, string>;
}

/**
 * The form has no ids. An item's id is a MAC of its attribute set and of a number among items of the
 * same set, so that every process derives the same one, and one that ends up in an object path tells
 * nothing about the attributes. An entry keeps its id while that stands for it by the names `known`:
 * else the deletion of one item would give its id to the next of the same set.
 */
function nameEntries(
  key: SecretKey,
  entries: readonly Entry<V1SealedItem>[],
  known: ReadonlyMap<string, string>,
): NamedEntries {
  const names = new Map<string, string>();
  // @rule file/v1-ids-stay keywire#v1
  const places = entries.map((entry) => {
    const name = nameOf(entry);
    const isKept = known.get(entry.id) === name && !names.has(entry.id);
    if (isKept) names.set(entry.id, name);
    return { entry, name, isKept };
  });
  const counts = new Map<string, number>();
  const named = places.map(({ entry, name, isKept }) => {
    if (isKept) return entry;
    let id: string;
    do {
      const ordinal = counts.get(name) ?? 0;
      counts.set(name, ordinal + 1);
      id = macId(key, `keywire id ${ordinal} ${name}`);
    } while (names.has(id));
    names.set(id, name);
    return { ...entry, id };
  });
  return { entries: named, names };
}

function nameOf(entry: Entry<V1SealedItem>): string {
  return 'fields' in entry
    ? `item ${attributeKey(entry.fields.attributes)}`
    : `rejected ${formatHex(sha256(entry.sealed.blob))}`;
}

function macId(key: SecretKey, meaning: string): string {
  return formatHex(hmac(sha256, key.use(), encodeUtf8(meaning)).subarray(0, 16));
}
