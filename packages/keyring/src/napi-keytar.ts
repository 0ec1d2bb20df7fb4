/**
 * `@keywire/keyring/napi/keytar`: keytar's functions as `@napi-rs/keyring/keytar` has them, over the items
 * of `@napi-rs/keyring`, which are not keytar's own.
 */
import { AsyncEntry, configure, findCredentialsAsync } from './napi.ts';

export { configure, findCredentialsAsync as findCredentials };

/**
 * Reads a password; null when there is none.
 *
 * @throws as the methods of {@link AsyncEntry} do, in all functions here
 */
export function getPassword(service: string, account: string): Promise<string | null> {
  return new AsyncEntry(service, account).getPassword();
}

/** Stores a password, in place of the one that is there. */
export function setPassword(service: string, account: string, password: string): Promise<void> {
  return new AsyncEntry(service, account).setPassword(password);
}

/** Deletes a password; whether there was one. */
export function deletePassword(service: string, account: string): Promise<boolean> {
  return new AsyncEntry(service, account).deletePassword();
}

/** Reads the first password of the service that is found; null when there is none. */
export async function findPassword(service: string): Promise<string | null> {
  const [first] = await findCredentialsAsync(service);
  return first?.password ?? null;
}

const keytar: {
  readonly getPassword: typeof getPassword;
  readonly setPassword: typeof setPassword;
  readonly deletePassword: typeof deletePassword;
  readonly findPassword: typeof findPassword;
  readonly findCredentials: typeof findCredentialsAsync;
  readonly configure: typeof configure;
} = {
  getPassword,
  setPassword,
  deletePassword,
  findPassword,
  findCredentials: findCredentialsAsync,
  configure,
};

// biome-ignore lint/style/noDefaultExport: a CommonJS package is imported by default as well.
export default keytar;
