// The schemas that other programs of the desktop share, under their own names.

import { type Schema, schema } from './schema.ts';

/** The fields of {@link NETWORK_PASSWORD_SCHEMA}. */
export interface NetworkPasswordFields {
  readonly [name: string]: 'string' | 'integer';
  readonly user: 'string';
  readonly domain: 'string';
  readonly object: 'string';
  readonly protocol: 'string';
  readonly port: 'integer';
  readonly server: 'string';
  readonly authtype: 'string';
}

/** A note without attributes: `org.gnome.keyring.Note`. */
export const NOTE_SCHEMA: Schema<Readonly<Record<string, never>>> = schema(
  'org.gnome.keyring.Note',
  {},
);

/** A password for a network service: `org.gnome.keyring.NetworkPassword`. */
export const NETWORK_PASSWORD_SCHEMA: Schema<NetworkPasswordFields> = schema(
  'org.gnome.keyring.NetworkPassword',
  {
    user: 'string',
    domain: 'string',
    object: 'string',
    protocol: 'string',
    port: 'integer',
    server: 'string',
    authtype: 'string',
  },
);
