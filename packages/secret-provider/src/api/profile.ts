/**
 * In what a provider may depart from the specification, and the specification itself. Each field is
 * consulted in one place; daemon-profiles.ts has those of the daemons that can be imitated.
 */
import type { ErrorStyle } from './refusal.ts';

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
   * refused, and left there empty; or taken, as it is or behind a prompt that comes to nothing.
   */
  readonly badSecret: 'refused' | 'left-empty' | 'taken';
  /** The one content type told, whatever was stored. */
  readonly fixedContentType?: string | undefined;
  /** Whether what is no UTF-8 in a `text/` secret is stored as U+FFFD. */
  readonly repairsText: boolean;
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
  /** Whether a locked collection tells its times among all its properties. */
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
  /** Whether Completed goes to everybody, after those of prompts within the prompt. */
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
  /** Names that every item shows besides its own attributes; they cannot be set. */
  readonly addsEntryFields: boolean;
  /** Whether setting attributes only adds. */
  readonly mergesAttributes: boolean;
  /**
   * Whether the generic schema is added late where none is named. The daemon does so when it has
   * read its file again, some time after a write; here it is a new label that does it.
   */
  readonly addsGenericSchema: boolean;
  /** Whether a search without attributes finds nothing. */
  readonly emptySearchFindsNothing: boolean;
  /** Whether GetAll of no interface gives the properties of all of them. */
  readonly tellsAllInterfaces: boolean;
  /** The property Type of items: none, its schema, or always the generic schema. */
  readonly itemType: 'none' | 'schema' | 'generic';
  /** Whether GetSecrets fails when one path is unknown. */
  readonly getSecretsIsStrict: boolean;
  /** Whether Lock and Unlock refuse unknown paths. */
  readonly refusesUnknownObjects: boolean;
  /** Whether Unlock answers an alias with the collection's own path. */
  readonly resolvesAliases: boolean;

  // Aliases.
  /** Aliases that have objects at paths of their own; undefined for all. */
  readonly exportedAliases?: ReadonlySet<string> | undefined;
  /** Aliases that read as another one. */
  readonly aliasSynonyms?: ReadonlyMap<string, string> | undefined;
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
  /** How often ItemCreated and ItemChanged are sent for a new item, and whether aliases repeat it. */
  readonly itemSignals: {
    readonly created: number;
    readonly changed: number;
    readonly onAliases: boolean;
    /** Whether CollectionChanged goes with an item that came or went. */
    readonly onCollection: boolean;
  };
  /** What is sent for an item that was replaced. */
  readonly replaceSignals: readonly ('ItemCreated' | 'ItemChanged')[];
  /** Whether ItemChanged goes with each item whose collection is locked or unlocked. */
  readonly lockChangesItems: boolean;
  readonly announcesSecrets: boolean;
}

/** Nothing departs. */
export const SPECIFICATION: Profile = {
  errors: {},
  plainOutput: 's',
  minPublicKeyBytes: 0,
  sendsSignedPublicKeys: false,
  padsSharedSecret: true,
  sessionId: (count) => `keywire${count}`,
  sharesSessions: false,
  badSecret: 'refused',
  repairsText: false,
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
  addsEntryFields: false,
  mergesAttributes: false,
  addsGenericSchema: false,
  emptySearchFindsNothing: false,
  tellsAllInterfaces: true,
  itemType: 'none',
  getSecretsIsStrict: false,
  refusesUnknownObjects: false,
  resolvesAliases: false,
  oneAliasEach: false,
  removesAliases: true,
  ignoresExistingAlias: false,
  itemSignals: { created: 1, changed: 0, onAliases: false, onCollection: false },
  replaceSignals: ['ItemChanged'],
  lockChangesItems: false,
  announcesSecrets: true,
};
