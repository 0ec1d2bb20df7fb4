/**
 * In what a provider may depart from the specification, and the specification itself. Each field is
 * consulted in one place; daemon-profiles.ts has those of the daemons that can be imitated.
 */
import type { ErrorStyle } from './refusal.ts';

/** What can become of an item, or of the collection around it. */
export type ItemChange =
  | 'created'
  | 'replaced'
  | 'secret'
  | 'label'
  | 'attributes'
  | 'deleted'
  /** Its collection was locked, or unlocked. */
  | 'locked'
  | 'unlocked';

/** What tells of an item's change: signals of its collection, and one of the service. */
export type ItemSignal = 'ItemCreated' | 'ItemChanged' | 'ItemDeleted' | 'CollectionChanged';

/** What makes an object, and what may be asked about before it is done. */
export type PromptedAction =
  | 'lock'
  | 'create-collection'
  | 'delete-collection'
  | 'create-item'
  | 'delete-item';

export interface Profile {
  readonly errors: ErrorStyle;

  // Sessions and secrets.
  /** The last part of a session's path, by how many were opened: what clients know a daemon by. */
  readonly sessionId: (count: number) => string;
  /** Whether OpenSession takes nothing but text for `plain`. */
  readonly checksPlainInput: boolean;
  /** What OpenSession puts out for `plain`: the specified empty text, or an empty array. */
  readonly plainOutput: 's' | 'ay';
  /** Shortest public key taken. */
  readonly minPublicKeyBytes: number;
  /** Whether every other public key sent has a zero byte in front, as signed numbers do. */
  readonly sendsSignedPublicKeys: boolean;
  /** Whether a shared secret is filled up to 128 bytes before the key is derived from it. */
  readonly padsSharedSecret: boolean;
  /** Whether a session serves every connection that knows its path. */
  readonly sharesSessions: boolean;
  /**
   * What becomes of a new item whose session is unknown or whose secret does not decrypt: refused;
   * refused, and left there empty; or taken as it is, and of no session left there empty, behind a
   * prompt that is dismissed.
   */
  readonly badSecret: 'refused' | 'left-empty' | 'taken';
  /** Whether `text/plain` is told of what was stored as text, or of everything. */
  readonly tellsPlainText: 'never' | 'of-text' | 'always';
  /** Whether what is no UTF-8 in a `text/` secret is stored as U+FFFD. */
  readonly repairsText: boolean;
  /** Whether a byte order mark in front of a label, an attribute's name or value is dropped. */
  readonly dropsMarks: boolean;
  /** Whether of a `text/` secret only what stands before the first zero byte is stored. */
  readonly cutsTextAtNul: boolean;
  /** The only content types taken, without parameters. */
  readonly contentTypes?: ReadonlySet<string> | undefined;

  // Locks.
  /** What reading a locked secret gives: IsLocked, or an empty secret. */
  readonly lockedRead: 'refused' | 'empty';
  /** What writing to a locked item does: IsLocked, or nothing and no error. */
  readonly lockedWrite: 'refused' | 'ignored';
  /** Items of a locked collection: as they are; hashed until first opened; not there. */
  readonly lockedItems: 'shown' | 'hashed-until-opened' | 'hidden';
  /** Whether the service's search looks into locked collections. */
  readonly searchesLocked: boolean;
  /** Whether a locked collection tells its times. */
  readonly lockedTellsTimes: boolean;
  /** Whether items of a locked collection refuse to tell label and attributes. */
  readonly lockedItemsAreMute: boolean;
  /** Whether making and deleting in a locked collection takes a prompt, which unlocks it first. */
  readonly promptsWhenLocked: boolean;
  /** Whether an item about which the policy would ask is locked for its reader until allowed. */
  readonly confirmsAccess: boolean;
  /** Whether locking what is locked is an error. */
  readonly refusesLockOfLocked: boolean;

  // Prompts.
  /** Whether a prompt serves every connection that knows its path. */
  readonly sharesPrompts: boolean;
  /** Actions besides unlocking that always take a prompt. */
  readonly prompts: ReadonlySet<PromptedAction>;
  /** Whether Dismiss is followed by Completed. */
  readonly dismissCompletes: boolean;
  /** What a dismissal carries: a result of the awaited type, or always `ao []`. */
  readonly dismissedResult: 'awaited' | 'paths';
  /** What a completed deletion carries. */
  readonly deletedResult: 'o' | 's';
  /** Whether Completed goes to everybody, and for a new item also that of a prompt within the prompt. */
  readonly broadcastsNested: boolean;

