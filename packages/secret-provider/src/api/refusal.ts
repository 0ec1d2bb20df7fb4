/**
 * Why a call is refused, and the error names that say so. The names of the specifications are the
 * default; a profile may put those of the daemon it imitates in their place.
 * https://specifications.freedesktop.org/secret-service/latest/#errors
 */
import { DBusErrorReply } from '@keywire/dbus-wire';

export type RefusalKind =
  | 'is-locked'
  | 'no-session'
  /** A path in the arguments. */
  | 'no-such-object'
  /** The path that was called. */
  | 'unknown-path'
  /** A session that another connection opened and this one wants to close. */
  | 'foreign-session'
  /** A prompt that another connection got. */
  | 'foreign-prompt'
  | 'invalid-args'
  | 'wrong-signature'
  /** Of a method of D-Bus itself, such as Get. */
  | 'wrong-standard-signature'
  /** A value of another type than that of its property. */
  | 'wrong-property-type'
  /** No bytes where a public key belongs. */
  | 'no-public-key'
  | 'bad-public-key'
  /** A secret that its session does not decrypt, for an item that is there. */
  | 'bad-secret'
  /** The same, or one of no session, for an item that is to be. */
  | 'bad-new-secret'
  /** A prompt that is shown already. */
  | 'prompt-shown'
  /** A property that is not told while its collection is locked. */
  | 'locked-property'
  | 'not-supported'
  | 'access-denied'
  | 'limits-exceeded'
  | 'failed'
  | 'unknown-method'
  /** In an interface of D-Bus itself, or without an interface. */
  | 'unknown-standard-method'
  | 'unknown-interface'
  /** An interface whose properties are asked for. */
  | 'foreign-interface'
  | 'unknown-property'
  | 'property-read-only';

const SECRET = 'org.freedesktop.Secret.Error.';
const DBUS = 'org.freedesktop.DBus.Error.';

const SPECIFIED_NAMES: Readonly<Record<RefusalKind, string>> = {
  'is-locked': `${SECRET}IsLocked`,
  'no-session': `${SECRET}NoSession`,
  'no-such-object': `${SECRET}NoSuchObject`,
  'unknown-path': `${SECRET}NoSuchObject`,
  'foreign-session': `${SECRET}NoSession`,
  'foreign-prompt': `${SECRET}NoSuchObject`,
  'invalid-args': `${DBUS}InvalidArgs`,
  'wrong-signature': `${DBUS}InvalidArgs`,
  'wrong-standard-signature': `${DBUS}InvalidArgs`,
  'wrong-property-type': `${DBUS}InvalidArgs`,
  'no-public-key': `${DBUS}InvalidArgs`,
  'bad-public-key': `${DBUS}InvalidArgs`,
  'bad-secret': `${DBUS}InvalidArgs`,
  'bad-new-secret': `${DBUS}InvalidArgs`,
  'prompt-shown': `${DBUS}Failed`,
  'locked-property': `${SECRET}IsLocked`,
  'not-supported': `${DBUS}NotSupported`,
  'access-denied': `${DBUS}AccessDenied`,
  'limits-exceeded': `${DBUS}LimitsExceeded`,
  failed: `${DBUS}Failed`,
  'unknown-method': `${DBUS}UnknownMethod`,
  'unknown-standard-method': `${DBUS}UnknownMethod`,
  'unknown-interface': `${DBUS}UnknownInterface`,
  'foreign-interface': `${DBUS}UnknownInterface`,
  'unknown-property': `${DBUS}UnknownProperty`,
  'property-read-only': `${DBUS}PropertyReadOnly`,
};

/** What a profile changes about error replies. */
export interface ErrorStyle {
  /** Error names in place of the specified ones. */
  readonly names?: Readonly<Partial<Record<RefusalKind, string>>> | undefined;
  /** Kinds whose replies do not explain themselves. */
  readonly mute?: ReadonlySet<RefusalKind> | undefined;
}

/** A call that is not carried out. Its text reaches the client and holds no secret. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly kind: RefusalKind;

  /** @param options a cause is a fault that is not the client's */
  constructor(kind: RefusalKind, text: string, options?: ErrorOptions) {
    super(text, options);
    this.kind = kind;
  }

  toReply({ names, mute }: ErrorStyle): DBusErrorReply {
    const errorName = names?.[this.kind] ?? SPECIFIED_NAMES[this.kind];
    return new DBusErrorReply(errorName, mute?.has(this.kind) ? '' : this.message);
  }
}

export function isLocked(): Refusal {
  return new Refusal('is-locked', 'the collection is locked');
}

export function noSession(): Refusal {
  return new Refusal('no-session', "Can't find session: no session of this caller has that path");
}

export function noSuchObject(path: string): Refusal {
  return new Refusal('no-such-object', `Object does not exist at path "${path}"`);
}

export function invalidArgs(text: string): Refusal {
  return new Refusal('invalid-args', text);
}

export function notSupported(text: string): Refusal {
  return new Refusal('not-supported', text);
}
