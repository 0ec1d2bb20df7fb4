// The table of schemes: which program writes which attributes beside a secret. Data only; what the
// columns mean is in types/scheme.ts, and how each row was observed in the tests' fixtures.

import { keyringError } from '../errors.ts';
import type { Scheme, SchemeChoice, SchemeRow } from '../types/scheme.ts';
import { defineScheme } from './scheme.ts';

const MICROSOFT_DEVELOPER = 'Microsoft.Developer.IdentityService';

/** Later releases find the items of earlier ones too, and write a schema that those do not find. */
const GIT_LIBSECRET = {
  spread: 'git-url',
  username: 'user',
  label: 'Git: {service}',
  scope: 'all',
  wrapping: 'first-line',
} as const satisfies Partial<SchemeRow>;

/** Every scheme that is known by name. */
export const SCHEME_ROWS: readonly SchemeRow[] = [
  {
    name: 'keywire',
    title: 'this library; read by Python keyring, keyring-rs and go-keyring',
    service: 'service',
    username: 'username',
    group: 'group',
    label: '{username} on {service}{group}{app}',
  },
  {
    name: 'python-keyring',
    title: 'Python keyring, backend SecretService',
    service: 'service',
    username: 'username',
    written: { application: 'Python keyring library' },
    label: "Password for '{username}' on '{service}'",
  },
  {
    name: 'python-keyring-libsecret',
    title: 'Python keyring, backend libsecret',
    service: 'service',
    username: 'username',
    constants: { application: 'Python keyring library' },
    label: "Password for '{username}' on '{service}'",
  },
  {
    name: 'python-keyring-keepassxc',
    title: 'Python keyring with scheme = KeePassXC',
    service: 'Title',
    username: 'UserName',
    written: { application: 'Python keyring library' },
    label: "Password for '{username}' on '{service}'",
  },
  {
    name: 'keytar',
    title: 'keytar, @github/keytar, msal-node-extensions, @azure/identity-cache-persistence',
    service: 'service',
    username: 'account',
    label: '{service}/{username}',
    scope: 'all',
  },
  {
    name: 'bun',
    title: 'Bun.secrets',
    schema: 'com.oven-sh.bun.Secret',
    service: 'service',
    username: 'account',
    label: '{service}/{username}',
    scope: 'all',
  },
  {
    name: 'keyring-rs',
    title: 'keyring-rs 4, @napi-rs/keyring 2',
    service: 'service',
    username: 'username',
    label: 'keyring:{username}@{service}',
    scope: 'all',
    allowsEmptyUsername: true,
  },
  {
    name: 'keyring-rs-3',
    title: 'keyring-rs 2 and 3, @napi-rs/keyring 1, the VS Code CLI, uv',
    service: 'service',
    username: 'username',
    constants: { target: 'default' },
    written: { application: 'rust-keyring' },
    label: "keyring-rs for target 'default', service '{service}', user '{username}'",
    scope: 'all',
    allowsEmptyUsername: true,
  },
  {
    name: 'go-keyring',
    title: 'zalando/go-keyring, the GitHub CLI',
    service: 'service',
    username: 'username',
    label: "Password for '{username}' on '{service}'",
    scope: 'login',
    allowsEmptyUsername: true,
  },
  {
    name: '99designs',
    title: '99designs/keyring, aws-vault',
    fixedService: 'awsvault',
    username: 'profile',
    label: '{username}',
    scope: 'all',
    access: 'read-only',
    wrapping: 'json-item',
  },
  {
    name: 'cross-keychain',
    title: 'cross-keychain through secret-tool',
    service: 'service',
    username: 'username',
    constants: { application: 'ts-keyring' },
    label: "Password for '{username}' on '{service}' (ts-keyring)",
    scope: 'all',
    wrapping: 'newline',
  },
  {
    name: 'git-libsecret',
    title: 'git-credential-libsecret of git 2.43 and later; the service is a URL',
    ...GIT_LIBSECRET,
    schema: 'org.git.Password',
    otherSchemas: ['org.gnome.keyring.NetworkPassword'],
  },
  {
    name: 'git-libsecret-2.42',
    title: 'git-credential-libsecret of git 2.42 and earlier; the service is a URL',
    ...GIT_LIBSECRET,
    schema: 'org.gnome.keyring.NetworkPassword',
    otherSchemas: ['org.git.Password'],
  },
  {
    name: 'git-credential-manager',
    title: 'Git Credential Manager; the service is git: and a URL',
    schema: 'com.microsoft.GitCredentialManager',
    service: 'service',
    username: 'account',
    label: '{service}',
    scope: 'all',
    access: 'opt-in',
  },
  {
    name: 'docker',
    title: 'docker-credential-secretservice; the service is the registry’s URL',
    schema: 'io.docker.Credentials',
    service: 'server',
    username: 'username',
    constants: { docker_cli: '1' },
    written: { label: 'Docker Credentials' },
    label: 'Registry credentials for {service}',
    scope: 'all',
  },
  {
    name: 'msal-extensions',
    title: 'Python msal-extensions; the service is its schema_name',
    service: 'xdg:schema',
    label: '{service}',
    scope: 'all',
    access: 'opt-in',
  },
  {
    name: 'azure-identity',
    title: 'Python azure-identity; the service is the cache’s name',
    service: 'xdg:schema',
    constants: { MsalClientID: MICROSOFT_DEVELOPER },
    label: 'MSALCache',
    scope: 'all',
    access: 'opt-in',
  },
  {
    name: 'azure-cli',
    title: 'Azure CLI; the username is the type, "Token cache" or "Secret store"',
    schema: 'Microsoft Azure CLI',
    fixedService: 'Microsoft Azure CLI',
    username: 'type',
    label: '{service}',
    scope: 'all',
    access: 'opt-in',
  },
  {
    name: 'msal-dotnet',
    title: 'MSAL for .NET and Microsoft’s developer tools',
    schema: 'msal.cache',
    fixedService: 'msal.cache',
    constants: { MsalClientID: MICROSOFT_DEVELOPER, [MICROSOFT_DEVELOPER]: '1.0.0.0' },
    label: 'MSALCache',
    scope: 'all',
    access: 'opt-in',
  },
  {
    name: 'chromium',
    title: 'Chromium and Electron’s safeStorage; the service is the product',
    schema: 'chrome_libsecret_os_crypt_password_v2',
    service: 'application',
    label: '{service} Safe Storage',
    scope: 'all',
    access: 'read-only',
  },
  {
    name: 'passwd-keyring-gnome',
    title: 'Passwd::Keyring::Gnome',
    schema: 'org.gnome.keyring.NetworkPassword',
    service: 'domain',
    username: 'user',
    group: 'object',
    constants: { server: 'Passwd.Gnome.Keyring' },
    label: '{service}/{username}',
  },
  {
    name: 'passwd-keyring-secret',
    title: 'Passwd::Keyring::Secret',
    service: 'realm',
    username: 'user',
    group: 'group',
    label: '{service}/{username}{group}{app}',
  },
  {
    name: 'secret-tool',
    title: 'secret-tool with the attributes "service" and "user"',
    service: 'service',
    username: 'user',
    label: '{username} on {service}',
    scope: 'all',
  },
];

