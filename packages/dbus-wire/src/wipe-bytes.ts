/** Wiping decoded values, for who passes secrets on or is done with them. */
import { Variant } from './variant.ts';

/** Overwrites every array of bytes in decoded values, however deep it lies. */
export function wipeBytes(value: unknown): void {
  if (value instanceof Uint8Array) value.fill(0);
  else if (value instanceof Variant) wipeBytes(value.value);
  else if (value instanceof Map || Array.isArray(value)) value.forEach(wipeBytes);
}
