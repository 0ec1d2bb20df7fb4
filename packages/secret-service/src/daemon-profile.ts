// Everything in which one keyring daemon differs from another, as data. No other file of this
// repository's client names a daemon. Each trait carries the id of an observation in
// docs/QUIRKS.md. What can be handled the same way everywhere (prompts for anything, odd result
// types, late or early signals, lost sessions) is handled so, and needs no trait.
//
// A daemon is recognised by the form of the session path that it gives to OpenSession: known before
// anything depends on it, and free. A form that is not known gives GENERIC_PROFILE, which assumes
// the worst wherever that costs nothing but a call.

import { GENERIC_SCHEMA, SCHEMA_ATTRIBUTE } from './protocol/names.ts';

/** The daemons that are told apart. */
export type DaemonFamily =
  | 'gnome-keyring'
  | 'kwallet'
  | 'keepassxc'
  | 'oo7'
  | 'keywire'
  | 'generic';

/** How one daemon differs. */
export interface DaemonProfile {
  readonly family: DaemonFamily;
  /** The ids of the quirks that its traits stand for. */
  readonly quirks: readonly string[];
  /** The form of its session paths' last part. */
  readonly sessionId: RegExp | undefined;
  /** Attributes that it adds to items by itself (G3, G4, P4). */
  readonly addedAttributes: readonly string[];
  /** Those of them that hold what a person entered, where they are not empty (P4). */
  readonly enteredAttributes: readonly string[];
  /** A prefix of attributes that it adds, or undefined. */
  readonly addedAttributePrefix: string | undefined;
  /** Attributes that it refuses or keeps for itself when written (P13, G4). */
  readonly reservedAttributes: readonly string[];
  /** A prefix of such attributes, or undefined. */
  readonly reservedAttributePrefix: string | undefined;
  /** A byte order mark in front of a name or a value is dropped (K21, P21). */
  readonly dropsMarks: boolean;
  /** Setting attributes only adds, so that a name cannot be taken away (P4). */
  readonly attributesOnlyAdd: boolean;
  /** Setting attributes without a schema keeps the one there was, and says nothing (G23). */
  readonly keepsSchema: boolean;
  /** An attribute that is the label itself: whichever is written last counts (P4). */
  readonly labelAttribute: string | undefined;
  /** A label is "folder/entry", and a change of folder damages the secret (K2, K12). */
  readonly labelsHaveFolders: boolean;
  /** Writing to a locked item reports success and does not write, or worse (K14). */
  readonly lockedWritesReportSuccess: boolean;
  /** Creating a collection asks for more than a password, so it is never done unasked (P7). */
  readonly createsDefaultCollection: boolean;
  /** The only content types that it takes, or undefined for any (O8). */
  readonly contentTypes: readonly string[] | undefined;
  /** The aliases that can be set, or undefined for any (G6, O6). */
  readonly settableAliases: readonly string[] | undefined;
  /** Calls whose prompts end the daemon when they are dismissed while on screen (G17). */
  readonly undismissableCalls: readonly string[];
  /** A search for no attributes at all finds nothing instead of everything (P5). */
  readonly emptySearchFindsNothing: boolean;
  /**
   * The longest value that a search finds, or undefined for any (P24): each character counts two, and
   * three beyond U+FFFF.
   */
  readonly longestSought: number | undefined;
  /**
   * Characters that its files do not hold, or undefined: an attribute with one is another once it is read
   * again, and is not found (P30).
   */
  readonly unkeptCharacters: RegExp | undefined;
  /** A search takes a value with one more newline at its end for the same (P25). */
  readonly searchIgnoresNewline: boolean;
  /**
   * A secret that is text is read with its `{PLACEHOLDERS}` filled in (P26), and references to other
   * entries, `{REF:P@T:name}`, are refused anywhere (P27).
   */
  readonly fillsPlaceholders: boolean;
  /** Its prompts need no display: one that is dismissed at once was dismissed by somebody. */
  readonly asksWithoutDisplay: boolean;
  /** What to do when there is no default collection. */
  readonly noDefaultAdvice: string;
  /** What to do when it is locked and nobody can be asked. */
  readonly unlockAdvice: string;
}

