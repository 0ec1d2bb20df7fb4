// Every error code of this room in one table: class, D-Bus errors behind it, exit code, advice.
// The table is data: the classes take name and advice from it, the command line takes its exit code
// from it, the README's table is generated from it. The D-Bus names are those that mean the code
// everywhere; replies whose meaning depends on their text are in error-normalisation.ts.

/** The closed set of codes; covered by semantic versioning. */
export type SecretServiceErrorCode =
  | 'unavailable'
  | 'disconnected'
  | 'owner-changed'
  | 'closed'
  | 'locked'
  | 'prompt-required'
  | 'no-prompter'
  | 'prompt-deadline'
  | 'dismissed'
  | 'denied'
  | 'not-found'
  | 'no-default-collection'
  | 'ambiguous'
  | 'already-exists'
  | 'no-session'
  | 'decrypt-failed'
  | 'not-supported'
  | 'deadline'
  | 'aborted'
  | 'invalid-attributes'
  | 'invalid-argument'
  | 'too-large'
  | 'failed'
  | 'protocol';

/** The classes of this room's errors, by `name`. */
export type SecretServiceErrorName =
  | 'ServiceUnavailableError'
  | 'DisconnectedError'
  | 'LockedError'
  | 'PromptRequiredError'
  | 'PromptDismissedError'
  | 'AccessDeniedError'
  | 'ItemNotFoundError'
  | 'AmbiguousError'
  | 'SessionError'
  | 'NotSupportedError'
  | 'DeadlineError'
  | 'AbortedError'
  | 'InvalidArgumentError'
  | 'ProtocolError';

/** One row of the table. */
export interface ErrorRow {
  /** The `name` of the class that carries the code. */
  readonly className: SecretServiceErrorName;
  /** What happened, in a few words; the default message. */
  readonly meaning: string;
  /** D-Bus error names that mean this code whatever their text. */
  readonly dbusErrors: readonly string[];
  /** The exit code of the command line. */
  readonly exitCode: 1 | 2 | 3 | 4 | 5 | 6 | 7;
  /** Whether a change that failed with this code may have been made all the same. */
  readonly mayHaveHappened: boolean;
  /** One line on what the user can do, where there is something to do. */
  readonly advice?: string;
}

const DBUS = 'org.freedesktop.DBus.Error.';
const SECRET = 'org.freedesktop.Secret.Error.';

