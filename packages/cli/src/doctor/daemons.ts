/**
 * What doctor knows of keyring daemons as programs, as data: how they are called, which module of
 * PAM opens them at login, where their version can be seen without asking them.
 */

export interface DaemonProgram {
  /** As `service.daemon()` names it. */
  readonly family: string;
  readonly title: string;
  /** The last parts of the paths of its programs. */
  readonly programs: readonly string[];
  /** The PAM module that hands it the login password. */
  readonly pamModule?: string;
  /** The lines that a login service needs for it. */
  readonly pamLines: readonly string[];
  /**
   * Where the version is: what `--version` prints, or the name of a library that it has loaded.
   * The one is asked of programs that answer it before they do anything else.
   */
  readonly version: 'argument' | RegExp;
  /** The bus name of the program that shows its dialogs. */
  readonly prompterName?: string;
  /** Whether it asks in a way of its own, for which no display is needed. */
  readonly hasOwnPrompter?: true;
  /** How to unlock it where its dialog is of no use; a keyring that says nothing needs a session. */
  readonly unlockStep?: string;
  /** How to make a default collection of it where there is no display. */
  readonly defaultStep?: string;
}

export const DAEMON_PROGRAMS: readonly DaemonProgram[] = [
  {
    family: 'gnome-keyring',
    title: 'GNOME Keyring',
    programs: ['gnome-keyring-daemon'],
    pamModule: 'pam_gnome_keyring',
    pamLines: [
      'auth optional pam_gnome_keyring.so',
      'session optional pam_gnome_keyring.so auto_start',
    ],
    version: 'argument',
    prompterName: 'org.gnome.keyring.SystemPrompter',
    unlockStep: 'unlock it with its password: keywire unlock --password-fd=0',
    defaultStep:
      'for GNOME Keyring without a display: gnome-keyring-daemon --unlock, its password on stdin',
  },
  {
    family: 'kwallet',
    title: 'KWallet',
    programs: ['kwalletd5', 'kwalletd6', 'ksecretd'],
    pamModule: 'pam_kwallet5',
    pamLines: ['auth optional pam_kwallet5.so', 'session optional pam_kwallet5.so auto_start'],
    version: /libKF\dWallet\w*\.so\.(\d+\.\d+\.\d+)$/mu,
  },
  {
    family: 'keepassxc',
    title: 'KeePassXC',
    programs: ['keepassxc'],
    pamLines: [],
    version: 'argument',
    unlockStep: 'unlock the database in the window of KeePassXC',
  },
  {
    family: 'oo7',
    title: 'oo7',
    programs: ['oo7-daemon'],
    pamLines: [],
    version: 'argument',
  },
  {
    // No programs: every program can be one, and a `keywire` that runs need not serve.
    family: 'keywire',
    title: 'Keywire',
    programs: [],
    pamLines: [],
    version: 'argument',
    hasOwnPrompter: true,
    unlockStep: 'unlock it, answering its prompter: keywire unlock --timeout=60',
  },
];

/** The daemon that a program is, by the path or the name it was started by. */
export function daemonOfProgram(program: string): DaemonProgram | undefined {
  const name = program.slice(program.lastIndexOf('/') + 1);
  return DAEMON_PROGRAMS.find(({ programs }) => programs.includes(name));
}

export function daemonOfFamily(family: string | undefined): DaemonProgram | undefined {
  return DAEMON_PROGRAMS.find((daemon) => daemon.family === family);
}

/** What to do about a locked keyring whose dialog is of no use. */
export function unlockStep(family: string | undefined): string {
  return daemonOfFamily(family)?.unlockStep ?? 'unlock it in a graphical session';
}

/** The first version of KWallet that has a Secret Service. */
const FIRST_KWALLET = [5, 97] as const;

export function isKWalletTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < FIRST_KWALLET[0] || (major === FIRST_KWALLET[0] && minor < FIRST_KWALLET[1]);
}