  // Items.
  /** Which item "replace" takes: the one with the same attributes (and type), or one that matches. */
  readonly replace: 'exact' | 'exact-of-type' | 'newest-match' | 'first-match';
  readonly replaceKeepsLabel: boolean;
  /** Whether what replaces an item keeps its time of creation, and its path. */
  readonly replaceKeepsCreated: boolean;
  readonly replaceKeepsPath: boolean;
  /** Whether properties that are unknown or of a wrong type are skipped. */
  readonly skipsStrangeProperties: boolean;
  readonly requiresLabel: boolean;
  /** Whether a label is `folder/entry`: renaming across folders damages the secret. */
  readonly hasFolders: boolean;
  /** Whether `__N_` at the end of a new item's label is cut off. */
  readonly cutsLabels: boolean;
  /** Whether ids made from labels are in lower case. */
  readonly lowersIds: boolean;
  /** Whether items are entries of a password manager; see entry.ts. */
  readonly keepsEntries: boolean;
  /** Whether setting attributes only adds. */
  readonly mergesAttributes: boolean;
  /**
   * Whether the generic schema is added late where none is named. The daemon does so when it has
   * read its file again, some time after a write; here it is a new label that does it.
   */
  readonly addsGenericSchema: boolean;
  /** Whether attributes that are set without a schema keep the one there was. */
  readonly keepsSchema: boolean;
  /** Whether a search without attributes finds nothing. */
  readonly emptySearchFindsNothing: boolean;
  /**
   * The property Type of items: none; their schema, which can be set, also when they are made; or
   * their schema, which can be set later, and the generic one where they have none.
   */
  readonly itemType: 'none' | 'schema' | 'schema-or-generic';
  /** Whether GetSecrets fails when one path is unknown. */
  readonly getSecretsIsStrict: boolean;
  /** Whether Lock and Unlock refuse unknown paths. */
  readonly refusesUnknownObjects: boolean;
  /** Whether to Lock and Unlock any path below a collection stands for it, also where no item is. */
  readonly takesMissingItems: boolean;

  // Calls.
  /** What may be asked of all interfaces at once: properties one by one, only all, or nothing. */
  readonly allInterfaces: 'each' | 'all' | 'none';
  /** Which methods are found without their interface: all, only Introspect, or none. */
  readonly withoutInterface: 'all' | 'introspection' | 'none';
  /** Whether Unlock answers an alias with the collection's own path. */
  readonly resolvesAliases: boolean;

  // Collections and aliases.
  /** Whether there is a collection for the session where the store makes one by itself. */
  readonly hasSessionCollection: boolean;
  /** Aliases that have objects at paths of their own; undefined for all. */
  readonly exportedAliases?: ReadonlySet<string> | undefined;
  /** Aliases that read as another one. */
  readonly aliasSynonyms?: ReadonlyMap<string, string> | undefined;
  /** Aliases that stand for the collection with this id, if there is one and they for no other. */
  readonly aliasesOfIds?: ReadonlySet<string> | undefined;
  /** Whether a collection has one alias at most. */
  readonly oneAliasEach: boolean;
  /** Aliases that can be set; undefined for any. */
  readonly settableAliases?: ReadonlySet<string> | undefined;
  /** Aliases for which SetAlias ignores unknown collections and `/`. */
  readonly laxAliases?: 'all' | ReadonlySet<string> | undefined;
  /** Whether SetAlias with `/` removes an alias. */
  readonly removesAliases: boolean;
  /** Whether CreateCollection for an alias in use gives a new collection. */
  readonly ignoresExistingAlias: boolean;

  // Signals.
  /** What is sent for each change of an item. */
  readonly itemSignals: Readonly<Record<ItemChange, readonly ItemSignal[]>>;
  /** The paths that a collection's signals come from, besides or before its own. */
  readonly aliasSignals: 'none' | 'after' | 'before';
  /** Whether a new label of a collection is told. */
  readonly tellsCollectionLabel: boolean;
  /** Properties whose change is told by PropertiesChanged; undefined for all. */
  readonly toldProperties?: ReadonlySet<string> | undefined;
  /** Whether PropertiesChanged also tells of an item that was replaced. */
  readonly tellsReplaced: boolean;
}

/** Nothing departs. */
export const SPECIFICATION: Profile = {
  errors: {},
  checksPlainInput: false,
  plainOutput: 's',
  minPublicKeyBytes: 0,
  sendsSignedPublicKeys: false,
  padsSharedSecret: true,
  sessionId: (count) => `keywire${count}`,
  sharesSessions: false,
  badSecret: 'refused',
  tellsPlainText: 'never',
  repairsText: false,
  dropsMarks: false,
  cutsTextAtNul: false,
  lockedRead: 'refused',
  lockedWrite: 'refused',
  lockedItems: 'shown',
  searchesLocked: true,
  lockedTellsTimes: true,
  lockedItemsAreMute: false,
  promptsWhenLocked: false,
  confirmsAccess: false,
  refusesLockOfLocked: false,
  sharesPrompts: false,
  prompts: new Set(),
  dismissCompletes: true,
  dismissedResult: 'awaited',
  deletedResult: 'o',
  broadcastsNested: false,
  replace: 'exact',
  replaceKeepsLabel: false,
  replaceKeepsCreated: true,
  replaceKeepsPath: true,
  skipsStrangeProperties: false,
  requiresLabel: false,
  hasFolders: false,
  cutsLabels: false,
  lowersIds: false,
  keepsEntries: false,
  mergesAttributes: false,
  addsGenericSchema: false,
  keepsSchema: false,
  emptySearchFindsNothing: false,
  itemType: 'none',
  getSecretsIsStrict: false,
  refusesUnknownObjects: false,
  takesMissingItems: false,
  allInterfaces: 'each',
  withoutInterface: 'all',
  resolvesAliases: false,
  hasSessionCollection: true,
  oneAliasEach: false,
  removesAliases: true,
  ignoresExistingAlias: false,
  itemSignals: {
    created: ['ItemCreated'],
    replaced: ['ItemChanged'],
    secret: ['ItemChanged'],
    label: ['ItemChanged'],
    attributes: ['ItemChanged'],
    deleted: ['ItemDeleted'],
    locked: [],
    unlocked: [],
  },
  aliasSignals: 'none',
  tellsCollectionLabel: true,
  tellsReplaced: true,
};
