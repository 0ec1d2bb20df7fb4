/**
 * Git's protocol for credential helpers: lines `key=value` up to a blank line or the end, lists as
 * `key[]=value` where an empty value forgets what came before. Unknown keys are passed over.
 * https://git-scm.com/docs/gitcredential#IOFMT
 * Passwords and tokens stay views of the bytes that were read, so that wiping those wipes all.
 */

import { concatenate } from '../concatenate.ts';
import { usageError } from '../output/cli-error.ts';

const NEWLINE = 0x0a;
const EQUALS = 0x3d;
const NUL = 0;

export interface GitCredential {
  readonly protocol?: string | undefined;
  /** With its port, as git writes it. */
  readonly host?: string | undefined;
  readonly path?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: Uint8Array | undefined;
  /** Seconds since 1970; absent where the password does not expire. */
  readonly passwordExpiryUtc?: number | undefined;
  readonly oauthRefreshToken?: Uint8Array | undefined;
  /** What stands in place of a password: a scheme of HTTP's Authorization header, and its value. */
  readonly authtype?: string | undefined;
  readonly credential?: Uint8Array | undefined;
}

export interface GitRequest extends GitCredential {
  readonly capabilities: ReadonlySet<string>;
  /** Git asks that it is not kept. */
  readonly isEphemeral: boolean;
}

/** @throws {@link CliError} with code `usage`, naming the line and never its content */
export function parseGitRequest(bytes: Uint8Array): GitRequest {
  const fields = new Map<string, Uint8Array>();
  const capabilities = new Set<string>();
  for (const [index, line] of requestLines(bytes).entries()) {
    const equals = line.indexOf(EQUALS);
    if (equals < 0) throw usageError(`git-credential: line ${index + 1} is not key=value`);
    // @rule cli/git-value-bytes gitcredential#IOFMT
    if (line.includes(NUL)) throw usageError(`git-credential: line ${index + 1} holds a NUL`);
    const key = new TextDecoder().decode(line.subarray(0, equals));
    const value = line.subarray(equals + 1);
    if (key !== 'capability[]') fields.set(key, value);
    else if (value.length === 0) capabilities.clear();
    else capabilities.add(textOf(value, key));
  }
  const text = (key: string): string | undefined => {
    const value = fields.get(key);
    return value === undefined ? undefined : textOf(value, key);
  };
  return {
    protocol: text('protocol'),
    host: text('host'),
    path: text('path'),
    username: text('username'),
    password: fields.get('password'),
    passwordExpiryUtc: parseExpiry(text('password_expiry_utc')),
    oauthRefreshToken: fields.get('oauth_refresh_token'),
    authtype: text('authtype'),
    credential: fields.get('credential'),
    capabilities,
    isEphemeral: isTrue(text('ephemeral')),
  };
}

/** Tells at which chunk the blank line comes: whoever asks may keep the pipe open behind it. */
export function blankLineDetector(): (chunk: Uint8Array) => boolean {
  let previous = NEWLINE;
  return (chunk) => {
    for (const byte of chunk) {
      if (byte === NEWLINE && previous === NEWLINE) return true;
      previous = byte;
    }
    return false;
  };
}

/** Git takes what is no number, and 0, for "does not expire"; so do we. */
export function parseExpiry(text: string | undefined): number | undefined {
  const seconds = text !== undefined && /^\d{1,15}$/u.test(text) ? Number(text) : 0;
  return seconds === 0 ? undefined : seconds;
}

/**
 * The lines of an answer, in buffers that the caller wipes; `undefined` where a value cannot be a
 * line: a user name with a newline in it would be a second line, of the keyring's writer's choosing.
 */
// @rule cli/git-no-injection gitcredential#IOFMT
export function formatGitAnswer(answer: GitCredential): Uint8Array | undefined {
  const encoder = new TextEncoder();
  const isHeader = answer.credential !== undefined;
  const fields: readonly (readonly [string, Uint8Array | string | undefined])[] = [
    ['capability[]', isHeader ? 'authtype' : undefined],
    ['authtype', answer.authtype],
    ['credential', answer.credential],
    ['username', answer.username],
    ['password', answer.password],
    ['password_expiry_utc', answer.passwordExpiryUtc?.toString()],
    ['oauth_refresh_token', answer.oauthRefreshToken],
  ];
  const parts: Uint8Array[] = [];
  for (const [key, value] of fields) {
    if (value === undefined) continue;
    const bytes = typeof value === 'string' ? encoder.encode(value) : value;
    if (bytes.includes(NEWLINE) || bytes.includes(NUL)) return undefined;
    parts.push(encoder.encode(`${key}=`), bytes, Uint8Array.of(NEWLINE));
  }
  return concatenate(parts);
}

export function isSameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/** The lines before the blank one. */
function requestLines(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  while (start < bytes.length) {
    const found = bytes.indexOf(NEWLINE, start);
    const end = found < 0 ? bytes.length : found;
    if (end === start) break;
    lines.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

function textOf(value: Uint8Array, key: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    // The decoder's own error says nothing more.
    throw usageError(`git-credential: the value of ${key} is not UTF-8`);
  }
}

function isTrue(text: string | undefined): boolean {
  return text !== undefined && ['1', 'true', 'yes', 'on'].includes(text.toLowerCase());
}
