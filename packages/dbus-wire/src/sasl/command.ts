/**
 * The lines of the authentication protocol as values, so that the state machines never see text.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#auth-protocol
 *
 * Extra words after a complete command are ignored where libdbus ignores them (AGREE_UNIX_FD,
 * BEGIN, CANCEL); a word that is not known is a value of its own, since the protocol goes on.
 */

import { AuthError } from './auth-error.ts';
import { decodeHex, encodeHex, isAsciiText } from './hex.ts';

/** One line, without its CR LF. */
export type SaslCommand =
  | {
      readonly command: 'AUTH';
      readonly mechanism: string | undefined;
      readonly initialResponse: Uint8Array | undefined;
    }
  | { readonly command: 'CANCEL' }
  | { readonly command: 'BEGIN' }
  | { readonly command: 'DATA'; readonly data: Uint8Array }
  | { readonly command: 'ERROR'; readonly text: string }
  | { readonly command: 'NEGOTIATE_UNIX_FD' }
  | { readonly command: 'REJECTED'; readonly mechanisms: readonly string[] }
  | { readonly command: 'OK'; readonly guid: string }
  | { readonly command: 'AGREE_UNIX_FD' }
  | { readonly command: 'unknown'; readonly word: string };

/**
 * Parses one line.
 *
 * @throws {@link AuthError} with code `line-malformed`
 */
export function parseSaslCommand(line: string): SaslCommand {
  // @rule sasl/ascii-only dbus#auth-protocol
  if (!isAsciiText(line)) throw malformed('ASCII text', line);
  const [word, rest] = cutWord(line);
  switch (word) {
    case 'AUTH':
      return parseAuth(rest);
    case 'DATA':
      return { command: 'DATA', data: hexOrThrow(rest) };
    case 'OK':
      // @rule sasl/guid-form dbus#uuids
      if (!/^[0-9a-fA-F]{32}$/.test(rest)) throw malformed('OK and 32 hex digits', line);
      return { command: 'OK', guid: rest.toLowerCase() };
    case 'REJECTED':
      return { command: 'REJECTED', mechanisms: rest.split(' ').filter((name) => name !== '') };
    case 'ERROR':
      return { command: 'ERROR', text: rest };
    case 'CANCEL':
    case 'BEGIN':
    case 'NEGOTIATE_UNIX_FD':
    case 'AGREE_UNIX_FD':
      return { command: word };
    default:
      return { command: 'unknown', word };
  }
}

/** Formats one line, without its CR LF. */
export function formatSaslCommand(value: SaslCommand): string {
  switch (value.command) {
    case 'AUTH': {
      const { mechanism, initialResponse } = value;
      if (mechanism === undefined) return 'AUTH';
      if (initialResponse === undefined) return `AUTH ${mechanism}`;
      return `AUTH ${mechanism} ${encodeHex(initialResponse)}`;
    }
    case 'DATA':
      return value.data.length === 0 ? 'DATA' : `DATA ${encodeHex(value.data)}`;
    case 'OK':
      return `OK ${value.guid}`;
    case 'REJECTED':
      return ['REJECTED', ...value.mechanisms].join(' ');
    case 'ERROR':
      return value.text === '' ? 'ERROR' : `ERROR ${value.text}`;
    case 'unknown':
      return value.word;
    default:
      return value.command;
  }
}

/** Formats commands as the bytes of whole lines. */
export function encodeSaslCommands(commands: readonly SaslCommand[]): Uint8Array {
  return new TextEncoder().encode(
    commands.map((command) => `${formatSaslCommand(command)}\r\n`).join(''),
  );
}

function parseAuth(rest: string): SaslCommand {
  if (rest === '') return { command: 'AUTH', mechanism: undefined, initialResponse: undefined };
  const [mechanism, response] = cutWord(rest);
  const initialResponse = response === '' ? undefined : hexOrThrow(response);
  return { command: 'AUTH', mechanism, initialResponse };
}

/** The first word, and what follows it. */
function cutWord(text: string): [word: string, rest: string] {
  const [word = ''] = text.split(' ', 1);
  return [word, text.slice(word.length).trim()];
}

function hexOrThrow(text: string): Uint8Array {
  // @rule sasl/hex-data dbus#auth-protocol
  const bytes = decodeHex(text);
  if (bytes === undefined) throw malformed('hexadecimal data', text);
  return bytes;
}

/** Says how long the line was, never what it said: it may carry a response. */
function malformed(expected: string, got: string): AuthError {
  return new AuthError(
    'line-malformed',
    `authentication line: expected ${expected}, got ${got.length} characters`,
  );
}