/** What is assumed of a daemon that is not known. */
export const GENERIC_PROFILE: DaemonProfile = {
  family: 'generic',
  quirks: [],
  sessionId: undefined,
  addedAttributes: ['xdg:content-type'],
  enteredAttributes: [],
  addedAttributePrefix: 'gkr:compat:',
  reservedAttributes: [],
  reservedAttributePrefix: undefined,
  dropsMarks: false,
  attributesOnlyAdd: false,
  keepsSchema: false,
  labelAttribute: undefined,
  labelsHaveFolders: false,
  lockedWritesReportSuccess: true,
  createsDefaultCollection: true,
  contentTypes: undefined,
  settableAliases: undefined,
  undismissableCalls: [],
  emptySearchFindsNothing: true,
  longestSought: undefined,
  unkeptCharacters: undefined,
  searchIgnoresNewline: false,
  fillsPlaceholders: false,
  asksWithoutDisplay: false,
  noDefaultAdvice: 'create a default keyring in the keyring application, or allow prompts',
  unlockAdvice: 'unlock the keyring in a graphical session, or let it start unlocked',
};

/** The daemons that are known, in the order in which their session paths are tried. */
export const DAEMON_PROFILES: readonly DaemonProfile[] = [
  {
    ...GENERIC_PROFILE,
    family: 'gnome-keyring',
    quirks: ['G1', 'G2', 'G3', 'G4', 'G5', 'G6', 'G7', 'G8', 'G11', 'G12', 'G14', 'G17', 'G23'],
    sessionId: /^s\d+$/,
    addedAttributes: [],
    addedAttributePrefix: 'gkr:compat:',
    reservedAttributePrefix: 'gkr:compat:',
    keepsSchema: true,
    lockedWritesReportSuccess: false,
    settableAliases: ['default'],
    undismissableCalls: ['Service.Unlock'],
    emptySearchFindsNothing: false,
    noDefaultAdvice:
      'make a default keyring in a graphical session, or with "gnome-keyring-daemon --unlock", its password on stdin',
    unlockAdvice:
      'run it in a graphical session, or unlock with a password: "keywire unlock --password-fd 0"',
  },
  {
    ...GENERIC_PROFILE,
    family: 'kwallet',
    quirks: ['K1', 'K2', 'K3', 'K4', 'K9', 'K10', 'K11', 'K12', 'K13', 'K14', 'K21'],
    // A counter; not the one in three million of KeePassXC's that has digits only.
    sessionId: /^\d{1,10}$/,
    addedAttributes: [],
    addedAttributePrefix: undefined,
    dropsMarks: true,
    labelsHaveFolders: true,
    emptySearchFindsNothing: false,
    unlockAdvice:
      'open the wallet in a graphical session, or let pam_kwallet5 open it when the session starts',
  },
  {
    ...GENERIC_PROFILE,
    family: 'keepassxc',
    quirks: [
      'P1',
      'P2',
      'P3',
      'P4',
      'P5',
      'P6',
      'P7',
      'P8',
      'P9',
      'P10',
      'P11',
      'P12',
      'P13',
      'P21',
      'P24',
      'P25',
      'P26',
      'P27',
      'P30',
    ],
    sessionId: /^[0-9a-f]{32}$/,
    addedAttributes: [
      'Title',
      'UserName',
      'URL',
      'Notes',
      'Uuid',
      'Path',
      'TOTP',
      'FDO_SECRETS_CONTENT_TYPE',
    ],
    enteredAttributes: ['UserName', 'URL', 'Notes'],
    addedAttributePrefix: undefined,
    reservedAttributes: ['Uuid', 'Path', 'TOTP', 'Password', 'FDO_SECRETS_CONTENT_TYPE'],
    labelAttribute: 'Title',
    dropsMarks: true,
    attributesOnlyAdd: true,
    lockedWritesReportSuccess: false,
    createsDefaultCollection: false,
    settableAliases: ['default'],
    longestSought: 65_525,
    unkeptCharacters: /(?![\t\n\x85])\p{Cc}|[\ufffe\uffff]/u,
    searchIgnoresNewline: true,
    fillsPlaceholders: true,
    noDefaultAdvice:
      'open a database in KeePassXC, and expose a group of it under its Secret Service settings',
    unlockAdvice: 'unlock the database in the window of KeePassXC',
  },
  {
    ...GENERIC_PROFILE,
    family: 'oo7',
    quirks: ['O2', 'O4', 'O5', 'O6', 'O8', 'O10'],
    // Its session paths look like another's; it is recognised only when the caller names it.
    sessionId: undefined,
    addedAttributes: ['xdg:content-type'],
    lockedWritesReportSuccess: false,
    contentTypes: [
      'text/plain',
      'text/utf8',
      'application/json',
      'application/octet-stream',
      'application/binary',
    ],
    settableAliases: ['default'],
    emptySearchFindsNothing: false,
  },
  {
    ...GENERIC_PROFILE,
    // Our own, which departs from the specification in nothing.
    family: 'keywire',
    sessionId: /^keywire\d+$/,
    addedAttributes: [],
    addedAttributePrefix: undefined,
    lockedWritesReportSuccess: false,
    emptySearchFindsNothing: false,
    asksWithoutDisplay: true,
    noDefaultAdvice: 'create a collection and set the alias "default" to it, or allow prompts',
    unlockAdvice:
      'unlock it with "keywire unlock --timeout=60"; the prompter it was started with is asked',
  },
];

