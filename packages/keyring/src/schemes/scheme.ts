// A scheme made of its row: from key to attributes and back. `xdg:schema` is always written and never
// relied on: keyring daemons add it to items that had none, and hide it while they are locked.

import { matchesFilter } from '../entries/entry-key.ts';
import { keyringError } from '../errors.ts';
import type { EntryFilter, EntryKey } from '../types/backend.ts';
import type { IsAddition, Scheme, SchemeAccess, SchemeRow, SchemeScope } from '../types/scheme.ts';
import { gitUrlAttributes, gitUrlOf, gitUrlShown } from './git-url.ts';
import { unwrapSecret, wrapSecret } from './secret-wrapping.ts';

/** The attribute that names what kind of item it is. */
export const SCHEMA_ATTRIBUTE = 'xdg:schema';

/** "No kind in particular": the same as none. */
const GENERIC_SCHEMA = 'org.freedesktop.Secret.Generic';

/** The attribute that names the program that stored; not part of any key unless a scheme says so. */
const APPLICATION_ATTRIBUTE = 'application';

/** The attributes that git's helper spreads a URL over. */
const GIT_URL_NAMES = ['protocol', 'server', 'port', 'object'];

/**
 * Makes a scheme of a row.
 *
 * @throws {@link KeyringError} with code `invalid-argument` for a row that says nothing to file by
 */
export function defineScheme(row: SchemeRow): Scheme {
  const hasService = [row.service, row.fixedService, row.spread].some((part) => part !== undefined);
  if (row.name === '' || !hasService) {
    throw keyringError('invalid-argument', 'scheme', {
      detail: 'expected a name, and an attribute for the service',
    });
  }
  return new RowScheme(row);
}

/**
 * Refuses to write what belongs to other programs, unless that was asked for.
 *
 * @throws {@link KeyringError} with code `scheme-read-only` or `scheme-opt-in`
 */
export function checkWritable(
  { access, name }: Scheme,
  { allowForeignWrites }: { readonly allowForeignWrites?: boolean | undefined },
): void {
  // @rule keyring/foreign-writes-asked-for keywire#schemes
  if (access === 'read-only') throw keyringError('scheme-read-only', `scheme ${name}`);
  if (access === 'opt-in' && allowForeignWrites !== true) {
    throw keyringError('scheme-opt-in', `scheme ${name}`);
  }
}

class RowScheme implements Scheme {
  readonly name: string;
  readonly title: string;
  readonly access: SchemeAccess;
  readonly scope: SchemeScope;
  readonly hasGroup: boolean;
  readonly allowsEmptyUsername: boolean;
  readonly #row: SchemeRow;
  readonly #known: ReadonlySet<string>;

