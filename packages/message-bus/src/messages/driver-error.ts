/** What the bus itself answers when a call to it fails, and the names it answers with. */
import { isBusName } from '@keywire/dbus-wire';

const PREFIX = 'org.freedesktop.DBus.Error.';

export type DriverErrorName =
  | 'AccessDenied'
  | 'AdtAuditDataUnknown'
  | 'Disconnected'
  | 'Failed'
  | 'InvalidArgs'
  | 'LimitsExceeded'
  | 'MatchRuleInvalid'
  | 'MatchRuleNotFound'
  | 'NameHasNoOwner'
  | 'NoReply'
  | 'PropertyReadOnly'
  | 'SELinuxSecurityContextUnknown'
  | 'ServiceUnknown'
  | 'TimedOut'
  | 'UnixProcessIdUnknown'
  | 'UnknownInterface'
  | 'UnknownMethod'
  | 'UnknownProperty';

/** Thrown inside the driver; the bus turns it into an error reply. Never leaves the package. */
export class DriverError extends Error {
  override readonly name = 'DriverError';
  /** The D-Bus error name, `org.freedesktop.DBus.Error.…`. */
  readonly errorName: string;

  constructor(errorName: DriverErrorName, message: string) {
    super(message);
    this.errorName = PREFIX + errorName;
  }
}

export function unknownService(name: string): DriverError {
  return new DriverError('ServiceUnknown', `${shown(name)} is not owned and cannot be started`);
}

export function noOwner(name: string): DriverError {
  return new DriverError('NameHasNoOwner', `${shown(name)} has no owner`);
}

/** A text that is no name may be as long as a message; it is not repeated. */
function shown(name: string): string {
  return isBusName(name) ? `the name ${name}` : 'that name';
}
