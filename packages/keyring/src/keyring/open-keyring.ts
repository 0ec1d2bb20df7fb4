// Opening a keyring, with everything outside memory coming through a host.

import { throwIfAborted } from '../abort.ts';
import { keyringError } from '../errors.ts';
import { schemesOf } from '../schemes/schemes.ts';
import type { BackendSettings } from '../selection/backend-catalogue.ts';
import { canAsk } from '../selection/can-ask.ts';
import { type FoundConfig, readConfig } from '../selection/config.ts';
import { readRemembered, rememberBackend } from '../selection/remembered.ts';
import { closeUnused, type Selection, selectBackend } from '../selection/selection.ts';
import type { KeyringHost } from '../types/host.ts';
import type { FileOptions, OpenKeyringOptions } from '../types/options.ts';
import type { Scheme } from '../types/scheme.ts';
import { checkOpenOptions } from './check-options.ts';
import { Keyring } from './keyring.ts';
import { probeBackend } from './probe.ts';

/** What makes a source of a password of the name of a file. */
export type PasswordFile = (path: string) => NonNullable<FileOptions['password']>;

/** See `openKeyring`. */
export async function openKeyringOn(
  host: KeyringHost,
  options: OpenKeyringOptions,
  passwordFile: PasswordFile,
): Promise<Keyring> {
  const { backend, choice } = await openBackendOn(host, options, passwordFile);
  const { app, group } = options;
  const randomName = (): string => host.randomName();
  const interactive = options.interactive ?? canAsk(host);
  return new Keyring({ backend, choice, app, group, interactive, randomName });
}

/**
 * See `openBackend`.
 *
 * @param excluding - schemes whose items are left alone
 */
export async function openBackendOn(
  host: KeyringHost,
  options: OpenKeyringOptions,
  passwordFile: PasswordFile,
  excluding: readonly Scheme[] = [],
): Promise<Selection> {
  checkOpenOptions(options);
  const { app, group, signal } = options;
  throwIfAborted(signal, 'openKeyring');
  const { policy = 'keyring-only' } = options;
  const config = await foundConfig(host, options);
  const settings = { ...settingsOf(host, options, config, passwordFile), excluding };
  const [writer] = settings.schemes;
  if (group !== undefined && writer?.hasGroup === false) {
    throw keyringError('scheme-has-no-group', `scheme ${writer.name}`);
  }
  const remembered = options.remember === true ? await readRemembered(host, app) : undefined;
  const selection = await selectBackend({
    backend: options.backend,
    config,
    remembered,
    policy,
    settings,
    tryOut: async (backend) => {
      if (options.probe !== true) return;
      const { interactive } = settings;
      const parts = { randomName: () => host.randomName(), app, group };
      await probeBackend(backend, parts, { signal, interactive });
    },
  });
  if (options.remember === true && selection.choice.by === 'priority') {
    try {
      await rememberBackend(host, app, selection.backend.name);
    } catch (error) {
      await closeUnused(selection.backend);
      throw error;
    }
  }
  return selection;
}

/** What the user's own configuration says, of the program that this one is or stands in for. */
export async function foundConfig(
  host: KeyringHost,
  { config }: OpenKeyringOptions,
): Promise<FoundConfig> {
  if (config === 'none') return {};
  if (config !== 'python-keyring') return await readConfig(host);
  return await (await import('../selection/python-config.ts')).readPythonConfig(host);
}

/** Settles every option: the program's word, then the user's, then the default. */
export function settingsOf(
  host: KeyringHost,
  options: OpenKeyringOptions,
  config: FoundConfig,
  passwordFile: PasswordFile,
): BackendSettings {
  const configured = config.file?.passwordFile;
  const password =
    options.file?.password ?? (configured === undefined ? undefined : passwordFile(configured));
  return {
    host,
    schemes: schemesOf(options.scheme ?? config.scheme),
    several: options.several,
    allowForeignWrites: options.allowForeignWrites,
    interactive: options.interactive ?? canAsk(host),
    collection: options.collection ?? config.collection,
    connect: options.connect ?? {},
    file: { ...options.file, path: options.file?.path ?? config.file?.path, password },
    signal: options.signal,
  };
}
