/** CreateCollection: at once where the store needs no password, behind a prompt where it does. */
import { Variant } from '@keywire/dbus-wire';
import { Judgement } from '../access/judgement.ts';
import {
  ALIAS_EXPECTED,
  COLLECTION_LABEL_PROPERTY,
  collectionPath,
  isAlias,
  NO_OBJECT,
  SERVICE_PATH,
} from '../api/names.ts';
import { invalidArgs, notSupported } from '../api/refusal.ts';
import { properties } from '../api/values.ts';
import type { Service } from '../service/service.ts';
import { dismissedResult } from './prompt-result.ts';

/** An id is also the name of a file, beside which others with longer names come and go. */
const MAX_ID_CHARACTERS = 100;

/** Answers CreateCollection: the collection or a prompt, the other being `/`. */
export async function createCollection(
  service: Service,
  caller: string,
  given: unknown,
  alias: string,
): Promise<readonly [collection: string, prompt: string]> {
  const { profile, store } = service;
  const types = { [COLLECTION_LABEL_PROPERTY]: 's' };
  const label = properties(given, types, profile.skipsStrangeProperties)[COLLECTION_LABEL_PROPERTY];
  if (profile.requiresLabel && (typeof label !== 'string' || label === '')) {
    throw invalidArgs('CreateCollection: the label is missing');
  }
  const wanted = { label: typeof label === 'string' ? label : '', alias };
  if (alias !== '' && profile.settableAliases?.has(alias) === false) {
    throw notSupported('CreateCollection: only some aliases are supported');
  }
  if (alias !== '' && !isAlias(alias)) {
    throw invalidArgs(`CreateCollection: ${ALIAS_EXPECTED}`);
  }
  // @rule provider/existing-alias-wins secret#org.freedesktop.Secret.Service
  const existing = profile.ignoresExistingAlias ? undefined : store.aliases().get(alias);
  if (existing !== undefined) return [collectionPath(existing), NO_OBJECT];
  // What is refused in the end must not look like a prompt that was dismissed.
  // @rule provider/refused-before-asked secret#org.freedesktop.Secret.Service
  if (store.makesCollections === false) {
    throw notSupported('CreateCollection: the store is one collection; a folder holds several');
  }
  // An alias that is in use is taken from its collection, where a profile has it so.
  const judgement = new Judgement(service, 'write', caller, () => {
    const moved = profile.ignoresExistingAlias ? store.aliases().get(alias) : undefined;
    const previous = moved === undefined ? undefined : store.collection(moved);
    return [wanted, previous].flatMap((collection) => (collection ? [{ collection }] : []));
  });
  await judgement.judge();
  if (!store.needsPassword && !profile.prompts.has('create-collection')) {
    return [await make(service, judgement, wanted, undefined), NO_OBJECT];
  }
  const prompt = service.prompts.add(caller, {
    request: {
      action: 'create-collection',
      label: wanted.label,
      needsPassword: store.needsPassword,
    },
    dismissed: dismissedResult(profile, new Variant('o', NO_OBJECT)),
    wrongType: new Variant('as', []),
    perform: async (password) => new Variant('o', await make(service, judgement, wanted, password)),
  });
  return [NO_OBJECT, prompt];
}

function make(
  service: Service,
  judgement: Judgement,
  { label, alias }: { readonly label: string; readonly alias: string },
  password: Uint8Array | undefined,
): Promise<string> {
  const { profile, store } = service;
  return judgement.change(async () => {
    // Two clients may have asked for the same alias at the same time.
    const made = alias === '' ? undefined : store.aliases().get(alias);
    if (made !== undefined && !profile.ignoresExistingAlias) return collectionPath(made);
    const written = profile.lowersIds ? label.toLowerCase() : label;
    const id = freeId(written, (candidate) => store.collection(candidate) !== undefined);
    await store.createCollection(id, label, password);
    try {
      if (alias !== '') await store.setAlias(alias, id);
    } finally {
      // It is there, also where the alias could not be set.
      service.views.opened(id);
      service.announce.collection('CollectionCreated', id);
      service.announce.properties(SERVICE_PATH, ['Collections']);
    }
    return collectionPath(id);
  });
}

/** An id made from the label; every byte that cannot stand in a path becomes `_xx`. */
// @rule provider/ids-fit-file-names keywire#keyring-file-store
function freeId(label: string, isTaken: (id: string) => boolean): string {
  let readable = '';
  for (const byte of new TextEncoder().encode(label.slice(0, MAX_ID_CHARACTERS))) {
    const character = String.fromCharCode(byte);
    const isPlain = /[A-Za-z0-9]/u.test(character);
    const written = isPlain ? character : `_${byte.toString(16).padStart(2, '0')}`;
    if (readable.length + written.length > MAX_ID_CHARACTERS) break;
    readable += written;
  }
  const base = readable === '' ? 'collection' : readable;
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? base : `${base}_${number}`;
    if (!isTaken(id)) return id;
  }
}
