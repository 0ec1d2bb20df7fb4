// What is here: every backend by priority, how it is, and which one would be taken. Opened one after
// the other and closed again; nothing is stored and nobody is asked.

import { isKeyringError, toKeyringError } from '../errors.ts';
import {
  BACKENDS,
  type BackendSettings,
  backendNamed,
  type CatalogueRow,
} from '../selection/backend-catalogue.ts';
import type { BackendStatus } from '../types/backend.ts';
import type { KeyringHost } from '../types/host.ts';
import type { OpenKeyringOptions } from '../types/options.ts';
import { checkOpenOptions } from './check-options.ts';
import { foundConfig, type PasswordFile, settingsOf } from './open-keyring.ts';

/** One backend as it is now. */
export interface KeyringStatusReport {
  readonly name: string;
  readonly title: string;
  readonly priority: number;
  /** Whether the policy lets it be taken unasked. */
  readonly isAllowed: boolean;
  /** Whether it is the user's choice, by variable or file, or without one the first that serves. */
  readonly isChosen: boolean;
  readonly state: BackendStatus['state'];
  readonly isPersistent: boolean;
  readonly isEncrypted: boolean;
  /** How it is, or why it cannot serve. */
  readonly reason: string;
  /** One line on what to do about it; empty where there is nothing. */
  readonly advice: string;
}

/** See `listBackends`. */
export async function listBackendsOn(
  host: KeyringHost,
  options: OpenKeyringOptions,
  passwordFile: PasswordFile,
): Promise<KeyringStatusReport[]> {
  checkOpenOptions(options);
  const config = await foundConfig(host, options);
  const settings = settingsOf(host, options, config, passwordFile);
  const policy = options.policy ?? 'keyring-only';
  const { backend: configured, backendSource = 'configuration' } = config;
  // A name that is none is told here as it is where passwords are asked for.
  // @rule keyring/listing-knows-the-choice keywire#where-there-is-no-keyring
  if (configured !== undefined) backendNamed(configured, backendSource);
  const reports: KeyringStatusReport[] = [];
  for (const row of BACKENDS) {
    const report = await reportOn(row, settings);
    const isAllowed = row.policies.includes(policy);
    const isFirst = !reports.some((other) => other.isChosen);
    const isNext = isAllowed && isFirst && report.state !== 'unavailable';
    const isChosen = configured === undefined ? isNext : row.name === configured;
    reports.push({ ...report, isAllowed, isChosen });
  }
  return reports;
}

async function reportOn(
  row: CatalogueRow,
  settings: BackendSettings,
): Promise<Omit<KeyringStatusReport, 'isAllowed' | 'isChosen'>> {
  const { name, title, priority } = row;
  try {
    const { description, ...status } = row.describe?.(settings) ?? (await opened(row, settings));
    return { name, title, priority, ...status, reason: description, advice: '' };
  } catch (error) {
    if (isKeyringError(error, 'aborted')) throw error;
    const { message, advice } = toKeyringError(error, name);
    const reason = message;
    const state = 'unavailable';
    const flags = { isPersistent: false, isEncrypted: false };
    return { name, title, priority, state, ...flags, reason, advice };
  }
}

async function opened(row: CatalogueRow, settings: BackendSettings): Promise<BackendStatus> {
  const backend = await row.open(settings);
  try {
    return await backend.status({ signal: settings.signal });
  } finally {
    await backend.close?.();
  }
}
