/**
 * KeePassXC, headless (Qt's offscreen platform), on a private bus, with a database whose root group
 * is exposed to the Secret Service.
 *
 * - `unlocked`: opened with the password on standard input.
 * - `locked`: the database is there, its password was never given. Unlock, and with
 *   `unlockBeforeSearch` SearchItems too, raises a dialog that nobody sees, and never completes.
 * - `not-exposed`: opened, but no group is exposed, as in a database nobody prepared: there is no
 *   default collection.
 *
 * Ready: the default collection says so. KeePassXC owns its name long before it has opened the
 * database and tells of that by CollectionChanged, so the property is asked after each signal. A
 * database that exposes nothing is shown while it is locked, and withdrawn by CollectionDeleted.
 */
import { Buffer } from 'node:buffer';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PYTHON } from '../requires.ts';
import { runOrThrow } from '../run.ts';
import { READY_TIMEOUT_MS, type Supervised, startSupervised } from '../supervised.ts';
import { pythonScript } from '../workspace.ts';
import type { Bus } from './bus.ts';
import { type Keyring, SECRETS_NAME, SECRETS_PATH, type SeedItem } from './keyring-fixture.ts';
import { withBus } from './with-bus.ts';

export type KeePassXCState = 'unlocked' | 'locked' | 'not-exposed';

/** Text only: what a password field of a database holds. */
export type KeePassXCSeedItem = SeedItem & { readonly secret: string };

export interface KeePassXCOptions {
  /** Default: a private bus, which is then disposed of with the database. On a bus that had one
   * before, that database is opened as it is on disk, and `seed` is not read. */
  readonly bus?: Bus;
  /** Default `unlocked`. */
  readonly state?: KeePassXCState;
  /** Default `correct horse`. */
  readonly password?: string;
  /** Items that are there from the start. */
  readonly seed?: readonly KeePassXCSeedItem[];
  /** Whether each client is asked for before it may read an item, in a dialog that nobody sees;
   * default false. */
  readonly confirmAccess?: boolean;
  /** Whether SearchItems raises the unlock dialog of a locked database; default true, as shipped. */
  readonly unlockBeforeSearch?: boolean;
}

export interface KeePassXC extends Keyring {
  readonly kind: 'keepassxc';
}

const ROOT_GROUP = '6b657977-6972-6520-726f-6f742067726f';

export async function bootKeePassXC(options: KeePassXCOptions = {}): Promise<KeePassXC> {
  const { state = 'unlocked', password = 'correct horse' } = options;
  const { value, release } = await withBus(options.bus, async (bus) => {
    const database = await createDatabase(bus, state, password, options.seed ?? []);
    writeConfig(bus, options);
    return { bus, daemon: await start(bus, state, password, database) };
  });
  const { bus, daemon } = value;
  return {
    kind: 'keepassxc',
    bus,
    pid: daemon.pid,
    env: bus.env,
    peerEnv: bus.env,
    password,
    stderrTail: () => daemon.stderrTail(),
    kill: () => daemon.kill(),
    stop: () => daemon.stop(),
    [Symbol.asyncDispose]: async () => {
      await daemon.kill();
      await release();
    },
  };
}

async function start(
  bus: Bus,
  state: KeePassXCState,
  password: string,
  database: string,
): Promise<Supervised> {
  const ready = state === 'not-exposed' ? await collectionDeleted(bus) : undefined;
  const config = configFile(bus);
  const daemon = startSupervised(
    'keepassxc',
    '/usr/bin/keepassxc',
    ['--config', config, '--localconfig', `${config}.local`]
      .concat(state === 'locked' ? [] : ['--pw-stdin'])
      .concat(database),
    { workspace: bus.workspace, env: offscreen(bus), input: `${password}\n` },
  );
  await daemon.untilReady(ready?.exited ?? waitForLocked(bus, state === 'locked'));
  return daemon;
}

