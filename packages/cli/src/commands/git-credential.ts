/**
 * `keywire git-credential`, and `git-credential-keywire`: git's credential helper. What git asks for
 * and the keyring does not have is answered with nothing and exit 0: git then asks the next helper,
 * or its user.
 */

import { ExitCode } from '../exit-code.ts';
import {
  blankLineDetector,
  formatGitAnswer,
  type GitCredential,
  type GitRequest,
  isSameBytes,
  parseGitRequest,
} from '../formats/git-credential.ts';
import {
  encodeGitSecret,
  type GitItemKind,
  gitAttributes,
  gitCredentialOf,
  gitLabel,
  gitQuery,
  isForHost,
  isGivable,
  isSameCredential,
} from '../formats/git-credential-items.ts';
import { CliError, usageError } from '../output/cli-error.ts';
import { describeFailure } from '../output/describe-failure.ts';
import { Output } from '../output/output.ts';
import type { CommandContext } from '../types/command.ts';
import type { Attributes, FoundItem, ItemDescription } from '../types/items.ts';
import type { Keyring } from '../types/keyring.ts';
import type { Outcome } from '../types/outcome.ts';

/** What git itself takes for the lines of one credential is far below. */
const MAX_REQUEST_BYTES = 1024 * 1024;

const KINDS: readonly GitItemKind[] = ['password', 'header'];

export async function gitCredential(context: CommandContext): Promise<Outcome> {
  const [name = ''] = context.invocation.words;
  if (name === 'capability') return new Output().out('version 0\ncapability authtype\n').finish();
  const operation = OPERATIONS.get(name);
  // @rule cli/git-unknown-operation gitcredentials#_custom_helpers
  if (operation === undefined) return new Output().finish();
  const bytes = await context.host.readStdin(MAX_REQUEST_BYTES, blankLineDetector());
  try {
    return await operation(parseGitRequest(bytes), context);
  } finally {
    bytes.fill(0);
  }
}

type Operation = (request: GitRequest, context: CommandContext) => Promise<Outcome>;

const OPERATIONS: ReadonlyMap<string, Operation> = new Map([
  ['get', get],
  ['store', store],
  ['erase', erase],
]);

interface Candidate {
  readonly path: string;
  readonly kind: GitItemKind;
  readonly attributes: Attributes;
  readonly modified: number;
  readonly credential: GitCredential;
  readonly secret: Uint8Array;
}

async function get(request: GitRequest, context: CommandContext): Promise<Outcome> {
  requireProtocol(request);
  const isAsked = (kind: GitItemKind): boolean =>
    kind === 'password' || request.capabilities.has('authtype');
  const keyring = await context.openKeyring();
  const found = await findAll(keyring, request, KINDS.filter(isAsked), context);
  try {
    for (const { credential, attributes, kind } of found) {
      if (!isGivable(attributes, request, kind)) continue;
      // @rule cli/git-expired gitcredential#IOFMT
      if (isExpired(credential, context)) continue;
      const answer = formatGitAnswer(credential);
      if (answer !== undefined) return new Output().out(answer).finish();
    }
    return new Output().finish();
  } finally {
    for (const { secret } of found) secret.fill(0);
  }
}

async function store(request: GitRequest, context: CommandContext): Promise<Outcome> {
  requireProtocol(request);
  const kind = storableKind(request);
  if (kind === undefined || request.isEphemeral || isExpired(request, context)) {
    return new Output().finish();
  }
  const keyring = await context.openKeyring();
  const collection = context.invocation.values.get('collection');
  const present = await findSame(keyring, request, { kind, collection });
  const attributes = gitAttributes(request, kind, present[0]?.attributes);
  const secret = encodeGitSecret(request, kind);
  try {
    const label = gitLabel(request);
    const contentType = 'text/plain';
    const path = await keyring.store({ label, attributes, secret, contentType, collection });
    // An older one for the very same credential could be given in its place.
    await keyring.delete(present.map((item) => item.path).filter((each) => each !== path));
    return new Output().finish();
  } finally {
    secret.fill(0);
  }
}

