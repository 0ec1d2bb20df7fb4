/** What the bus itself answers when a call to it fails, and the names it answers with. */

const PREFIX = 'org.freedesktop.DBus.Error.';

export type DriverErrorName =
  | 'AccessDenied'
  | 'Disconnected'
  | 'Failed'
  | 'InvalidArgs'
  | 'LimitsExceeded'
  | 'MatchRuleInvalid'
  | 'MatchRuleNotFound'
  | 'NameHasNoOwner'
  | 'NoReply'
  | 'NotSupported'
  | 'PropertyReadOnly'
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
  return new DriverError('ServiceUnknown', `the name ${name} is not owned and cannot be started`);
}
