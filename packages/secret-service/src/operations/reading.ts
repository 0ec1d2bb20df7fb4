// Reading secrets, one or many, with a status of its own for each. `Locked` is read in the same
// flight as a single secret, because a daemon may give out an empty one for a locked item; of many,
// it is read afterwards for those that came back empty or not at all.
// https://specifications.freedesktop.org/secret-service/latest/ (Transfer of Secrets)

import type { Message } from '@keywire/dbus-wire';
import {
  isSecretServiceError,
  type SecretServiceError,
  secretServiceError,
} from '../errors/errors.ts';
import { MAX_SECRETS_A_CALL } from '../limits.ts';
import type { CallSpec } from '../protocol/calls.ts';
import * as calls from '../protocol/calls.ts';
import { readSecret, readSecrets, type SecretStruct } from '../protocol/replies.ts';
import type { Secret } from '../secrets/secret.ts';
import type { Session } from '../secrets/session.ts';
import type { OperationOptions, ServiceContext } from './context.ts';
import { readLocked } from './properties.ts';

/** What came of reading one secret of many. */
export type SecretResult =
  | { readonly status: 'ok'; readonly secret: Secret }
  | {
      readonly status: 'locked' | 'not-found' | 'denied' | 'failed';
      readonly error: SecretServiceError;
    };

/**
 * Reads the secret of one item through `Service.GetSecrets`: two calls in one flight.
 *
 * @throws {@link LockedError}, {@link ItemNotFoundError}, {@link AccessDeniedError} and the rest.
 */
export async function readOneSecret(
  context: ServiceContext,
  path: string,
  options: OperationOptions,
): Promise<Secret> {
  return secretOf(
    await context.sessions.use(async (session) => {
      const structs = callFor(context, calls.getSecrets([path], session.path), session, options);
      const replies = Promise.allSettled([structs, locked(context, path, options)]);
      const [reply, isLocked] = await derivingMeanwhile(session, replies);
      if (reply.status === 'fulfilled') {
        const struct = readSecrets(reply.value, 'Service.GetSecrets').get(path);
        return judge(context, path, session, struct, isLocked, options);
      }
      if (!isPerItem(reply.reason)) throw reply.reason;
      // The bulk call may fail for a reason that only the single one tells.
      return readSingly(context, path, session, options);
    }, options.signal),
  );
}

/** Reads the secret of one item through `Item.GetSecret`: two calls in one flight. */
export async function readItemSecret(
  context: ServiceContext,
  path: string,
  options: OperationOptions,
): Promise<Secret> {
  return secretOf(
    await context.sessions.use(
      (session) => readSingly(context, path, session, options),
      options.signal,
    ),
  );
}

/** Reads many secrets; each has its own status, and one bad item spoils none of the others. */
export async function readManySecrets(
  context: ServiceContext,
  wanted: readonly string[],
  options: OperationOptions,
): Promise<Map<string, SecretResult>> {
  // What is taken out of a reply is wiped there, so each is taken out once.
  const paths = [...new Set(wanted)];
  if (paths.length === 0) return new Map();
  let mayBeSession = true;
  return context.sessions.use(async (session) => {
    const batches = await readBatches(context, paths, session, options);
    const results = await allOrNone(
      batches.flatMap(({ asked, structs }) =>
        asked.map((path) =>
          structs === undefined
            ? readSingly(context, path, session, options)
            : judgeLater(context, path, session, structs.get(path), options),
        ),
      ),
    );
    // One that decrypts clears the session; if none does, it is the session's fault, or every one's.
    const failed = results.find(isUndecryptable);
    if (mayBeSession && failed !== undefined && !results.some(isOk)) {
      mayBeSession = false;
      throw failed.error;
    }
    return new Map(paths.map((path, index) => [path, results[index] ?? missing()]));
  }, options.signal);
}

/** What one of several calls asked for, and what came; undefined where it failed for one of them. */
interface Batch {
  readonly asked: readonly string[];
  readonly structs: ReadonlyMap<string, SecretStruct> | undefined;
}

/** Asks for many secrets in as many calls as it takes, in one flight. */
async function readBatches(
  context: ServiceContext,
  paths: readonly string[],
  session: Session,
  options: OperationOptions,
): Promise<Batch[]> {
  const read = async (asked: readonly string[]): Promise<Batch> => {
    try {
      const reply = await callFor(context, calls.getSecrets(asked, session.path), session, options);
      return { asked, structs: readSecrets(reply, 'Service.GetSecrets') };
    } catch (error) {
      // @rule secret/bulk-falls-back quirk#K9
      if (isPerItem(error)) return { asked, structs: undefined };
      throw error;
    }
  };
  const pending: Promise<Batch>[] = [];
  // @rule secret/bounded-bulk quirk#G16
  for (let at = 0; at < paths.length; at += MAX_SECRETS_A_CALL) {
    pending.push(read(paths.slice(at, at + MAX_SECRETS_A_CALL)));
  }
  const settled = await derivingMeanwhile(session, Promise.allSettled(pending));
  const batches = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  if (batches.length === settled.length) return batches;
  // In a plain session these are the secrets themselves, and nobody will take them out.
  for (const { structs } of batches) for (const { value } of structs?.values() ?? []) value.fill(0);
  return Promise.all(pending);
}

/**
 * Waits for all, and takes not decrypting as a status. If one of them throws, the secrets of the
 * others are wiped, for nobody gets them.
 */
