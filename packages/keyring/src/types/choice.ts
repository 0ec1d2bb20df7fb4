/** Why a keyring uses the backend that it uses: reported, so that nothing is weakened in silence. */
import type { BackendReason } from '../errors.ts';

/**
 * What may be used when there is no keyring: nothing (the default), an encrypted file, or also a
 * file that anyone who can read it understands.
 */
export type FallbackPolicy = 'keyring-only' | 'encrypted-file' | 'plaintext';

/** How a backend was chosen. */
export interface Choice {
  /** Who chose. */
  readonly by: 'option' | 'environment' | 'config' | 'remembered' | 'priority';
  /** The variable or the file that chose. */
  readonly source?: string | undefined;
  readonly policy: FallbackPolicy;
  /** The backends that would have come first, and why they could not serve. */
  readonly passedOver: readonly BackendReason[];
}
