/** The least that the encrypted form allows: tests open many files. */
import type { KdfCost } from '@keywire/keyring-file';

export const CHEAP: KdfCost = { kdf: 'scrypt', logN: 14, r: 8, p: 1 };
