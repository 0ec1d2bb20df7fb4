/**
 * The daemons that a provider can imitate, faults included, as data. Every entry names the observation
 * in docs/QUIRKS.md behind it. No other file knows a daemon.
 *
 * Not imitated: agreeing on a guessable key (degenerate public keys are refused in every profile),
 * prompts that complete before they are shown, dialogs that nobody sees (the script `never` is for
 * that), delays, and the order of PropertiesChanged and a reply.
 */
import { type ItemSignal, type Profile, SPECIFICATION } from './profile.ts';

/** The daemons that can be imitated. */
export type ProfileName = 'gnome-keyring' | 'kwallet' | 'keepassxc' | 'oo7';

const DBUS = 'org.freedesktop.DBus.Error';

const times = (count: number, signal: ItemSignal): ItemSignal[] => Array(count).fill(signal);

// G1–G4, G6–G8, G10, G18, G23, G26, G27
const GNOME_KEYRING: Profile = {
  ...SPECIFICATION,
  sessionId: (count) => `s${count}`,
  // G5
  errors: {
    names: {
      'unknown-path': `${DBUS}.UnknownMethod`,
      'bad-public-key': `${DBUS}.Failed`,
      'bad-new-secret': `${DBUS}.Failed`,
      'prompt-shown': 'org.freedesktop.Secret.Error.AlreadyExists',
      'foreign-prompt': `${DBUS}.AccessDenied`,
      'foreign-session': `${DBUS}.AccessDenied`,
      'wrong-standard-signature': `${DBUS}.UnknownMethod`,
      'unknown-interface': `${DBUS}.UnknownMethod`,
      'foreign-interface': `${DBUS}.InvalidArgs`,
      'unknown-property': `${DBUS}.InvalidArgs`,
      'property-read-only': `${DBUS}.InvalidArgs`,
    },
  },
  checksPlainInput: true,
  tellsPlainText: 'always',
  lockedItems: 'hashed-until-opened',
  prompts: new Set(['create-collection']),
  replace: 'newest-match',
  addsGenericSchema: true,
  keepsSchema: true,
  itemType: 'schema',
  takesMissingItems: true,
  allInterfaces: 'none',
  withoutInterface: 'none',
  aliasesOfIds: new Set(['login']),
  settableAliases: new Set(['default']),
  ignoresExistingAlias: true,
  itemSignals: {
    ...SPECIFICATION.itemSignals,
    replaced: ['ItemCreated'],
    secret: [],
    locked: ['ItemChanged'],
    unlocked: ['ItemChanged'],
  },
  toldProperties: new Set(['Collections', 'Items', 'Label', 'Attributes', 'Locked']),
  tellsReplaced: false,
};

// K1–K3, K5, K7, K10–K12, K14, K18, K21, K24, K26
const KWALLET: Profile = {
  ...SPECIFICATION,
  sessionId: (count) => `${count}`,
  // K9
  errors: {
    names: {
      'no-session': `${DBUS}.UnknownObject`,
      'foreign-session': `${DBUS}.UnknownObject`,
      'unknown-path': `${DBUS}.UnknownObject`,
      'no-such-object': 'org.qtproject.QtDBus.Error.InvalidObjectPath',
      'bad-secret': `${DBUS}.UnknownObject`,
      'bad-new-secret': 'org.qtproject.QtDBus.Error.InvalidObjectPath',
      'wrong-signature': `${DBUS}.UnknownMethod`,
      'wrong-standard-signature': `${DBUS}.UnknownMethod`,
    },
  },
  plainOutput: 'ay',
  minPublicKeyBytes: 128,
  sendsSignedPublicKeys: true,
  padsSharedSecret: false,
  badSecret: 'left-empty',
  repairsText: true,
  dropsMarks: true,
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
  itemType: 'schema-or-generic',
  getSecretsIsStrict: true,
  refusesUnknownObjects: true,
  takesMissingItems: true,
  hasSessionCollection: false,
  laxAliases: 'all',
  ignoresExistingAlias: true,
  itemSignals: {
    ...SPECIFICATION.itemSignals,
    replaced: ['ItemChanged', 'ItemCreated'],
    attributes: [],
  },
  aliasSignals: 'before',
  tellsCollectionLabel: false,
  toldProperties: new Set(['Collections', 'Items']),
};

// P1–P6, P8, P9, P11, P13, P20–P29
const KEEPASSXC: Profile = {
  ...SPECIFICATION,
  // A UUID without its dashes.
  sessionId: (count) => count.toString(16).padStart(32, '0'),
  // P12
  errors: {
    mute: new Set([
      'is-locked',
      'no-session',
      'no-such-object',
      'invalid-args',
      'no-public-key',
      'bad-public-key',
      'not-supported',
    ]),
    names: {
      'no-public-key': `${DBUS}.NotSupported`,
      'bad-public-key': `${DBUS}.NotSupported`,
      'unknown-path': `${DBUS}.UnknownObject`,
      'wrong-signature': `${DBUS}.UnknownInterface`,
      'wrong-standard-signature': `${DBUS}.UnknownMethod`,
      'wrong-property-type': `${DBUS}.UnknownInterface`,
      'unknown-method': `${DBUS}.UnknownInterface`,
      'unknown-property': `${DBUS}.UnknownInterface`,
      'property-read-only': `${DBUS}.UnknownInterface`,
    },
  },
  sharesSessions: true,
  sharesPrompts: true,
  badSecret: 'taken',
  tellsPlainText: 'of-text',
  repairsText: true,
  dropsMarks: true,
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
  keepsEntries: true,
  mergesAttributes: true,
  emptySearchFindsNothing: true,
  allInterfaces: 'all',
  withoutInterface: 'introspection',
  resolvesAliases: true,
  hasSessionCollection: false,
  laxAliases: new Set(['default']),
  removesAliases: false,
  itemSignals: {
    created: ['CollectionChanged', ...times(3, 'ItemCreated'), ...times(18, 'ItemChanged')],
    replaced: times(12, 'ItemChanged'),
    secret: times(6, 'ItemChanged'),
    label: times(6, 'ItemChanged'),
    attributes: times(6, 'ItemChanged'),
    deleted: [...times(3, 'ItemDeleted'), 'CollectionChanged'],
    locked: times(3, 'ItemDeleted'),
    unlocked: [],
  },
  aliasSignals: 'after',
  toldProperties: new Set(),
};

// O1–O8, O11, O12
const OO7: Profile = {
  ...SPECIFICATION,
  sessionId: (count) => `s${count}`,
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