/** The scheme that is written unless another one is chosen. */
export const DEFAULT_SCHEME = 'keywire';

/** The names of all schemes, the default first. */
export function schemeNames(): string[] {
  return SCHEME_ROWS.map((row) => row.name);
}

/**
 * Finds a scheme by name. A row is none until it is defined.
 *
 * @throws {@link KeyringError} with code `unknown-scheme`
 */
export function schemeNamed(choice: SchemeChoice): Scheme {
  if (isScheme(choice)) return choice;
  const row = SCHEME_ROWS.find((candidate) => candidate.name === choice);
  if (row !== undefined) return defineScheme(row);
  throw keyringError('unknown-scheme', 'scheme', {
    detail: `expected one of ${schemeNames().join(', ')}, got another`,
  });
}

/**
 * Makes the list of schemes of what a caller chose; the first is the one that is written.
 *
 * @throws {@link KeyringError} with code `unknown-scheme`, or `invalid-argument` for an empty list
 */
export function schemesOf(choice: SchemeChoice | readonly SchemeChoice[] | undefined): Scheme[] {
  const list: readonly SchemeChoice[] =
    choice === undefined ? [DEFAULT_SCHEME] : isChoiceList(choice) ? choice : [choice];
  if (list.length === 0) {
    throw keyringError('invalid-argument', 'scheme', { detail: 'expected at least one, got none' });
  }
  return list.map(schemeNamed);
}

function isScheme(choice: SchemeChoice): choice is Scheme {
  const isNamed = typeof choice === 'object' && typeof choice?.name === 'string';
  return isNamed && typeof choice.keyOf === 'function';
}

function isChoiceList(
  choice: SchemeChoice | readonly SchemeChoice[],
): choice is readonly SchemeChoice[] {
  return Array.isArray(choice);
}
