/** Keyring files on disk: libsecret v1, gnome-keyring v0 and text, JSON, and a hardened form. */

export { isKeyringFileError, KeyringFileError, type KeyringFileErrorCode } from './errors.ts';
export {
  KeyringFile,
  type PutOptions,
  type RekeyFileOptions,
  type WriteOptions,
} from './file/keyring-file.ts';
export type { CreateKeyringFileOptions, OpenKeyringFileOptions } from './file/opening.ts';
export { detectFormat } from './formats/detect-format.ts';
export {
  encodeHardened,
  type HardenedFile,
  parseHardened,
} from './formats/hardened/container.ts';
export type { HardenedHeader } from './formats/hardened/header.ts';
export {
  type CreateHardenedOptions,
  createHardened,
  HardenedKeyring,
  type OpenHardenedOptions,
  openHardened,
} from './formats/hardened/keyring.ts';
export { formatJsonKeyring, type JsonExport, parseJsonKeyring } from './formats/json-keyring.ts';
export { type OpenKeyringOptions, openKeyring } from './formats/open-keyring.ts';
export { parseTextKeyring } from './formats/text-keyring.ts';
export { parseV0, type V0ClearItem, type V0File } from './formats/v0/container.ts';
export { openV0 } from './formats/v0/keyring.ts';
export { encodeV1, parseV1, type V1File, type V1SealedItem } from './formats/v1/container.ts';
export { type CreateV1Options, createV1, openV1, V1Keyring } from './formats/v1/keyring.ts';
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
export type { Argon2idCost, KdfCost, KeyDerivation, ScryptCost } from './keys/kdf.ts';
export { type PasswordPurpose, type PasswordSource, passwordBytes } from './keys/password.ts';
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
