/**
 * A hardened keyring opened with its password. Pure: bytes in, bytes out. Against v1 it adds an
 * authenticated header and list of items, memory-hard key derivation, a context that the file is
 * bound to, and a revision number; docs/KEYRING-FILE.md, "The hardened form".
 */
import { equalBytes, formatHex, joinBytes, type OwnBytes } from '../../bytes.ts';
import { KeyringFileError } from '../../errors.ts';
import { checkLabel, type ItemContents, type KeyringItem, type RejectedItem } from '../../item.ts';
import { checkNotCheaper, DEFAULT_COST, type KdfCost, type KeyDerivation } from '../../keys/kdf.ts';
import { HARDENED_ID_BYTES, HARDENED_NONCE_BYTES, HARDENED_SALT_BYTES } from '../../limits.ts';
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
import {
  associatedData,
  encodeHardened,
  encodeIndex,
  type HardenedFile,
  type HardenedIndex,
  parseHardened,
  parseIndex,
  type SealedItem,
  splitBody,
} from './container.ts';
import {
  deriveKeys,
  encodeHeader,
  type HardenedHeader,
  type HardenedKeys,
  headerMac,
  wipeKeys,
} from './header.ts';
import { encodeItem, openBox, parseItem, sealBox, tagOf } from './item.ts';

/** What {@link createHardened} takes. */
export interface CreateHardenedOptions extends EditSources {
  readonly password: Uint8Array;
  readonly kdf: KeyDerivation;
  /** Default: {@link DEFAULT_COST}. */
  readonly cost?: KdfCost;
  /** Default: empty. */
  readonly context?: string;
  /** Default: empty. */
  readonly label?: string;
}

/** What {@link openHardened} takes. */
export interface OpenHardenedOptions {
  /** The text the file was bound to when it was made; another one opens nothing. Default: empty. */
  readonly context?: string;
  /** An older file is refused. Default: 0. */
  readonly minimumRevision?: number;
}

/** What stays the same from one version of the keyring to the next. */
interface Binding {
  readonly header: HardenedHeader;
  readonly keys: HardenedKeys;
  readonly context: string;
}

type IndexHead = Omit<HardenedIndex, 'entries'>;

/**
 * Parses and opens a hardened file.
 * @throws {@link KeyringFileError} with the codes of `parseHardened`, `wrong-password` (also for
 * another context or an altered header: they cannot be told apart), `tampered-file`,
 * `rolled-back` or `unsupported-kdf`; TypeError for a context or a revision that is none
 */
export async function openHardened(
  bytes: Uint8Array,
  password: Uint8Array,
  kdf: KeyDerivation,
  options: OpenHardenedOptions = {},
): Promise<HardenedKeyring> {
  const context = checkedContext(options.context ?? '');
  const minimumRevision = checkedRevision(options.minimumRevision ?? 0);
  const file = parseHardened(bytes);
  const keys = await deriveKeys(file.header, password, kdf);
  const binding = { header: file.header, keys, context };
  try {
    return openWithKeys(file, binding, minimumRevision);
  } catch (error) {
    // Keys that fit nothing, or a file that is not to be used: neither stays.
    // @rule file/keys-of-refused-files keywire#passwords
    wipeKeys(keys);
    throw error;
  }
}

/** Makes an empty hardened keyring. */
export async function createHardened(options: CreateHardenedOptions): Promise<HardenedKeyring> {
  const { label = '' } = options;
  checkLabel(label);
  const context = checkedContext(options.context ?? '');
  const header = {
    cost: options.cost ?? DEFAULT_COST,
    salt: options.randomBytes(HARDENED_SALT_BYTES),
  };
  const keys = await deriveKeys(header, options.password, options.kdf);
  const head = {
    revision: 0,
    created: options.nowSeconds,
    modified: options.nowSeconds,
    label,
  };
  const binding = { header, keys, context };
  return new HardenedKeyring(binding, head, [], options.randomBytes(HARDENED_NONCE_BYTES));
}

/** Half a character would become U+FFFD, and many contexts the same one. */
function checkedContext(context: unknown): string {
  // @rule file/text-representable keywire#items
  if (typeof context === 'string' && !/\p{Surrogate}/u.test(context)) return context;
  throw new TypeError('context: expected text without lone surrogates');
}

/** No file is older than what is no number: a rollback would go unseen. */
function checkedRevision(revision: number): number {
  if (Number.isSafeInteger(revision) && revision >= 0) return revision;
  throw new TypeError('minimumRevision: expected a whole number of 0 or more');
}

/** See {@link WritableKeyring}. */
export class HardenedKeyring implements WritableKeyring {
  readonly isWritable = true;
  readonly format = 'hardened';
  readonly label: string;
  readonly revision: number;
  /** The cost of its key derivation, from the header. */
  readonly cost: KdfCost;
  readonly items: readonly KeyringItem[];
  readonly rejected: readonly RejectedItem[];
  readonly #binding: Binding;
  readonly #head: IndexHead;
  readonly #entries: readonly Entry<SealedItem>[];
  readonly #view: EntryView;
  readonly #indexNonce: Uint8Array;

  /** Use {@link openHardened} or {@link createHardened}. */
  constructor(
    binding: Binding,
    head: IndexHead,
    entries: readonly Entry<SealedItem>[],
    indexNonce: Uint8Array,
  ) {
    this.#binding = binding;
    this.#head = head;
    this.#entries = entries;
    this.#indexNonce = indexNonce;
    this.#view = viewEntries(entries, (sealed) => openSealedItem(binding, sealed).secret);
    this.label = head.label;
    this.revision = head.revision;
    this.cost = binding.header.cost;
    this.items = this.#view.items;
    this.rejected = this.#view.rejected;
  }

