/**
 * Wiping what passes through: a plain session's secrets are arrays of bytes in the bodies that the bus
 * has decoded, and nothing else that it keeps can hold one.
 */
import type { Message } from '@keywire/dbus-wire';
import { canHoldSecret, wipeBytes } from '@keywire/dbus-wire/server';

/** Overwrites what can be a secret in a message that was passed on or refused. */
// @rule bus/wipes-what-it-forwards keywire#embedded-bus-access
export function wipeSecrets({ signature, body }: Message): void {
  if (canHoldSecret(signature)) wipeBytes(body);
}
