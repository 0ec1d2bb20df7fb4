/**
 * Every number of the formats and every bound on what a file may ask of us. A file is untrusted
 * until its authentication code has been checked, so each bound applies before any key derivation.
 */

/** The largest file that is read or written. */
export const MAX_FILE_BYTES: number = 64 * 1024 * 1024;

/** The most items of a keyring: a file of empty ones would take a hundred times its size in memory. */
export const MAX_ITEMS = 100_000;

/** The most attributes of a keyring, of all items together, for the same reason. */
export const MAX_ATTRIBUTES = 1_000_000;

/**
 * The most values of a JSON keyring: what items and attributes at their own bounds need, and as many
 * again. An engine takes a hundred bytes for a value of two.
 */
export const MAX_JSON_VALUES = 4_000_000;

/** The largest text keyring, whose every line becomes a text of its own. */
export const MAX_TEXT_BYTES: number = 16 * 1024 * 1024;

/** The largest secret: far below what fits a D-Bus message. */
export const MAX_SECRET_BYTES: number = 16 * 1024 * 1024;

/** libsecret writes 100,000, oo7 refuses less: a lower count only helps who guesses passwords. */
export const V1_MIN_ITERATIONS = 100_000;
/** Some ten seconds of PBKDF2 on a slow machine. */
export const V1_MAX_ITERATIONS = 10_000_000;
export const V1_MIN_SALT_BYTES = 32;
export const V1_MAX_SALT_BYTES = 1024;
export const V1_KEY_BYTES = 16;
export const V1_IV_BYTES = 16;
export const V1_MAC_BYTES = 32;

/** gnome-keyring draws 1000..4095 for each write. */
export const V0_MAX_ITERATIONS = 100_000;
export const V0_SALT_BYTES = 8;

/** 128 · N · r bytes; 1 GiB is eight times the default. */
export const MAX_KDF_MEMORY_BYTES: number = 2 ** 30;
export const SCRYPT_MIN_LOG_N = 14;
export const SCRYPT_MAX_LOG_N = 24;
/** Below 8 the memory hardness of scrypt is not what its N promises. */
export const SCRYPT_MIN_R = 8;
/** N · r · p, the number of block mixes; the default is 2^20. */
export const SCRYPT_MAX_WORK: number = 2 ** 24;
export const ARGON2_MIN_MEMORY_KIB: number = 19 * 1024;
export const ARGON2_MIN_PASSES = 2;
export const ARGON2_MAX_LANES = 16;
/** memory · passes, in KiB. */
export const ARGON2_MAX_WORK_KIB: number = 2 ** 23;

export const HARDENED_SALT_BYTES = 32;
export const HARDENED_HEADER_BYTES = 64;
export const HARDENED_MAC_BYTES = 32;
export const HARDENED_NONCE_BYTES = 24;
export const HARDENED_TAG_BYTES = 16;
export const HARDENED_ID_BYTES = 16;
/** Items are padded to a multiple of this, so that a file's sizes say little about a secret's. */
export const HARDENED_PADDING_BYTES = 64;
