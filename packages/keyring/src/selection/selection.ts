// Which backend a keyring uses: the program's choice, else the user's (variable, then file), else what
// was remembered, else the first by priority that serves and that the policy allows. Whoever was
// passed over is reported with the reason. A choice is never gone around.

import { chainBackend } from '../backends/chain.ts';
import { checkBackend } from '../entries/caller-options.ts';
import type { KeyringErrorCode } from '../error-table.ts';
import { type BackendReason, isKeyringError, type KeyringError, keyringError } from '../errors.ts';
import type { Backend } from '../types/backend.ts';
import type { Choice, FallbackPolicy } from '../types/choice.ts';
import type { BackendChoice } from '../types/options.ts';
import {
  BACKENDS,
  type BackendSettings,
  backendNamed,
  type CatalogueRow,
} from './backend-catalogue.ts';
import type { FoundConfig } from './config.ts';

export interface SelectionRequest {
  readonly backend: BackendChoice | readonly BackendChoice[] | undefined;
  readonly config: FoundConfig;
  readonly remembered: { readonly backend: string; readonly path: string } | undefined;
  readonly policy: FallbackPolicy;
  readonly settings: BackendSettings;
  /** Tries a backend out; what it throws passes the backend over. */
  readonly tryOut: (backend: Backend) => Promise<void>;
}

/** The backend that was chosen, and how. */
export interface Selection {
  readonly backend: Backend;
  readonly choice: Choice;
}

/**
 * @throws {@link KeyringError} with code `unavailable` when none can serve, `unknown-backend`,
 * `policy-forbids`, or what the chosen backend says
 */
export async function selectBackend(request: SelectionRequest): Promise<Selection> {
  const { backend, config, remembered, policy } = request;
  if (backend !== undefined) {
    const opened = await openChosen(backend, request);
    return { backend: opened, choice: { by: 'option', policy, passedOver: [] } };
  }
  if (config.backend !== undefined) {
    const source = config.backendSource ?? 'configuration';
    const by = source.startsWith('/') ? 'config' : 'environment';
    return named(config.backend, { by, source, policy, passedOver: [] }, request);
  }
  if (remembered !== undefined) {
    const source = remembered.path;
    const choice = { by: 'remembered', source, policy, passedOver: [] } as const;
    return named(remembered.backend, choice, request);
  }
  return byPriority(request);
}

/** Opens one row and tries it out. */
async function openRow(row: CatalogueRow, request: SelectionRequest): Promise<Backend> {
  const backend = await row.open(request.settings);
  try {
    await request.tryOut(backend);
    return backend;
  } catch (error) {
    await closeUnused(backend);
    throw error;
  }
}

/** Closes what was opened for nothing: what went wrong before is what matters. */
export async function closeUnused(backend: Backend): Promise<void> {
  try {
    await backend.close?.();
  } catch {
    // Its caller throws the first fault.
  }
}

async function openChosen(
  chosen: BackendChoice | readonly BackendChoice[],
  request: SelectionRequest,
): Promise<Backend> {
  if (typeof chosen === 'string') return openRow(backendNamed(chosen, 'backend'), request);
  if (!isList(chosen)) {
    checkBackend(chosen);
    await request.tryOut(chosen);
    return chosen;
  }
  const links: Backend[] = [];
  try {
    for (const link of chosen) links.push(await openChosen(link, request));
    return chainBackend(links);
  } catch (error) {
    // One of the program's own is the program's to close.
    for (const link of links) if (!chosen.includes(link)) await closeUnused(link);
    throw error;
  }
}

/** A backend that was named outside the program: never weaker than its policy allows. */
async function named(name: string, choice: Choice, request: SelectionRequest): Promise<Selection> {
  const source = choice.source ?? 'configuration';
  const row = backendNamed(name, source);
  if (name === 'null' || name === 'fail') {
    // Nothing is absent that was only switched off.
    // @rule keyring/disabled-is-unavailable keywire#five-outcomes
    throw keyringError('unavailable', 'keyring', {
      detail: `disabled by ${source}`,
      advice: `take the backend "${name}" out of it`,
    });
  }
  // A user may choose what is encrypted as well; what was remembered is no wish of anyone's.
  // @rule keyring/policy-holds keywire#nothing-weakened
  const isAllowed = row.policies.includes(choice.policy);
  if (!isAllowed && (name === 'plaintext' || choice.by === 'remembered')) {
    throw keyringError('policy-forbids', source);
  }
  return { backend: await openRow(row, request), choice };
}

async function byPriority(request: SelectionRequest): Promise<Selection> {
  const { policy } = request;
  const passedOver: BackendReason[] = [];
  const causes: unknown[] = [];
  for (const row of BACKENDS) {
    if (!row.policies.includes(policy)) continue;
    try {
      const backend = await openRow(row, request);
      return { backend, choice: { by: 'priority', policy, passedOver } };
    } catch (error) {
      if (!isKeyringError(error) || !isPassedOver(error)) throw error;
      passedOver.push({ backend: row.name, reason: error.message, advice: error.advice });
      causes.push(error);
    }
  }
  throw noneServes(passedOver, causes);
}

/**
 * Whether the next backend may be tried. A keyring that is not there, or that cannot be opened here,
 * gives way; a user who said no does not, nor does a wrong password or a broken file: what is in
 * there would seem to be gone.
 */
function isPassedOver(error: KeyringError): boolean {
  // @rule keyring/fall-back-only-when-unusable keywire#nothing-weakened
  return ['unavailable', 'locked'].includes(error.outcome) || GIVE_WAY.has(error.code);
}

/** What a keyring says that is there and of no use. */
const GIVE_WAY: ReadonlySet<KeyringErrorCode> = new Set([
  'denied',
  'failed',
  'invalid-config',
  'no-session',
  'not-supported',
  'protocol',
]);

function noneServes(reasons: readonly BackendReason[], causes: readonly unknown[]): KeyringError {
  const told = reasons.map(({ backend, reason }) => `${backend}: ${reason}`).join('; ');
  const advice = reasons.map((reason) => reason.advice).find((text) => text !== '');
  const cause = causes.length === 1 ? causes[0] : new AggregateError(causes, told);
  return keyringError('unavailable', 'keyring', {
    detail: `no backend can serve (${told})`,
    cause,
    reasons,
    ...(advice === undefined ? {} : { advice }),
  });
}

function isList(
  chosen: BackendChoice | readonly BackendChoice[],
): chosen is readonly BackendChoice[] {
  return Array.isArray(chosen);
}