/** The items that hold this very credential, newest first; what is locked is left alone. */
async function findSame(
  keyring: Keyring,
  request: GitRequest,
  { kind, collection }: { kind: GitItemKind; collection: string | undefined },
): Promise<readonly ItemDescription[]> {
  const attributes = gitQuery(request, kind);
  let items: readonly ItemDescription[];
  try {
    items = await keyring.describe({ attributes, collection, unlock: false });
  } catch (error) {
    // Storing opens what it stores in; another collection needs no prompt for that.
    if ((await describeFailure(error)).code === ExitCode.LOCKED) return [];
    throw error;
  }
  return items
    .filter((item) => isSameCredential(item.attributes, attributes, kind))
    .sort((a, b) => (b.modified ?? 0) - (a.modified ?? 0));
}

async function erase(request: GitRequest, context: CommandContext): Promise<Outcome> {
  // An empty description matches every credential: sent by accident it would delete all of them.
  // @rule cli/git-empty-erase gitcredential#IOFMT
  if (![request.protocol, request.host, request.path, request.username].some(Boolean)) {
    throw usageError('git-credential: erase needs at least one of protocol, host, path, username');
  }
  const keyring = await context.openKeyring();
  const found = await findAll(keyring, request, KINDS, context);
  try {
    // @rule cli/git-erase-compares gitcredential#IOFMT
    const doomed = found.filter((each) => isMeant(each, request));
    await keyring.delete(doomed.map(({ path }) => path));
    return new Output().finish();
  } finally {
    for (const { secret } of found) secret.fill(0);
  }
}

/** Where the request carries a password or a token, only the item that holds it is meant. */
function isMeant({ credential }: Candidate, request: GitRequest): boolean {
  const { password, credential: token } = request;
  if (password === undefined && token === undefined) return true;
  const isPassword =
    password !== undefined &&
    credential.password !== undefined &&
    isSameBytes(password, credential.password);
  const isToken =
    token !== undefined &&
    credential.credential !== undefined &&
    isSameBytes(token, credential.credential);
  return isPassword || isToken;
}

/** Every credential that matches, newest first, its secret in a buffer to be wiped. */
async function findAll(
  keyring: Keyring,
  request: GitRequest,
  kinds: readonly GitItemKind[],
  { invocation }: CommandContext,
): Promise<readonly Candidate[]> {
  const collection = invocation.values.get('collection');
  const searched = await Promise.allSettled(
    kinds.map(async (kind) => {
      const attributes = gitQuery(request, kind);
      const items = await keyring.search({ attributes, collection, unlock: true });
      return items.map((item) => ({ item, kind }));
    }),
  );
  const all = searched.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  const failed = searched.find((each) => each.status === 'rejected');
  if (failed !== undefined) {
    // @rule cli/unused-secrets-are-wiped keywire#limits
    for (const each of all) wipe(each.item);
    throw failed.reason;
  }
  const matching = all.filter(({ item, kind }) => isForHost(item.attributes, request, kind));
  for (const each of all) if (!matching.includes(each)) wipe(each.item);
  const found: Candidate[] = [];
  for (const { item, kind } of matching) {
    const { path, attributes, modified = 0, secret } = item;
    if (typeof secret === 'string') continue;
    const credential = gitCredentialOf(attributes, secret.bytes, kind);
    found.push({ path, kind, attributes, modified, credential, secret: secret.bytes });
  }
  if (found.length === 0 && matching.length > 0) {
    throw new CliError('withheld', 'git-credential: the keyring does not give the secret');
  }
  return found.sort((a, b) => b.modified - a.modified);
}

function wipe({ secret }: FoundItem): void {
  if (typeof secret !== 'string') secret.bytes.fill(0);
}

function requireProtocol({ protocol, host, path }: GitRequest): void {
  if (protocol === undefined || (host === undefined && path === undefined)) {
    throw usageError('git-credential: protocol=… and host=… are needed on stdin, a line each');
  }
}

/** What there is to store; git itself stores nothing that has no user and no password. */
function storableKind(request: GitRequest): GitItemKind | undefined {
  const { username, password, credential, authtype, capabilities } = request;
  if (credential !== undefined && authtype !== undefined && capabilities.has('authtype')) {
    return 'header';
  }
  return username !== undefined && password !== undefined ? 'password' : undefined;
}

function isExpired({ passwordExpiryUtc }: GitCredential, { host }: CommandContext): boolean {
  return passwordExpiryUtc !== undefined && passwordExpiryUtc * 1000 < host.now();
}