async function allOrNone(reads: readonly Promise<SecretResult>[]): Promise<SecretResult[]> {
  const pending = reads.map((read) => read.catch(undecryptable));
  const settled = await Promise.allSettled(pending);
  const results = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  if (results.length === settled.length) return results;
  for (const result of results) if (result.status === 'ok') result.secret.dispose();
  return Promise.all(pending);
}

function undecryptable(error: unknown): SecretResult {
  if (isSecretServiceError(error, 'decrypt-failed')) return failure(error);
  throw error;
}

function isUndecryptable(result: SecretResult): result is Exclude<SecretResult, { status: 'ok' }> {
  return result.status === 'failed' && result.error.code === 'decrypt-failed';
}

function isOk(result: SecretResult): boolean {
  return result.status === 'ok';
}

/** Whether an error is about an item, so that it says nothing about the others. */
function isPerItem(error: unknown): boolean {
  return (
    isSecretServiceError(error, 'not-found') ||
    isSecretServiceError(error, 'denied') ||
    isSecretServiceError(error, 'locked') ||
    isSecretServiceError(error, 'failed')
  );
}

async function readSingly(
  context: ServiceContext,
  path: string,
  session: Session,
  options: OperationOptions,
): Promise<SecretResult> {
  const call = callFor(context, calls.getSecret(path, session.path), session, options);
  const replies = Promise.allSettled([call, locked(context, path, options)]);
  const [reply, isLocked] = await derivingMeanwhile(session, replies);
  if (reply.status === 'fulfilled') {
    const struct = readSecret(reply.value, 'Item.GetSecret');
    return judge(context, path, session, struct, isLocked, options);
  }
  if (!isPerItem(reply.reason)) throw reply.reason;
  if (!isSecretServiceError(reply.reason, 'not-found')) return failure(reply.reason);
  return notThere(context, path, options);
}

/** Waits for replies, and has the key derived by then. */
async function derivingMeanwhile<T>(session: Session, replies: Promise<T>): Promise<T> {
  // What was called in this turn is written at its end: now, and not after a millisecond of powers.
  await undefined;
  session.prepareKey();
  return replies;
}

/** Asks whether it is locked only where nothing came, or what came is empty. */
async function judgeLater(
  context: ServiceContext,
  path: string,
  session: Session,
  struct: SecretStruct | undefined,
  options: OperationOptions,
): Promise<SecretResult> {
  if (struct !== undefined && struct.value.length > 0) {
    const result = await opened(session, struct);
    if (result.secret.bytes.length > 0) return result;
  }
  const [isLocked] = await Promise.allSettled([locked(context, path, options)]);
  return judge(context, path, session, struct, isLocked, options);
}

/** Weighs what came for an item against whether it is locked. */
async function judge(
  context: ServiceContext,
  path: string,
  session: Session,
  struct: SecretStruct | undefined,
  isLocked: PromiseSettledResult<boolean>,
  options: OperationOptions,
): Promise<SecretResult> {
  if (isLocked.status === 'rejected') {
    if (!isSecretServiceError(isLocked.reason, 'not-found')) {
      // Nobody will take it out: in a plain session it is the secret itself.
      struct?.value.fill(0);
      throw isLocked.reason;
    }
    if (struct === undefined) return notThere(context, path, options);
    return opened(session, struct);
  }
  // @rule secret/dropped-has-status quirk#G11
  if (struct === undefined) {
    if (isLocked.value) return failure(await lockedError(context, options));
    // It is there, and was left out of many: why, only the single call tells. It may be denied.
    return readSingly(context, path, session, options);
  }
  // @rule secret/empty-locked-is-locked quirk#K1
  if (isLocked.value && struct.value.length === 0)
    return failure(await lockedError(context, options));
  const secret = await session.open(struct);
  if (!isLocked.value || secret.bytes.length > 0) return { status: 'ok', secret };
  return failure(await lockedError(context, options));
}

async function opened(
  session: Session,
  struct: SecretStruct,
): Promise<Extract<SecretResult, { status: 'ok' }>> {
  return { status: 'ok', secret: await session.open(struct) };
}

async function notThere(
  context: ServiceContext,
  path: string,
  options: OperationOptions,
): Promise<SecretResult> {
  const isHidden = await context.isHidden(path, { signal: options.signal });
  return isHidden ? failure(await lockedError(context, options)) : missing();
}

function missing(): SecretResult {
  return failure(secretServiceError('not-found', 'Item'));
}

async function lockedError(
  context: ServiceContext,
  options: OperationOptions,
): Promise<SecretServiceError> {
  const { unlockAdvice: advice } = await context.profile(options);
  return secretServiceError('locked', 'Item', { advice });
}

function failure(error: unknown): SecretResult {
  if (!isSecretServiceError(error)) throw error;
  const { code } = error;
  const status = code === 'locked' || code === 'not-found' || code === 'denied' ? code : 'failed';
  return { status, error };
}

function secretOf(result: SecretResult): Secret {
  if (result.status === 'ok') return result.secret;
  throw result.error;
}

function callFor(
  context: ServiceContext,
  spec: CallSpec,
  session: Session,
  options: OperationOptions,
): Promise<Message> {
  return context.peer.call(spec, { signal: options.signal, origin: session.origin });
}

function locked(
  context: ServiceContext,
  path: string,
  options: OperationOptions,
): Promise<boolean> {
  return readLocked(context.peer, path, 'item', { signal: options.signal });
}
