/**
 * How git's credentials lie in a keyring: as git-credential-libsecret keeps them, so that either
 * helper reads what the other stored. Attributes `user`, `protocol`, `server`, `port`, `object`; the
 * secret is the password, and lines behind it for what newer helpers know.
 * What stands in place of a password (`authtype`) has attributes of its own: a helper that does not
 * know it must not take it for an empty password.
 */

import { concatenate } from '../concatenate.ts';
import { usageError } from '../output/cli-error.ts';
import type { Attributes } from '../types/items.ts';
import { type GitCredential, parseExpiry } from './git-credential.ts';

const SCHEMA = 'xdg:schema';
const NEWLINE = 0x0a;
const MAX_PORT = 65_535;

/** Which of the two kinds an item is; each has names of its own for the same fields. */
export type GitItemKind = 'password' | 'header';

interface Names {
  readonly schema: string;
  readonly user: string;
  readonly protocol: string;
  readonly server: string;
  readonly port: string;
  readonly object: string;
}

const NAMES: Readonly<Record<GitItemKind, Names>> = {
  password: {
    schema: 'org.git.Password',
    user: 'user',
    protocol: 'protocol',
    server: 'server',
    port: 'port',
    object: 'object',
  },
  header: {
    schema: 'org.keywire.git.Header',
    user: 'git-user',
    protocol: 'git-protocol',
    server: 'git-server',
    port: 'git-port',
    object: 'git-object',
  },
};

/** What finds the items of a request. Of the schema nothing is asked: older helpers wrote another. */
export function gitQuery(request: GitCredential, kind: GitItemKind): Attributes {
  const names = NAMES[kind];
  const { server, port } = splitHost(request.host);
  return withoutUndefined([
    [names.user, request.username],
    [names.protocol, request.protocol],
    [names.server, server],
    [names.port, port],
    [names.object, request.path],
  ]);
}

/**
 * The attributes of an item to be stored. One that another helper made keeps its schema: older ones
 * find no other.
 */
export function gitAttributes(
  credential: GitCredential,
  kind: GitItemKind,
  present?: Attributes,
): Attributes {
  const schema = present?.get(SCHEMA) ?? NAMES[kind].schema;
  return new Map([...gitQuery(credential, kind), [SCHEMA, schema]]);
}

export function gitLabel({ protocol = '', host = '', path = '' }: GitCredential): string {
  return `Git: ${protocol}://${host}/${path}`;
}

/**
 * Whether an item that has the attributes of a query is for that host: a query without a port
 * matches every port, and another port is another server.
 */
// @rule cli/git-port keywire#git-credential
export function isForHost(item: Attributes, request: GitCredential, kind: GitItemKind): boolean {
  if (request.host === undefined) return true;
  const stored = item.get(NAMES[kind].port) ?? '';
  return normalPort(stored) === splitHost(request.host).port;
}

/**
 * Whether a request may be given a credential: one that names no host is answered with what is of no
 * host. Attributes that are not asked for match everything, and a URL without a host would get the
 * password of any.
 */
// @rule cli/git-no-host-no-secret gitcredential#IOFMT
export function isGivable(item: Attributes, request: GitCredential, kind: GitItemKind): boolean {
  return request.host !== undefined || (item.get(NAMES[kind].server) ?? '') === '';
}

/** Whether two attribute sets are the same credential, whatever schema they carry. */
export function isSameCredential(a: Attributes, b: Attributes, kind: GitItemKind): boolean {
  const { schema: _, ...names } = NAMES[kind];
  return Object.values(names).every((name) => a.get(name) === b.get(name));
}

/** The secret of an item, in a buffer of its own that the caller wipes. */
export function encodeGitSecret(credential: GitCredential, kind: GitItemKind): Uint8Array {
  const { authtype, passwordExpiryUtc: expiry, oauthRefreshToken } = credential;
  const encoder = new TextEncoder();
  const isHeader = kind === 'header';
  const secret = isHeader ? credential.credential : credential.password;
  const parts: Uint8Array[] = [secret ?? new Uint8Array()];
  if (isHeader) parts.push(encoder.encode(`\nauthtype=${authtype ?? ''}`));
  if (expiry !== undefined) parts.push(encoder.encode(`\npassword_expiry_utc=${expiry}`));
  if (oauthRefreshToken !== undefined) {
    parts.push(encoder.encode('\noauth_refresh_token='), oauthRefreshToken);
  }
  return concatenate(parts);
}

/** An item as a credential; passwords are views of `secret`. */
export function gitCredentialOf(
  attributes: Attributes,
  secret: Uint8Array,
  kind: GitItemKind,
): GitCredential {
  const [first = secret, ...rest] = splitLines(secret);
  const field = (key: string): Uint8Array | undefined => {
    const line = rest.find((each) => startsWith(each, `${key}=`));
    return line?.subarray(key.length + 1);
  };
  const decoder = new TextDecoder();
  const expiry = field('password_expiry_utc');
  const common = {
    username: attributes.get(NAMES[kind].user),
    passwordExpiryUtc: parseExpiry(expiry && decoder.decode(expiry)),
    oauthRefreshToken: field('oauth_refresh_token'),
  };
  if (kind === 'password') return { ...common, password: first };
  const authtype = field('authtype');
  return { ...common, credential: first, authtype: authtype && decoder.decode(authtype) };
}

function splitHost(host: string | undefined): {
  readonly server?: string | undefined;
  readonly port?: string | undefined;
} {
  if (host === undefined) return {};
  // The colons of `[::1]` are no port's.
  const match = /^(.*):(\d*)$/su.exec(host);
  const [, server = '', port = ''] = match ?? [];
  if (match === null) return { server: host };
  if (Number(port) > MAX_PORT) throw usageError(`git-credential: a port is at most ${MAX_PORT}`);
  return { server, port: normalPort(port) };
}

/** Decimal without leading zeros; none for the empty one and for 0. */
function normalPort(port: string): string | undefined {
  const number = Number(port);
  return number === 0 ? undefined : String(number);
}

function withoutUndefined(
  entries: readonly (readonly [string, string | undefined])[],
): Map<string, string> {
  return new Map(
    entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}

function splitLines(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end < 0) return [...lines, bytes.subarray(start)];
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
}

function startsWith(line: Uint8Array, prefix: string): boolean {
  return (
    line.length >= prefix.length &&
    new TextDecoder('latin1').decode(line.subarray(0, prefix.length)) === prefix
  );
}