/** Ends when KeePassXC has opened the database and withdrawn it, finding no group to expose. */
async function collectionDeleted({ workspace, env }: Bus): Promise<Supervised> {
  const waiter = startSupervised(
    'await-signal',
    PYTHON,
    ['-I', pythonScript('await_signal'), SECRETS_NAME]
      .concat('org.freedesktop.Secret.Service')
      .concat('CollectionDeleted'),
    { workspace, env },
  );
  await waiter.nextLine();
  return waiter;
}

async function waitForLocked(bus: Bus, isLocked: boolean): Promise<void> {
  await runOrThrow(
    PYTHON,
    ['-I', pythonScript('await_property'), SECRETS_NAME, `${SECRETS_PATH}/aliases/default`]
      .concat('org.freedesktop.Secret.Collection')
      .concat('Locked', String(isLocked)),
    { env: bus.env, timeoutMs: READY_TIMEOUT_MS },
  );
}

async function createDatabase(
  bus: Bus,
  state: KeePassXCState,
  password: string,
  seed: readonly KeePassXCSeedItem[],
): Promise<string> {
  const xml = path.join(bus.workspace.folder, 'keywire.xml');
  const database = path.join(bus.workspace.folder, 'keywire.kdbx');
  if (existsSync(database)) return database;
  writeFileSync(xml, formatDatabase(seed, state !== 'not-exposed'), { mode: 0o600 });
  await runOrThrow(
    '/usr/bin/keepassxc-cli',
    // The least decryption time it takes: what is behind the password is a test's own.
    ['import', '--quiet', '--set-password', '--decryption-time', '100', xml, database],
    { env: offscreen(bus), input: `${password}\n${password}\n` },
  );
  return database;
}

/** KeePass 2 XML, as `keepassxc-cli export` writes it, without what has a default. */
function formatDatabase(seed: readonly KeePassXCSeedItem[], isExposed: boolean): string {
  const exposed = `<CustomData><Item><Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{${ROOT_GROUP}}</Value></Item></CustomData>`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<KeePassFile><Meta><DatabaseName>keywire</DatabaseName>',
    '<RecycleBinEnabled>False</RecycleBinEnabled>',
    isExposed ? exposed : '',
    `</Meta><Root><Group><UUID>${uuidToBase64(ROOT_GROUP)}</UUID><Name>keywire</Name>`,
    ...seed.map(formatEntry),
    '</Group></Root></KeePassFile>',
  ].join('\n');
}

function formatEntry({ label, attributes, secret }: KeePassXCSeedItem): string {
  const strings = Object.entries({ Title: label, ...attributes }).map(
    ([key, value]) =>
      `<String><Key>${escapeXml(key)}</Key><Value>${escapeXml(value)}</Value></String>`,
  );
  const uuid = uuidToBase64(crypto.randomUUID());
  const password = `<String><Key>Password</Key><Value ProtectInMemory="True">${escapeXml(secret)}</Value></String>`;
  return `<Entry><UUID>${uuid}</UUID>${strings.join('')}${password}</Entry>`;
}

function uuidToBase64(uuid: string): string {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function configFile({ env }: Bus): string {
  return path.join(env['XDG_CONFIG_HOME'] ?? '', 'keepassxc', 'keepassxc.ini');
}

function writeConfig(bus: Bus, options: KeePassXCOptions): void {
  // 2.7.4 crashes now and then when a change comes while it saves the one before (quirk P18).
  const { confirmAccess = false, unlockBeforeSearch = true } = options;
  const file = configFile(bus);
  mkdirSync(path.dirname(file), { recursive: true });
  const text = `[General]
ConfigVersion=2
AutoSaveAfterEveryChange=false
SingleInstance=false
RememberLastDatabases=false
OpenPreviousDatabasesOnStartup=false
UpdateCheckMessageShown=true

[GUI]
CheckForUpdates=false

[FdoSecrets]
Enabled=true
ShowNotification=false
ConfirmAccessItem=${confirmAccess}
ConfirmDeleteItem=false
UnlockBeforeSearch=${unlockBeforeSearch}
`;
  writeFileSync(file, text);
}

function offscreen(bus: Bus): Record<string, string> {
  return { ...bus.env, QT_QPA_PLATFORM: 'offscreen' };
}
