/**
 * Wiping what passes through: a plain session's secrets are arrays of bytes in the bodies that the bus
 * has decoded, and nothing else that it keeps can hold one.
 */
import { Variant } from '@keywire/dbus-wire';

/** Whether a body of this signature can have bytes in it. */
export function canHoldSecret(signature: string): boolean {
  return signature.includes('ay') || signature.includes('v');
}

/** Overwrites every array of bytes in decoded values. */
export function wipeBytes(value: unknown): void {
  if (value instanceof Uint8Array) value.fill(0);
  else if (value instanceof Variant) wipeBytes(value.value);
  else if (value instanceof Map) for (const each of value.values()) wipeBytes(each);
  else if (Array.isArray(value)) for (const each of value) wipeBytes(each);
}
