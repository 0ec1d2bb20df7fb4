/** The options that say which passwords `get`, `set`, `del` and `exec` mean, and where they are. */
import type { PasswordPurpose } from '@keywire/keyring-file';
import { usageError } from '../output/cli-error.ts';
import type { Invocation, OptionSpec } from '../types/command.ts';
import type { Host } from '../types/host.ts';
import type { PasswordsPlan } from '../types/passwords.ts';
import { COLLECTION, COMMON } from './common-options.ts';
import { passwordOptions, passwordSource, readPassword } from './password-options.ts';

export const PASSWORDS_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'scheme',
    value: 'S,…',
    summary: 'whose attributes; the first is written, all are read',
  },
  {
    name: 'backend',
    short: 'b',
    value: 'B',
    summary: 'where they are; "keywire backends" lists them, and the default',
  },
  { name: 'group', value: 'G', summary: 'a part of the key beside service and user name' },
  COLLECTION,
  ...passwordOptions('password', "the file's password"),
  ...COMMON,
];

/** @throws {@link CliError} with code `usage` for an empty name */
export function passwordsPlan(invocation: Invocation, host: Host): PasswordsPlan {
  const { values } = invocation;
  for (const name of ['scheme', 'backend', 'group']) {
    if (values.get(name) === '') throw usageError(`--${name} is empty`);
  }
  const isGiven = passwordSource(invocation, 'password') !== undefined;
  const filePassword = ({ isNew }: PasswordPurpose): Promise<Uint8Array> => {
    const question = isNew
      ? 'Password of the new keyring file: '
      : 'Password of the keyring file: ';
    return readPassword(invocation, host, { prefix: 'password', question, isNew });
  };
  return {
    schemes: values.get('scheme')?.split(','),
    backend: values.get('backend'),
    group: values.get('group'),
    collection: values.get('collection'),
    config: 'keywire',
    // Without an option it is asked for only where the file was chosen: a fall-back asks nobody.
    filePassword: isGiven || values.get('backend') === 'file' ? filePassword : undefined,
  };
}