  constructor(row: SchemeRow) {
    this.#row = row;
    this.name = row.name;
    this.title = row.title;
    this.access = row.access ?? 'read-write';
    this.scope = row.scope ?? 'default';
    this.hasGroup = row.group !== undefined;
    this.allowsEmptyUsername = row.allowsEmptyUsername ?? row.username === undefined;
    this.#known = new Set(
      [
        row.service,
        row.username,
        row.group,
        ...(row.spread === undefined ? [] : GIT_URL_NAMES),
        ...Object.keys(row.constants ?? {}),
        ...Object.keys(row.written ?? {}),
        ...(row.ignored ?? []),
      ].filter((name) => name !== undefined),
    );
  }

  label(key: EntryKey, app: string | undefined): string {
    const values: Readonly<Record<string, string>> = {
      service: this.#row.spread === 'git-url' ? gitUrlShown(key.service) : key.service,
      username: key.username,
      group: key.group === undefined ? '' : `, ${key.group}`,
      app: app === undefined ? '' : ` (${app})`,
    };
    return this.#row.label.replace(/\{(\w+)\}/gu, (_whole, name: string) => values[name] ?? '');
  }

  attributes(key: EntryKey): Map<string, string> {
    const attributes = new Map([
      ...(this.query({ ...key, username: key.username }) ?? this.#refuse(key)),
      ...Object.entries(this.#row.written ?? {}),
    ]);
    const schema = attributes.get(SCHEMA_ATTRIBUTE) ?? this.#row.schema ?? GENERIC_SCHEMA;
    attributes.delete(SCHEMA_ATTRIBUTE);
    return attributes.set(SCHEMA_ATTRIBUTE, schema);
  }

  query(filter: EntryFilter): Map<string, string> | undefined {
    const row = this.#row;
    if (row.fixedService !== undefined && (filter.service ?? row.fixedService) !== row.fixedService)
      return undefined;
    if (row.username === undefined && (filter.username ?? '') !== '') return undefined;
    if (row.group === undefined && filter.group !== undefined) return undefined;
    const wanted = new Map(Object.entries(row.constants ?? {}));
    if (filter.service !== undefined) {
      const spread = this.#spreadService(filter.service);
      if (spread === undefined) return undefined;
      for (const [name, value] of spread) wanted.set(name, value);
    }
    if (row.username !== undefined && filter.username !== undefined) {
      wanted.set(row.username, filter.username);
    }
    if (row.group !== undefined && filter.group !== undefined) wanted.set(row.group, filter.group);
    if (wanted.size === 0 && row.schema !== undefined) wanted.set(SCHEMA_ATTRIBUTE, row.schema);
    return wanted;
  }

  keyOf(attributes: ReadonlyMap<string, string>, isAddition: IsAddition): EntryKey | undefined {
    const row = this.#row;
    if (!this.#isOfSchema(attributes.get(SCHEMA_ATTRIBUTE))) return undefined;
    for (const [name, value] of Object.entries(row.constants ?? {})) {
      if (attributes.get(name) !== value) return undefined;
    }
    // An item that has more than its scheme knows is somebody else's, and stays so.
    // @rule keyring/exact-entries keywire#exact-replace
    for (const name of attributes.keys()) if (!this.#isKnown(name, isAddition)) return undefined;
    const service = this.#serviceOf(attributes);
    const username = row.username === undefined ? '' : attributes.get(row.username);
    if (service === undefined || username === undefined) return undefined;
    const group = row.group === undefined ? undefined : attributes.get(row.group);
    const key = { service, username, ...(group === undefined ? {} : { group }) };
    return row.fixedService === undefined || matchesFilter(key, { service: row.fixedService })
      ? key
      : undefined;
  }

  wrap(secret: Uint8Array): Uint8Array<ArrayBuffer> {
    return wrapSecret(this.#row.wrapping, secret);
  }

  unwrap(secret: Uint8Array): Uint8Array<ArrayBuffer> {
    return unwrapSecret(this.#row.wrapping, secret);
  }

  #isKnown(name: string, isAddition: IsAddition): boolean {
    if (this.#known.has(name) || name === SCHEMA_ATTRIBUTE) return true;
    return name === APPLICATION_ATTRIBUTE || isAddition(name);
  }

  /** Another program's own schema is another scheme; none and "generic" are the same. */
  #isOfSchema(found: string | undefined): boolean {
    // @rule keyring/schema-not-relied-on keywire#schemes
    if (this.#row.service === SCHEMA_ATTRIBUTE) {
      return found !== undefined && found !== GENERIC_SCHEMA;
    }
    const own = this.#row.schema ?? GENERIC_SCHEMA;
    if (found === undefined) return own === GENERIC_SCHEMA;
    return found === own || this.#row.otherSchemas?.includes(found) === true;
  }

  #spreadService(service: string): Iterable<readonly [string, string]> | undefined {
    if (this.#row.spread === 'git-url') return gitUrlAttributes(service);
    return this.#row.service === undefined ? [] : [[this.#row.service, service]];
  }

  #serviceOf(attributes: ReadonlyMap<string, string>): string | undefined {
    if (this.#row.spread === 'git-url') return gitUrlOf(attributes);
    if (this.#row.service === undefined) return this.#row.fixedService;
    return attributes.get(this.#row.service);
  }

  #refuse(key: EntryKey): never {
    if (key.group !== undefined && !this.hasGroup) {
      throw keyringError('scheme-has-no-group', `scheme ${this.name}`);
    }
    const isUrl = this.#row.spread !== 'git-url' || gitUrlAttributes(key.service) !== undefined;
    throw keyringError('invalid-argument', `scheme ${this.name}`, {
      detail: isUrl
        ? 'expected a key that it has a place for, got another service or a username'
        : 'expected a service of the form protocol://host[:port][/path], got another text',
    });
  }
}
