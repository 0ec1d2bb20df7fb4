/**
 * Which attributes a program writes beside a secret, and by which it finds it again. A scheme is a
 * value: readers take a list of them, a writer exactly one.
 */
import type { EntryFilter, EntryKey } from './backend.ts';

/** The row that describes a scheme: plain data. */
export interface SchemeRow {
  readonly name: string;
  /** Whose items these are. */
  readonly title: string;
  /** The `xdg:schema` of its items. Default: `org.freedesktop.Secret.Generic`. */
  readonly schema?: string;
  /** What else its items have there, written by other releases. */
  readonly otherSchemas?: readonly string[];
  /** The attribute that holds the service; `xdg:schema` where its programs file by that. */
  readonly service?: string;
  /** The one service of all its entries, where no attribute holds it. */
  readonly fixedService?: string;
  /** The attribute that holds the username. Default: there is none, and it is empty. */
  readonly username?: string;
  /** The attribute that holds the group. Default: there is no place for one. */
  readonly group?: string;
  /** Attributes that all its items have, and by which they are told from others. */
  readonly constants?: Readonly<Record<string, string>>;
  /** Attributes that are written, and not looked at when reading. */
  readonly written?: Readonly<Record<string, string>>;
  /** Names of further attributes that its items may have. */
  readonly ignored?: readonly string[];
  /** The label, with {service}, {username}, {group} and {app} replaced. */
  readonly label: string;
  /** Where its programs look: the default collection, the one called login, or all. */
  readonly scope?: SchemeScope;
  /** Default: `read-write`. */
  readonly access?: SchemeAccess;
  /** How the secret is wrapped up. Default: it is stored as it is. */
  readonly wrapping?: SecretWrapping;
  /** How the service is spread over attributes. Default: it is one attribute. */
  readonly spread?: 'git-url';
  /** Whether an empty username is an entry like any other. Default: false. */
  readonly allowsEmptyUsername?: boolean;
}

/** Where a scheme looks for items: in the default collection, in that called `login`, or in all. */
export type SchemeScope = 'default' | 'login' | 'all';

/** `opt-in`: written only with `allowForeignWrites`; `read-only`: never written here. */
export type SchemeAccess = 'read-write' | 'opt-in' | 'read-only';

/** `newline`: one follows the secret; `first-line`: more lines follow; `json-item`: see there. */
export type SecretWrapping = 'newline' | 'first-line' | 'json-item';

/** Says whether a store adds an attribute of that name by itself. */
export type IsAddition = (name: string) => boolean;

/** A scheme in use. Made by `defineScheme`. */
export interface Scheme {
  readonly name: string;
  readonly title: string;
  readonly access: SchemeAccess;
  readonly scope: SchemeScope;
  readonly hasGroup: boolean;
  readonly allowsEmptyUsername: boolean;
  label(key: EntryKey, app: string | undefined): string;
  /** The whole set that is written. */
  attributes(key: EntryKey): Map<string, string>;
  /** What to search for; `undefined` when no item of this scheme can match the filter. */
  query(filter: EntryFilter): Map<string, string> | undefined;
  /** What an item is filed under; `undefined` when it is not an item of this scheme. */
  keyOf(attributes: ReadonlyMap<string, string>, isAddition: IsAddition): EntryKey | undefined;
  wrap(secret: Uint8Array): Uint8Array<ArrayBuffer>;
  unwrap(secret: Uint8Array): Uint8Array<ArrayBuffer>;
}

/** A scheme by name, or one made with `defineScheme`. */
export type SchemeChoice = string | Scheme;
