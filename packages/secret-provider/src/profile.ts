/**
 * In what a provider departs from the specification: nothing by default, and for each daemon that it
 * can imitate, as data. Every entry names the observation in docs/QUIRKS.md behind it; each field is
 * consulted in one place. No other file knows a daemon.
 *
 * Not imitated: agreeing on a guessable key (degenerate public keys are refused in every profile),
 * prompts that complete before they are shown, dialogs that nobody sees (the script `never` is for
 * that), delays, and the order of PropertiesChanged and a reply.
 */
import type { ErrorStyle } from './refusal.ts';

export type ProfileName = 'gnome-keyring' | 'kwallet' | 'keepassxc' | 'oo7';

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

const SPECIFICATION: Profile = {
  errors: {},
  plainOutput: 's',
  minPublicKeyBytes: 0,
  sendsSignedPublicKeys: false,
  padsSharedSecret: true,
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

const DBUS = 'org.freedesktop.DBus.Error';

// G1–G4, G6, G7, G10, G18
const GNOME_KEYRING: Profile = {
  ...SPECIFICATION,
  // G5
  errors: {
    names: {
      'unknown-path': `${DBUS}.UnknownMethod`,
      'bad-public-key': `${DBUS}.Failed`,
      'bad-new-secret': `${DBUS}.Failed`,
      'prompt-shown': 'org.freedesktop.Secret.Error.AlreadyExists',
      'foreign-prompt': `${DBUS}.AccessDenied`,
      'unknown-interface': `${DBUS}.UnknownMethod`,
      'unknown-property': `${DBUS}.InvalidArgs`,
      'property-read-only': `${DBUS}.InvalidArgs`,
    },
  },
  fixedContentType: 'text/plain',
  lockedItems: 'hashed-until-opened',
  prompts: new Set(['create-collection']),
  replace: 'newest-match',
  addsGenericSchema: true,
  tellsAllInterfaces: false,
  itemType: 'schema',
  settableAliases: new Set(['default']),
  ignoresExistingAlias: true,
  replaceSignals: ['ItemCreated'],
  lockChangesItems: true,
  announcesSecrets: false,
};

// K1–K3, K5, K7, K10–K12, K14, K18, K21, K24
const KWALLET: Profile = {
  ...SPECIFICATION,
  // K9
  errors: {
    names: {
      'no-session': `${DBUS}.UnknownObject`,
      'unknown-path': `${DBUS}.UnknownObject`,
      'no-such-object': 'org.qtproject.QtDBus.Error.InvalidObjectPath',
      'bad-secret': `${DBUS}.UnknownObject`,
      'bad-new-secret': 'org.qtproject.QtDBus.Error.InvalidObjectPath',
      'wrong-signature': `${DBUS}.UnknownMethod`,
    },
  },
  plainOutput: 'ay',
  minPublicKeyBytes: 128,
  sendsSignedPublicKeys: true,
  padsSharedSecret: false,
  badSecret: 'left-empty',
  repairsText: true,
  cutsTextAtNul: true,
  lockedRead: 'empty',
  lockedWrite: 'ignored',
  refusesLockOfLocked: true,
  sharesPrompts: true,
  prompts: new Set(['create-collection']),
  dismissedResult: 'paths',
  replace: 'first-match',
  replaceKeepsLabel: true,
  replaceKeepsCreated: false,
  skipsStrangeProperties: true,
  requiresLabel: true,
  hasFolders: true,
  cutsLabels: true,
  itemType: 'generic',
  getSecretsIsStrict: true,
  replaceSignals: ['ItemCreated', 'ItemChanged'],
  refusesUnknownObjects: true,
  laxAliases: 'all',
  ignoresExistingAlias: true,
};

// P1–P6, P8, P9, P11, P13, P20–P23
const KEEPASSXC: Profile = {
  ...SPECIFICATION,
  // P12
  errors: {
    mute: new Set([
      'is-locked',
      'no-session',
      'no-such-object',
      'invalid-args',
      'bad-public-key',
      'not-supported',
    ]),
    names: {
      'bad-public-key': `${DBUS}.NotSupported`,
      'unknown-path': `${DBUS}.UnknownObject`,
      'wrong-signature': `${DBUS}.UnknownInterface`,
      'unknown-method': `${DBUS}.UnknownInterface`,
      'unknown-property': `${DBUS}.UnknownInterface`,
      'property-read-only': `${DBUS}.UnknownInterface`,
    },
  },
  sharesSessions: true,
  sharesPrompts: true,
  badSecret: 'taken',
  repairsText: true,
  lockedItems: 'hidden',
  lockedTellsTimes: false,
  promptsWhenLocked: true,
  confirmsAccess: true,
  prompts: new Set([
    'lock',
    'create-collection',
    'delete-collection',
    'create-item',
    'delete-item',
  ]),
  deletedResult: 's',
  broadcastsNested: true,
  replace: 'first-match',
  skipsStrangeProperties: true,
  addsEntryFields: true,
  mergesAttributes: true,
  emptySearchFindsNothing: true,
  resolvesAliases: true,
  laxAliases: new Set(['default']),
  removesAliases: false,
  itemSignals: { created: 3, changed: 18, onAliases: true, onCollection: true },
};

// O1–O8, O11, O12
const OO7: Profile = {
  ...SPECIFICATION,
  errors: {
    names: { 'unknown-path': `${DBUS}.UnknownObject`, 'locked-property': `${DBUS}.Failed` },
  },
  plainOutput: 'ay',
  sharesSessions: true,
  contentTypes: new Set([
    'text/plain',
    'text/utf8',
    'application/json',
    'application/octet-stream',
    'application/binary',
  ]),
  searchesLocked: false,
  lockedItemsAreMute: true,
  promptsWhenLocked: true,
  dismissCompletes: false,
  replace: 'exact-of-type',
  replaceKeepsCreated: false,
  replaceKeepsPath: false,
  lowersIds: true,
  exportedAliases: new Set(['default']),
  aliasSynonyms: new Map([['login', 'default']]),
  oneAliasEach: true,
  removesAliases: false,
};

const IMITATED: Readonly<Record<ProfileName, Profile>> = {
  'gnome-keyring': GNOME_KEYRING,
  kwallet: KWALLET,
  keepassxc: KEEPASSXC,
  oo7: OO7,
};

/**
 * The profile of a name; without one, what the specification says.
 *
 * @throws TypeError for a name that none has
 */
export function profileNamed(name: ProfileName | undefined): Profile {
  if (name === undefined) return SPECIFICATION;
  if (Object.hasOwn(IMITATED, name)) return IMITATED[name];
  throw new TypeError(`profile: expected one of ${Object.keys(IMITATED).join(', ')}`);
}
