/** Keyring files on disk: libsecret v1, gnome-keyring v0 and text, JSON, and a hardened form. */
export { detectFormat } from './detect-format.ts';
export { isKeyringFileError, KeyringFileError, type KeyringFileErrorCode } from './errors.ts';
export {
  encodeHardened,
  type HardenedFile,
  parseHardened,
} from './hardened-container.ts';
export type { HardenedHeader } from './hardened-header.ts';
export {
  type CreateHardenedOptions,
  createHardened,
  HardenedKeyring,
  type OpenHardenedOptions,
  openHardened,
} from './hardened-keyring.ts';
export { keyDerivation } from './io/kdf.ts';
export {
  createKeyringFile,
  openKeyringFile,
  openOrCreateKeyringFile,
} from './io/open-keyring-file.ts';
export { type PasswordPlace, readPassword } from './io/read-password.ts';
export {
  type AttributesInit,
  KeyringItem,
  type KeyringItemChanges,
  type KeyringItemInit,
  type RejectedItem,
} from './item.ts';
export { formatJsonKeyring, type JsonExport, parseJsonKeyring } from './json-keyring.ts';
export type { Argon2idCost, KdfCost, KeyDerivation, ScryptCost } from './kdf.ts';
export {
  KeyringFile,
  type PutOptions,
  type RekeyFileOptions,
  type WriteOptions,
} from './keyring-file.ts';
export { type OpenKeyringOptions, openKeyring } from './open-keyring.ts';
export type { CreateKeyringFileOptions, OpenKeyringFileOptions } from './opening.ts';
export { type PasswordPurpose, type PasswordSource, passwordBytes } from './password.ts';
export { parseTextKeyring } from './text-keyring.ts';
export type { KeyringFileIo, KeyringFileLock, LockOptions } from './types/keyring-file-io.ts';
export type {
  EditedKeyring,
  EditSources,
  KeyringEdit,
  KeyringFormat,
  OpenedKeyring,
  ReadableKeyring,
  RekeyOptions,
  WritableKeyring,
} from './types/opened-keyring.ts';
export { parseV0, type V0ClearItem, type V0File } from './v0-container.ts';
export { openV0 } from './v0-keyring.ts';
export { encodeV1, parseV1, type V1File, type V1SealedItem } from './v1-container.ts';
export { type CreateV1Options, createV1, openV1, V1Keyring } from './v1-keyring.ts';
