// Every error code of this package: its own, and those of the stores underneath, which keep their
// names. Each leads to one of the outcomes that callers must never confuse.

import type { KeyringFileErrorCode } from '@keywire/keyring-file';
import type { SecretServiceErrorCode } from '@keywire/secret-service';

/** What became of a request that did not find or store anything. */
export type Outcome = 'absent' | 'locked' | 'dismissed' | 'unavailable' | 'failed';

/** The codes that this package adds; covered by semantic versioning. */
export type OwnErrorCode =
  /** No backend of that name. */
  | 'unknown-backend'
  /** No scheme of that name. */
  | 'unknown-scheme'
  /** A group was given, and the scheme has no place for one. */
  | 'scheme-has-no-group'
  /** The scheme is only read here: its tool stores more than a password. */
  | 'scheme-read-only'
  /** Writing another program's cache needs `allowForeignWrites`. */
  | 'scheme-opt-in'
  /** The stored bytes are not UTF-8. */
  | 'not-text'
  /** A configuration file is broken, or names what does not exist. */
  | 'invalid-config'
  /** A backend was chosen outside the program that is weaker than its policy allows. */
  | 'policy-forbids'
  /** What the probe stored did not come back as it was. */
  | 'probe-failed'
  /** The target of a migration holds another secret already. */
  | 'migration-conflict'
  /** Another user owns the folder of a file, or can write to it. */
  | 'unsafe-folder'
  /** A backend failed with an error that says no more. */
  | 'backend-failed';

/** The closed set of codes. */
export type KeyringErrorCode = OwnErrorCode | SecretServiceErrorCode | KeyringFileErrorCode;

/** What a code of this package's own means, and what can be done. */
export interface KeyringErrorRow {
  readonly meaning: string;
  readonly advice: string;
}

/** The rows of the codes that this package raises by itself, some shared with the stores. */
export const KEYRING_ERRORS: Readonly<
  Record<
    | OwnErrorCode
    | 'aborted'
    | 'ambiguous'
    | 'closed'
    | 'invalid-argument'
    | 'no-password-source'
    | 'not-found'
    | 'not-supported'
    | 'too-large'
    | 'unavailable',
    KeyringErrorRow
  >
> = {
  'unknown-backend': {
    meaning: 'there is no backend of that name',
    advice: 'choose one of those that listBackends() names',
  },
  'unknown-scheme': {
    meaning: 'there is no scheme of that name',
    advice: 'choose one of those that schemeNames() gives, or define one with defineScheme()',
  },
  'scheme-has-no-group': {
    meaning: 'the scheme has no place for a group',
    advice: 'leave the group out, or use the scheme "keywire"',
  },
  'scheme-read-only': {
    meaning: 'the scheme is only read here',
    advice: 'write with the program that the items belong to',
  },
  'scheme-opt-in': {
    meaning: 'writing items of another program must be asked for',
    advice: 'pass allowForeignWrites: true if this is what you want',
  },
  'not-text': {
    meaning: 'the secret is not text in UTF-8',
    advice: 'read it with getSecret()',
  },
  'invalid-config': {
    meaning: 'the configuration is not valid',
    advice: 'correct the file, or remove it',
  },
  'policy-forbids': {
    meaning: 'the chosen backend is weaker than this program allows',
    advice: 'choose another backend, or ask the program for a policy that allows it',
  },
  'probe-failed': {
    meaning: 'what was stored as a trial did not come back',
    advice: 'look at the keyring with "keywire doctor"',
  },
  'migration-conflict': {
    meaning: 'the target holds another secret under the same key',
    advice: 'decide which one is right: pass onConflict "keep" or "overwrite"',
  },
  'unsafe-folder': {
    meaning: 'others could put a file of theirs in place of this one',
    advice: 'take the permission from others (chmod go-w FOLDER), or choose a folder of your own',
  },
  'backend-failed': { meaning: 'the backend failed', advice: '' },
  aborted: { meaning: 'the caller aborted the request', advice: '' },
  ambiguous: {
    meaning: 'more than one entry matches',
    advice: 'delete the others, or let the newest win',
  },
  closed: { meaning: 'the keyring was closed by this program', advice: 'open it again' },
  'invalid-argument': { meaning: 'an argument is not valid', advice: '' },
  'no-password-source': {
    meaning: 'an encrypted file needs a password, and none was given',
    advice: 'give one, from a prompt, a file, a descriptor or a systemd credential',
  },
  'not-found': { meaning: 'there is no such entry', advice: '' },
  'not-supported': { meaning: 'the backend does not support this', advice: '' },
  'too-large': {
    meaning: 'it is larger than a keyring keeps',
    advice: 'keep large data in an encrypted file, and only its key in the keyring',
  },
  unavailable: {
    meaning: 'no keyring can be used here',
    advice: 'start a keyring on this session bus, or use one of its own: keywire run -- COMMAND',
  },
};

const OUTCOMES: ReadonlyMap<KeyringErrorCode, Outcome> = new Map<KeyringErrorCode, Outcome>([
  ['not-found', 'absent'],
  ['locked', 'locked'],
  ['prompt-required', 'locked'],
  ['no-prompter', 'locked'],
  ['prompt-deadline', 'locked'],
  ['no-default-collection', 'locked'],
  ['dismissed', 'dismissed'],
  ['unavailable', 'unavailable'],
  ['disconnected', 'unavailable'],
  ['owner-changed', 'unavailable'],
  ['deadline', 'unavailable'],
  ['no-password-source', 'unavailable'],
  ['probe-failed', 'unavailable'],
]);

/** Which outcome a code stands for. */
export function outcomeOf(code: KeyringErrorCode): Outcome {
  return OUTCOMES.get(code) ?? 'failed';
}
