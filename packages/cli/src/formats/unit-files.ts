/**
 * The files that have a session start `keywire serve --bus` by itself: a systemd user unit and a
 * D-Bus service file.
 * https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html#Command%20lines
 * https://dbus.freedesktop.org/doc/dbus-specification.html#message-bus-starting-services
 */

const SERVICE_NAME = 'org.freedesktop.secrets';

/** Where systemd puts what LoadCredential names: a file that only this service can read. */
const SEED_CREDENTIAL = 'seed.json';
const PASSWORD_CREDENTIAL = 'password';

export interface ServedCommand {
  /** The words that start `keywire`. */
  readonly program: readonly string[];
  /** The options of `serve`, without --seed and --password-file. */
  readonly options: readonly string[];
  /** The absolute path of the seed. */
  readonly seedFile: string | undefined;
  /** The absolute path of the store's password. */
  readonly passwordFile?: string | undefined;
}

/**
 * What makes a word one that neither file can hold; `undefined` where there is none. For systemd a
 * carriage return ends a line as well, and what comes behind it would be a setting of its own; a
 * credential's path is taken as it stands, up to a backslash that draws the next line to it.
 */
// @rule cli/unit-lines-are-ours keywire#serve
export function unfitWord(served: ServedCommand): string | undefined {
  const { program, options, seedFile, passwordFile } = served;
  const paths = [seedFile, passwordFile].filter((path) => path !== undefined);
  if ([...program, ...options, ...paths].some((word) => /\p{Cc}/u.test(word))) {
    return 'a line break or another control character';
  }
  if (paths.some((path) => path.endsWith('\\'))) return 'a path that ends in a backslash';
  return paths.some((path) => path !== path.trim()) ? 'a path that ends in a space' : undefined;
}

export function systemdUnit(served: ServedCommand): string {
  const { program, options, seedFile, passwordFile } = served;
  const words = [...program, 'serve', '--bus', ...options].map(systemdWord);
  const credential: string[] = [];
  if (seedFile !== undefined) {
    words.push(`--seed=%d/${SEED_CREDENTIAL}`);
    credential.push(`LoadCredential=${SEED_CREDENTIAL}:${seedFile.replaceAll('%', '%%')}`);
  }
  if (passwordFile !== undefined) {
    words.push(`--password-credential=${PASSWORD_CREDENTIAL}`);
    credential.push(`LoadCredential=${PASSWORD_CREDENTIAL}:${passwordFile.replaceAll('%', '%%')}`);
  }
  return lines(
    '# ~/.config/systemd/user/keywire.service',
    '[Unit]',
    'Description=Secret Service (keywire serve)',
    '',
    '[Service]',
    'Type=dbus',
    `BusName=${SERVICE_NAME}`,
    `ExecStart=${words.join(' ')}`,
    ...credential,
    '# A core dump would hold every secret.',
    'LimitCORE=0',
    'NoNewPrivileges=yes',
    '',
    '[Install]',
    'WantedBy=default.target',
  );
}

export function activationFile(served: ServedCommand): string {
  const { program, options, seedFile, passwordFile } = served;
  const words = [...program, 'serve', '--bus', ...options];
  if (seedFile !== undefined) words.push(`--seed=${seedFile}`);
  if (passwordFile !== undefined) words.push(`--password-file=${passwordFile}`);
  return lines(
    `# ~/.local/share/dbus-1/services/${SERVICE_NAME}.service`,
    '[D-BUS Service]',
    `Name=${SERVICE_NAME}`,
    `Exec=${words.map(activationWord).join(' ')}`,
  );
}

const PLAIN_WORD = /^[\w@+=:,./-]+$/u;

/** In a unit `%` and `$` are expanded even between quotes. */
function systemdWord(word: string): string {
  const escaped = word.replaceAll(/[\\"]/gu, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return PLAIN_WORD.test(word) ? word : `"${escaped}"`;
}

/** The value is unescaped as in a desktop file before it is split as a shell would. */
function activationWord(word: string): string {
  if (PLAIN_WORD.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`.replaceAll('\\', '\\\\');
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
