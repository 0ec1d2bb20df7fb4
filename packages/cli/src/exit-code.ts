/**
 * The exit codes of `keywire`, the same for every command. Scripts branch on them, so their
 * numbers are part of the interface: "not found" (1) is never used for a keyring that is locked.
 */
export const ExitCode = {
  DONE: 0,
  NOT_FOUND: 1,
  USAGE: 2,
  LOCKED: 3,
  DISMISSED: 4,
  UNAVAILABLE: 5,
  DENIED: 6,
  OTHER: 7,
  /** Ctrl-C: what a shell reports for a process that SIGINT ended. */
  INTERRUPTED: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** What each code means, for help texts; a user never sees 130 explained, shells all share it. */
export const EXIT_CODE_MEANINGS: readonly (readonly [ExitCode, string])[] = [
  [ExitCode.DONE, 'done'],
  [ExitCode.NOT_FOUND, 'not found'],
  [ExitCode.USAGE, 'wrong usage'],
  [ExitCode.LOCKED, 'locked, a prompt would be needed'],
  [ExitCode.DISMISSED, 'prompt dismissed'],
  [ExitCode.UNAVAILABLE, 'no service or no bus'],
  [ExitCode.DENIED, 'denied'],
  [ExitCode.OTHER, 'anything else'],
];

/** What `keywire run` reports of itself and of its command, as env(1) and shells do. */
export const RunExitCode = {
  FAILED: 125,
  NOT_EXECUTABLE: 126,
  NOT_FOUND: 127,
  /** Plus N: signal N ended the command. */
  SIGNAL_BASE: 128,
} as const;