  edit(edits: readonly KeyringEdit[], sources: EditSources): EditedKeyring {
    const codec = codecOf(this.#binding, sources);
    const edited = editEntries(this.#entries, edits.map(readOnce), codec, sources.nowSeconds);
    const label = edits.reduce(
      (last, edit) => (edit.kind === 'label' ? edit.label : last),
      this.label,
    );
    checkLabel(label);
    const keyring = this.#next(this.#binding, edited.entries, label, sources);
    return {
      keyring,
      items: edited.written.map((index) => keyring.#view.itemAt(index)),
      hasChanged: edited.hasChanged,
    };
  }

  encode(): OwnBytes {
    const { header, keys, context } = this.#binding;
    const sealed = this.#entries.map((entry) => entry.sealed);
    const index = encodeIndex({ ...this.#head, entries: sealed.map((item) => item.index) });
    return encodeHardened({
      header,
      mac: headerMac(keys, encodeHeader(header), context),
      sealedIndex: sealBox(
        keys.index.use(),
        index,
        associatedData(header, context),
        this.#indexNonce,
      ),
      body: joinBytes(sealed.map((item) => item.box)),
    });
  }

  reload(bytes: Uint8Array): HardenedKeyring {
    const file = parseHardened(bytes);
    const isSameHeader = equalBytes(encodeHeader(file.header), encodeHeader(this.#binding.header));
    if (isSameHeader) return openWithKeys(file, this.#binding, this.revision);
    throw new KeyringFileError(
      'changed-underneath',
      'hardened keyring: expected the header it was opened with, got another',
    );
  }

  async rekey(options: RekeyOptions): Promise<HardenedKeyring> {
    const { header, context } = this.#binding;
    const cost = options.cost ?? header.cost;
    checkNotCheaper(cost, header.cost);
    const [broken] = this.rejected;
    if (broken !== undefined) throw broken.error;
    const empty = await createHardened({ ...options, cost, context });
    const codec = codecOf(empty.#binding, options);
    const entries = this.#entries.map(({ id, sealed }) => {
      const contents = openSealedItem(this.#binding, sealed);
      const entry = codec.seal(contents, id);
      contents.secret.fill(0);
      return entry;
    });
    return this.#next(empty.#binding, entries, this.label, options);
  }

  close(): void {
    wipeKeys(this.#binding.keys);
  }

  #next(
    binding: Binding,
    entries: readonly Entry<SealedItem>[],
    label: string,
    { nowSeconds, randomBytes }: EditSources,
  ): HardenedKeyring {
    const revision = this.revision + 1;
    const head = { created: this.#head.created, modified: nowSeconds, revision, label };
    return new HardenedKeyring(binding, head, entries, randomBytes(HARDENED_NONCE_BYTES));
  }
}

function openWithKeys(
  file: HardenedFile,
  binding: Binding,
  minimumRevision: number,
): HardenedKeyring {
  const { header, keys, context } = binding;
  // @rule file/hardened-header-mac keywire#hardened
  if (!equalBytes(headerMac(keys, encodeHeader(header), context), file.mac)) {
    throw new KeyringFileError(
      'wrong-password',
      'hardened keyring: expected the password and context it was written with, got others',
    );
  }
  const plaintext = openBox(keys.index.use(), file.sealedIndex, associatedData(header, context));
  // @rule file/hardened-index keywire#hardened
  if (plaintext === undefined) {
    throw new KeyringFileError(
      'tampered-file',
      'index: expected its authentication code to match, got something else',
    );
  }
  const { entries: listed, ...head } = parseIndex(plaintext);
  // @rule file/hardened-rollback keywire#hardened
  if (head.revision < minimumRevision) {
    throw new KeyringFileError(
      'rolled-back',
      `hardened keyring: expected revision ${minimumRevision} or later, got ${head.revision}`,
    );
  }
  const entries = splitBody(file.body, listed).map((sealed) =>
    openEntry(sealed.index.id, sealed, (item) => openSealedItem(binding, item)),
  );
  return new HardenedKeyring(
    binding,
    head,
    entries,
    file.sealedIndex.slice(0, HARDENED_NONCE_BYTES),
  );
}

function openSealedItem(binding: Binding, { index, box }: SealedItem): ItemContents {
  const associated = associatedData(binding.header, binding.context, index.id);
  // An older box of the same item is authentic, but its tag is not the one that the index pins.
  // @rule file/hardened-item-version keywire#hardened
  const isListed = equalBytes(tagOf(box), index.tag);
  const plaintext = isListed ? openBox(binding.keys.item.use(), box, associated) : undefined;
  if (plaintext === undefined) {
    throw new KeyringFileError(
      'tampered-item',
      'item: expected its authentication code to match, got something else',
    );
  }
  try {
    return parseItem(plaintext);
  } finally {
    plaintext.fill(0);
  }
}

function codecOf(binding: Binding, { randomBytes }: EditSources): EntryCodec<SealedItem> {
  return {
    seal({ secret, ...fields }: ItemContents, known: string | undefined): Entry<SealedItem> {
      const id = known ?? formatHex(randomBytes(HARDENED_ID_BYTES));
      const plaintext = encodeItem({ secret, ...fields });
      const box = sealBox(
        binding.keys.item.use(),
        plaintext,
        associatedData(binding.header, binding.context, id),
        randomBytes(HARDENED_NONCE_BYTES),
      );
      plaintext.fill(0);
      return {
        id,
        fields,
        sealed: { index: { id, sealedBytes: box.length, tag: tagOf(box) }, box },
      };
    },
    readSecret: (sealed) => openSealedItem(binding, sealed).secret,
  };
}