/** Recognises a daemon by a session path that it gave. */
export function profileForSession(sessionPath: string): DaemonProfile {
  const id = sessionPath.slice(sessionPath.lastIndexOf('/') + 1);
  return DAEMON_PROFILES.find((profile) => profile.sessionId?.test(id)) ?? GENERIC_PROFILE;
}

/** Finds out, when asked, which daemon a service talks to; waits for a session. */
export type ProfileSource = () => Promise<DaemonProfile>;

/** Whether an attribute is one that the daemon adds to items by itself. */
export function isAddedAttribute(profile: DaemonProfile, name: string, value: string): boolean {
  // @rule secret/added-attributes quirk#G3
  if (name === SCHEMA_ATTRIBUTE) return value === GENERIC_SCHEMA;
  const prefix = profile.addedAttributePrefix;
  if (prefix !== undefined && name.startsWith(prefix)) return true;
  // @rule secret/entry-attributes quirk#P4
  return profile.addedAttributes.includes(name);
}

/** Whether an attribute is one that callers cannot write on this daemon. */
export function isReservedAttribute(profile: DaemonProfile, name: string): boolean {
  // @rule secret/reserved-attributes quirk#P13
  const prefix = profile.reservedAttributePrefix;
  return (
    profile.reservedAttributes.includes(name) || (prefix !== undefined && name.startsWith(prefix))
  );
}

/** Whether a value is too long to be found again. */
export function isTooLongToFind({ longestSought }: DaemonProfile, value: string): boolean {
  // @rule secret/values-can-be-found quirk#P24
  if (longestSought === undefined || value.length * 2 <= longestSought) return false;
  // One of two code units that stand for one character counts one of three.
  const pairs = value.match(/[\ud800-\udbff]/g)?.length ?? 0;
  return value.length * 2 - pairs > longestSought;
}

/** Gives attributes as the daemon will tell them. */
export function asKept(
  profile: DaemonProfile,
  attributes: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  // @rule secret/marks-dropped quirk#K21
  if (!profile.dropsMarks) return attributes;
  const unmarked = (text: string): string => (text.startsWith('\ufeff') ? text.slice(1) : text);
  return new Map([...attributes].map(([name, value]) => [unmarked(name), unmarked(value)]));
}

/**
 * Whether a change of label would damage the secret: the part before the first slash is a folder,
 * and moving an entry between folders loses what kind of entry it is.
 */
export function isRiskyRelabel(profile: DaemonProfile, before: string, after: string): boolean {
  // @rule secret/safe-relabel quirk#K2
  return profile.labelsHaveFolders && folderOf(before) !== folderOf(after);
}

/** A folder may have an empty name; a first slash that ends the label makes none. */
function folderOf(label: string): string | undefined {
  const slash = label.indexOf('/');
  return slash < 0 || slash === label.length - 1 ? undefined : label.slice(0, slash);
}