/** Code → class → D-Bus errors → exit code → advice. */
export const ERROR_TABLE: Readonly<Record<SecretServiceErrorCode, ErrorRow>> = {
  unavailable: {
    className: 'ServiceUnavailableError',
    meaning: 'no Secret Service can be reached',
    dbusErrors: [
      `${DBUS}ServiceUnknown`,
      `${DBUS}NameHasNoOwner`,
      `${DBUS}NoServer`,
      `${DBUS}Spawn.ExecFailed`,
      `${DBUS}Spawn.ForkFailed`,
      `${DBUS}Spawn.ChildExited`,
      `${DBUS}Spawn.ChildSignaled`,
      `${DBUS}Spawn.Failed`,
      `${DBUS}Spawn.FailedToSetup`,
      `${DBUS}Spawn.ConfigInvalid`,
      `${DBUS}Spawn.ServiceNotValid`,
      `${DBUS}Spawn.ServiceNotFound`,
      `${DBUS}Spawn.PermissionsInvalid`,
      `${DBUS}Spawn.FileInvalid`,
      `${DBUS}Spawn.NoMemory`,
    ],
    exitCode: 5,
    mayHaveHappened: false,
    advice: 'start a keyring on this session bus, or use one of its own: keywire run -- COMMAND',
  },
  disconnected: {
    className: 'DisconnectedError',
    meaning: 'the connection to the message bus was lost',
    dbusErrors: [`${DBUS}Disconnected`],
    exitCode: 5,
    mayHaveHappened: true,
    advice: 'connect again; a change that was under way may or may not have been made',
  },
  'owner-changed': {
    className: 'DisconnectedError',
    meaning: 'the Secret Service stopped or was replaced while the request was under way',
    dbusErrors: [],
    exitCode: 5,
    mayHaveHappened: true,
    advice: 'try again; a change that was under way may or may not have been made',
  },
  closed: {
    className: 'DisconnectedError',
    meaning: 'the service object was closed by this program',
    dbusErrors: [],
    exitCode: 7,
    mayHaveHappened: true,
  },
  locked: {
    className: 'LockedError',
    meaning: 'the keyring is locked',
    dbusErrors: [`${SECRET}IsLocked`],
    exitCode: 3,
    mayHaveHappened: false,
    advice: 'unlock the keyring, for example with "keywire unlock"',
  },
  'prompt-required': {
    className: 'PromptRequiredError',
    meaning: 'the daemon wants to ask the user, and prompts are not allowed here',
    dbusErrors: [],
    exitCode: 3,
    mayHaveHappened: false,
    advice: 'allow prompts, or unlock the keyring beforehand',
  },
  'no-prompter': {
    className: 'PromptRequiredError',
    meaning: 'the daemon wants to ask the user, and there is no one to ask: no display',
    dbusErrors: [],
    exitCode: 3,
    mayHaveHappened: true,
    advice: 'run it in a graphical session, where the dialog of the keyring can be answered',
  },
  'prompt-deadline': {
    className: 'PromptRequiredError',
    meaning: 'the prompt was not answered in time',
    dbusErrors: [],
    exitCode: 3,
    mayHaveHappened: true,
    advice: 'answer the dialog of the keyring, or allow more time for it',
  },
  dismissed: {
    className: 'PromptDismissedError',
    meaning: 'the prompt was dismissed',
    dbusErrors: [],
    exitCode: 4,
    mayHaveHappened: false,
    advice: 'try again and confirm the dialog of the keyring',
  },
  denied: {
    className: 'AccessDeniedError',
    meaning: 'access was denied',
    dbusErrors: ['org.gnome.keyring.Error.Denied', `${DBUS}AccessDenied`, `${DBUS}AuthFailed`],
    exitCode: 6,
    mayHaveHappened: false,
    advice: 'check the password, or the permissions of a sandbox',
  },
  'not-found': {
    className: 'ItemNotFoundError',
    meaning: 'the object does not exist',
    dbusErrors: [`${SECRET}NoSuchObject`, `${DBUS}UnknownObject`],
    exitCode: 1,
    mayHaveHappened: false,
  },
  'no-default-collection': {
    className: 'ItemNotFoundError',
    meaning: 'there is no default collection, and none may be created here',
    dbusErrors: [],
    exitCode: 3,
    mayHaveHappened: false,
    advice: 'create a default keyring in the keyring application, or allow prompts',
  },
  ambiguous: {
    className: 'AmbiguousError',
    meaning: 'more than one item matches',
    dbusErrors: [],
    exitCode: 7,
    mayHaveHappened: false,
    advice: 'give more attributes, so that one item remains',
  },
  'already-exists': {
    className: 'ProtocolError',
    meaning: 'the object exists already',
    dbusErrors: [`${SECRET}AlreadyExists`],
    exitCode: 7,
    mayHaveHappened: false,
  },
  'no-session': {
    className: 'SessionError',
    meaning: 'the daemon does not know the session, and a new one did not help',
    dbusErrors: [`${SECRET}NoSession`],
    exitCode: 7,
    mayHaveHappened: false,
  },
  'decrypt-failed': {
    className: 'SessionError',
    meaning: 'the secret could not be decrypted',
    dbusErrors: [],
    exitCode: 7,
    mayHaveHappened: false,
  },
  'not-supported': {
    className: 'NotSupportedError',
    meaning: 'the daemon does not support this',
    dbusErrors: [`${DBUS}NotSupported`, `${DBUS}UnknownInterface`, `${DBUS}UnknownProperty`],
    exitCode: 7,
    mayHaveHappened: false,
  },
  deadline: {
    className: 'DeadlineError',
    meaning: 'the daemon did not answer in time',
    dbusErrors: [`${DBUS}Timeout`, `${DBUS}TimedOut`],
    exitCode: 7,
    mayHaveHappened: true,
    advice:
      'the keyring may be showing a dialog of its own, or be stuck: look for it, or restart it',
  },
  aborted: {
    className: 'AbortedError',
    meaning: 'the caller aborted the request',
    dbusErrors: [],
    exitCode: 7,
    mayHaveHappened: true,
  },
  'invalid-attributes': {
    className: 'InvalidArgumentError',
    meaning: 'the attributes are not valid',
    dbusErrors: [],
    exitCode: 2,
    mayHaveHappened: false,
  },
  'invalid-argument': {
    className: 'InvalidArgumentError',
    meaning: 'an argument is not valid',
    dbusErrors: [],
    exitCode: 2,
    mayHaveHappened: false,
  },
  'too-large': {
    className: 'InvalidArgumentError',
    meaning: 'the secret is larger than a message can carry',
    dbusErrors: [],
    exitCode: 7,
    mayHaveHappened: false,
    advice: 'keep large data in an encrypted file, and only its key in the keyring',
  },
  failed: {
    className: 'ProtocolError',
    meaning: 'the daemon refused the request',
    dbusErrors: [`${DBUS}Failed`, `${DBUS}InvalidArgs`, `${DBUS}NoMemory`, `${DBUS}LimitsExceeded`],
    exitCode: 7,
    mayHaveHappened: false,
  },
  protocol: {
    className: 'ProtocolError',
    meaning: 'the daemon broke the protocol',
    dbusErrors: [`${DBUS}UnknownMethod`, `${DBUS}PropertyReadOnly`, `${DBUS}InconsistentMessage`],
    exitCode: 7,
    mayHaveHappened: true,
  },
};

/** Whether a value is one of this room's codes. */
export function isSecretServiceErrorCode(value: unknown): value is SecretServiceErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_TABLE, value);
}

/** The code that a D-Bus error means whatever its text, if it means one. */
export function codeOfDBusError(errorName: string): SecretServiceErrorCode | undefined {
  return Object.keys(ERROR_TABLE)
    .filter(isSecretServiceErrorCode)
    .find((code) => ERROR_TABLE[code].dbusErrors.includes(errorName));
}
