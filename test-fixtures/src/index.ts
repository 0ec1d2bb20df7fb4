export { type BusctlCall, type BusctlReply, busctlCall } from './busctl.ts';
export { type Bus, type BusOptions, bootBus } from './daemons/bus.ts';
export {
  bootGnomeKeyring,
  type GnomeKeyring,
  type GnomeKeyringOptions,
  type GnomeKeyringState,
} from './daemons/gnome-keyring.ts';
export {
  bootKeePassXC,
  type KeePassXC,
  type KeePassXCOptions,
  type KeePassXCSeedItem,
  type KeePassXCState,
} from './daemons/keepassxc.ts';
export type { Keyring, KeyringKind, SeedItem } from './daemons/keyring-fixture.ts';
export {
  bootKWallet,
  type KWallet,
  type KWalletOptions,
  type KWalletState,
} from './daemons/kwallet.ts';
export { KEYRING_SERVICE, logInThroughPam, type PamLoginOptions } from './daemons/pam-login.ts';
export type { Prompter, PrompterEvent, PrompterMode } from './daemons/prompter.ts';
export { FixtureError, type FixtureErrorCode } from './errors.ts';
export { type GdbusCall, gdbusCall, gdbusProperty, ownerPid } from './gdbus.ts';
export {
  type SecretStorageItem,
  secretStorage,
  secretTool,
  secretToolLookup,
  secretToolStore,
} from './peers.ts';
export { startPlainSessionProxy } from './plain-session-proxy.ts';
export { type PythonError, type PythonNames, startPython } from './python-names.ts';
export { type RecordedMessage, type RecordedStream, readStream } from './recorded-messages.ts';
export {
  type RecordedConnection,
  type RecordingProxy,
  startRecordingProxy,
} from './recording-proxy.ts';
export {
  GIT_LIBSECRET_SOURCE,
  missingHere,
  type Peer,
  PYTHON,
  type Requirement,
  requires,
  requiresPeers,
} from './requires.ts';
export { type RunOptions, type RunResult, run, runOrThrow } from './run.ts';
export {
  currentRuntime,
  type Runtime,
  type RuntimeName,
  requiresRuntime,
  runtime,
} from './runtimes.ts';
export { onTerminal, shellLine } from './terminal.ts';
export {
  type TranscriptOptions,
  type TranscriptOutcome,
  type TranscriptStep,
  type TranscriptValue,
  transcript,
} from './transcript.ts';
