/**
 * Docker's protocol for credential helpers: one word says what to do, stdin holds JSON or a URL, and
 * what Docker is told, an error included, is on stdout.
 * https://github.com/docker/docker-credential-helpers#development
 * Texts are those that Docker compares with, JSON is written as Go's encoder writes it.
 */
import type { Attributes } from '../types/items.ts';

export const DockerMessage = {
  NOT_FOUND: 'credentials not found in native keychain',
  NO_SERVER_URL: 'no credentials server URL',
  NO_USERNAME: 'no credentials username',
} as const;

export const DOCKER_USAGE = 'Usage: docker-credential-keywire <store|get|erase|list|version>';

/** docker-credential-secretservice looks for all of these, or for the last two. */
const LABEL = 'Docker Credentials';
const SCHEMA = 'io.docker.Credentials';
const CLI = '1';

export interface DockerCredentials {
  readonly serverUrl: string;
  readonly username: string;
  readonly secret: string;
}

/** What Docker sends to `store`, or what to answer in its place. */
export type ParsedStore =
  | { readonly kind: 'credentials'; readonly credentials: DockerCredentials }
  | { readonly kind: 'refused'; readonly message: string };

export function parseDockerStore(text: string): ParsedStore {
  const parsed = parseJson(text);
  if (parsed === undefined) return refused('expected JSON with ServerURL, Username and Secret');
  const field = (name: string): string | undefined => {
    const value = parsed.get(name.toLowerCase()) ?? '';
    return typeof value === 'string' ? value : undefined;
  };
  const [serverUrl, username, secret] = [field('ServerURL'), field('Username'), field('Secret')];
  if (serverUrl === undefined || username === undefined || secret === undefined) {
    return refused('expected ServerURL, Username and Secret to be strings');
  }
  if (serverUrl === '') return refused(DockerMessage.NO_SERVER_URL);
  if (username === '') return refused(DockerMessage.NO_USERNAME);
  return { kind: 'credentials', credentials: { serverUrl, username, secret } };
}

export function formatDockerCredentials(credentials: DockerCredentials): string {
  const { serverUrl: ServerURL, username: Username, secret: Secret } = credentials;
  return goJsonLine({ ServerURL, Username, Secret });
}

/** URL → user name, sorted by URL as Go sorts the keys of a map. */
export function formatDockerList(accounts: ReadonlyMap<string, string>): string {
  const encoder = new TextEncoder();
  const sorted = [...accounts].sort(([a], [b]) =>
    compareBytes(encoder.encode(a), encoder.encode(b)),
  );
  const members = sorted.map(([url, user]) => `${goJson(url)}:${goJson(user)}`);
  return `{${members.join(',')}}\n`;
}

/** What finds the credentials of a server, whoever stored them. */
export function dockerQuery(serverUrl: string): Attributes {
  return new Map([
    ['server', serverUrl],
    ['docker_cli', CLI],
  ]);
}

/** What finds all of them. */
export const DOCKER_LIST_QUERY: Attributes = new Map([['label', LABEL]]);

export function dockerAttributes({ serverUrl, username }: DockerCredentials): Attributes {
  return new Map([
    ['label', LABEL],
    ['server', serverUrl],
    ['username', username],
    ['docker_cli', CLI],
    ['xdg:schema', SCHEMA],
  ]);
}

/**
 * The members of a JSON object by their names in lower case: Go matches names so. What follows the
 * first value is nobody's business there, and here an error.
 */
function parseJson(text: string): ReadonlyMap<string, unknown> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Its message would quote what it read, and that holds a secret.
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value).map(([name, each]) => [name.toLowerCase(), each]));
}

function refused(message: string): ParsedStore {
  return { kind: 'refused', message };
}

function goJsonLine(value: unknown): string {
  return `${goJson(value)}\n`;
}

/** Go's encoder keeps its output safe inside HTML: a user named `<token>` becomes `\u003ctoken\u003e`. */
function goJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1);
}
