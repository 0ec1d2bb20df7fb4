export { busctlCall } from './busctl.ts';
export { type Bus, bootBus } from './daemons/bus.ts';
export type { BusOptions } from './daemons/bus-options.ts';
export {
  bootGnomeKeyring,
  type GnomeKeyring,
  type GnomeKeyringOptions,
} from './daemons/gnome-keyring.ts';
export {
  bootKeePassXC,
  type KeePassXC,
  type KeePassXCOptions,
} from './daemons/keepassxc.ts';
export type { Keyring, KeyringKind, SeedItem } from './daemons/keyring-fixture.ts';
export {
  bootKWallet,
  type KWallet,
  type KWalletOptions,
} from './daemons/kwallet.ts';
export { KEYRING_SERVICE, logInThroughPam, type PamLoginOptions } from './daemons/pam-login.ts';
export type { PrompterMode } from './daemons/prompter.ts';
export { gdbusCall, gdbusProperty, ownerPid } from './gdbus.ts';
export {
  type SecretStorageItem,
  secretStorage,
  secretTool,
  secretToolLookup,
  secretToolStore,
} from './peers.ts';
export { startPlainSessionProxy } from './plain-session-proxy.ts';
export { type PythonNames, startPython } from './python-names.ts';
export { readStream } from './recorded-messages.ts';
export {
  type RecordingProxy,
  startRecordingProxy,
} from './recording-proxy.ts';
export {
  GIT_LIBSECRET_SOURCE,
  missingHere,
  PYTHON,
  type Requirement,
  requires,
  requiresPeers,
} from './requires.ts';
export { type RunOptions, type RunResult, run, runOrThrow } from './run.ts';
export {
  currentRuntime,
  type RuntimeName,
  requiresRuntime,
  runtime,
} from './runtimes.ts';
export { onTerminal, shellLine } from './terminal.ts';
export {
  type TranscriptOutcome,
  type TranscriptStep,
  type TranscriptValue,
  transcript,
} from './transcript.ts';
