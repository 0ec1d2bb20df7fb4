/**
 * `keywire docker-credential`, and `docker-credential-keywire`: Docker's credential helper. Whatever
 * goes wrong is one line on stdout and exit 1, where Docker looks for it; "not found" is said only
 * of what is certainly not there, because Docker then goes on without credentials.
 */

import {
  DOCKER_LIST_QUERY,
  DOCKER_USAGE,
  DockerMessage,
  dockerAttributes,
  dockerQuery,
  formatDockerCredentials,
  formatDockerList,
  parseDockerStore,
} from '../formats/docker-credential.ts';
import { CliError } from '../output/cli-error.ts';
import { decodeText } from '../output/content.ts';
import { describeFailure } from '../output/describe-failure.ts';
import { Output } from '../output/output.ts';
import { failureLine, oneLine } from '../output/printable.ts';
import type { CommandContext } from '../types/command.ts';
import type { FoundItem, ItemDescription } from '../types/items.ts';
import type { Outcome } from '../types/outcome.ts';

const DONE = 0;
const FAILED = 1;
const MAX_INPUT_BYTES = 1024 * 1024;

/** What a call needs; the program by its own name has no options, and no parsed invocation. */
export interface DockerContext {
  readonly host: CommandContext['host'];
  readonly openKeyring: CommandContext['openKeyring'];
  readonly collection?: string | undefined;
}

export async function dockerCredential(context: CommandContext): Promise<Outcome> {
  const { invocation, host, openKeyring } = context;
  const [action = ''] = invocation.words;
  const collection = invocation.values.get('collection');
  return await runDockerAction(action, { host, openKeyring, collection });
}

/** Never rejects: a failure is an answer to Docker. */
export async function runDockerAction(action: string, context: DockerContext): Promise<Outcome> {
  try {
    switch (action) {
      case 'store':
        return await store(context);
      case 'get':
        return await get(context);
      case 'erase':
        return await erase(context);
      case 'list':
        return await list(context);
      case 'version':
        return answer(`docker-credential-keywire (keywire) ${context.host.version}\n`);
      default:
        return refusal(`docker-credential-keywire: unknown action: ${oneLine(action)}`);
    }
  } catch (error) {
    if (context.host.signal.aborted) throw error;
    const { message, advice } = await describeFailure(error);
    return refusal(failureLine(message, advice));
  }
}

/** What is said to a call with more or fewer words than one, and to one that asks for help. */
export function dockerUsage(isAsked: boolean): Outcome {
  return isAsked ? answer(`${DOCKER_USAGE}\n`) : refusal(DOCKER_USAGE);
}

async function store({ host, openKeyring, collection }: DockerContext): Promise<Outcome> {
  const bytes = await host.readStdin(MAX_INPUT_BYTES);
  const parsed = parseDockerStore(textOf(bytes));
  if (parsed.kind === 'refused') return refusal(parsed.message);
  const { credentials } = parsed;
  const keyring = await openKeyring();
  const secret = new TextEncoder().encode(credentials.secret);
  try {
    // Docker keeps one user a server: an older one would be listed, and could be given. What comes in
    // meanwhile is another login's, and stays: two that deleted each other's would leave none.
    // @rule cli/docker-one-user keywire#docker-credential
    const attributes = dockerQuery(credentials.serverUrl);
    const present = await keyring.describe({ attributes, collection, unlock: true });
    const path = await keyring.store({
      // The helpers that come with Docker list an item by its label.
      label: credentials.serverUrl,
      attributes: dockerAttributes(credentials),
      secret,
      contentType: 'text/plain',
      collection,
    });
    await keyring.delete(present.map((item) => item.path).filter((each) => each !== path));
    return answer('');
  } finally {
    secret.fill(0);
  }
}

async function get(context: DockerContext): Promise<Outcome> {
  const serverUrl = await readServerUrl(context);
  if (serverUrl === '') return refusal(DockerMessage.NO_SERVER_URL);
  const { collection } = context;
  const keyring = await context.openKeyring();
  const attributes = dockerQuery(serverUrl);
  const items = await keyring.search({ attributes, collection, unlock: true });
  try {
    const [item] = newestFirst(items);
    // @rule cli/docker-not-found dockercredential#development
    if (item === undefined) return refusal(DockerMessage.NOT_FOUND);
    if (typeof item.secret === 'string') {
      throw new CliError('withheld', `the keyring does not give the secret: ${item.secret}`);
    }
    const secret = decodeText(item.secret.bytes);
    if (secret === undefined) throw new CliError('withheld', 'the secret is not UTF-8');
    const username = item.attributes.get('username') ?? '';
    return answer(formatDockerCredentials({ serverUrl, username, secret }));
  } finally {
    wipe(items);
  }
}

async function erase(context: DockerContext): Promise<Outcome> {
  const serverUrl = await readServerUrl(context);
  if (serverUrl === '') return refusal(DockerMessage.NO_SERVER_URL);
  const keyring = await context.openKeyring();
  await keyring.clear(dockerQuery(serverUrl), { collection: context.collection });
  return answer('');
}

async function list({ openKeyring, collection }: DockerContext): Promise<Outcome> {
  const keyring = await openKeyring();
  const request = { attributes: DOCKER_LIST_QUERY, collection, unlock: true };
  const items = await keyring.describe(request);
  const accounts = new Map<string, string>();
  for (const { attributes } of [...newestFirst(items)].reverse()) {
    const server = attributes.get('server');
    if (server !== undefined) accounts.set(server, attributes.get('username') ?? '');
  }
  return answer(formatDockerList(accounts));
}

async function readServerUrl({ host }: DockerContext): Promise<string> {
  return textOf(await host.readStdin(MAX_INPUT_BYTES)).trim();
}

/** @throws {@link CliError} with code `usage` */
function textOf(bytes: Uint8Array): string {
  const text = decodeText(bytes);
  bytes.fill(0);
  if (text === undefined) throw new CliError('input-unreadable', 'stdin is not UTF-8');
  return text;
}

function newestFirst<Each extends ItemDescription>(items: readonly Each[]): readonly Each[] {
  return [...items].sort((a, b) => (b.modified ?? 0) - (a.modified ?? 0));
}

function wipe(items: readonly FoundItem[]): void {
  for (const { secret } of items) if (typeof secret !== 'string') secret.bytes.fill(0);
}

function answer(text: string): Outcome {
  return new Output().out(text).finish(DONE);
}

function refusal(text: string): Outcome {
  return new Output().out(`${text}\n`).finish(FAILED);
}
