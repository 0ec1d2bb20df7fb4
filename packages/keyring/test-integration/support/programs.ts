// Other people's programs and libraries, each with the scheme that it files by: what one of them
// stores we must read, and what we store it must read.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import {
  GIT_LIBSECRET_SOURCE,
  PYTHON,
  requires,
  requiresPeers,
  requiresRuntime,
  run,
  runOrThrow,
  type TranscriptStep,
  type TranscriptValue,
  transcript,
} from '../../../../test-fixtures/src/index.ts';
import { SCHEME_ROWS, schemeNamed } from '../../src/index.ts';

export type Environment = Readonly<Record<string, string>>;

/** What an entry is filed under. */
export interface Names {
  readonly service: string;
  readonly username: string;
}

export interface Program {
  readonly name: string;
  readonly scheme: string;
  /** Why it cannot run here; undefined when it can. */
  missing(): string | undefined;
  /** Names that its scheme has a place for, told apart by a word. */
  names(word: string): Names;
  store(env: Environment, names: Names, password: string): Promise<void>;
  read(env: Environment, names: Names): Promise<string | undefined>;
}

/** Several programs file by the same attributes: each has a service of its own here. */
function plainNames(program: string): Program['names'] {
  return (word) => ({ service: `${program} ${word}`, username: 'üser' });
}

export const PROGRAMS: readonly Program[] = [
  {
    name: 'secret-tool',
    scheme: 'secret-tool',
    missing: () => requires('secret-tool'),
    names: plainNames('secret-tool'),
    store: async (env, { service, username }, password) => {
      const attributes = ['service', service, 'user', username];
      const command = ['store', '--label=by secret-tool', ...attributes];
      await runOrThrow('/usr/bin/secret-tool', command, { env, input: password });
    },
    read: async (env, { service, username }) => {
      const attributes = ['service', service, 'user', username];
      const { code, stdout } = await run('/usr/bin/secret-tool', ['lookup', ...attributes], {
        env,
      });
      return code === 0 ? new TextDecoder().decode(stdout) : undefined;
    },
  },
  python('python-keyring', 'python-keyring', plainNames('python')),
  python('python-keyring-libsecret', 'python-keyring-libsecret', plainNames('python libsecret')),
  python('python-keyring-keepassxc', 'python-keyring-keepassxc', plainNames('python keepassxc')),
  {
    // It is secret-tool, called with these attributes and a newline after the password.
    name: 'secret-tool, as cross-keychain calls it',
    scheme: 'cross-keychain',
    missing: () => requires('secret-tool'),
    names: plainNames('cross-keychain'),
    store: async (env, names, password) => {
      const command = ['store', '--label=by cross-keychain', ...crossAttributes(names)];
      await runOrThrow('/usr/bin/secret-tool', command, { env, input: `${password}\n` });
    },
    read: async (env, names) => {
      const command = ['lookup', ...crossAttributes(names)];
      const { code, stdout } = await run('/usr/bin/secret-tool', command, { env });
      return code === 0 ? new TextDecoder().decode(stdout).replace(/\n$/u, '') : undefined;
    },
  },
  python('msal-extensions', 'msal-extensions', (word) => ({
    service: `cache ${word}`,
    username: '',
  })),
  {
    name: 'docker-credential-secretservice',
    scheme: 'docker',
    missing: () => requires('docker-credential-secretservice'),
    names: (word) => ({ service: `https://${word}.example.org/v1/`, username: 'üser' }),
    store: async (env, { service, username }, password) => {
      const input = JSON.stringify({ ServerURL: service, Username: username, Secret: password });
      await runOrThrow(DOCKER, ['store'], { env, input });
    },
    read: async (env, { service }) => {
      const { code, stdout } = await run(DOCKER, ['get'], { env, input: service });
      return code === 0 ? JSON.parse(new TextDecoder().decode(stdout)).Secret : undefined;
    },
  },
  {
    name: 'git-credential-libsecret',
    // Debian's git is one that writes, and finds, the older schema.
    scheme: 'git-libsecret-2.42',
    missing: () => requires('git-credential-libsecret'),
    names: (word) => ({ service: `https://${word}.example.org:8443/re/po.git`, username: 'üser' }),
    store: async (env, names, password) => {
      const input = `${gitDescription(names)}password=${password}\n`;
      await runOrThrow(await gitHelper(), ['store'], { env, input });
    },
    read: async (env, names) => {
      const input = gitDescription(names);
      const output = await runOrThrow(await gitHelper(), ['get'], { env, input });
      return /^password=(.*)$/mu.exec(output)?.[1];
    },
  },
  library('keytar', 'keytar', {
    missing: () => requiresPeers('keytar'),
    store: ({ service, username }, password) => ({
      call: ['setPassword'],
      args: [service, username, password],
    }),
    read: ({ service, username }) => ({ call: ['getPassword'], args: [service, username] }),
  }),
  library('@napi-rs/keyring', 'keyring-rs', {
    missing: () => requiresPeers('@napi-rs/keyring'),
    store: ({ service, username }, password) => ({
      create: { class: 'Entry', args: [service, username] },
      call: ['setPassword'],
      args: [password],
    }),
    read: ({ service, username }) => ({
      create: { class: 'Entry', args: [service, username] },
      call: ['getPassword'],
      args: [],
    }),
  }),
  library('Bun', 'bun', {
    missing: () => requiresRuntime('bun'),
    store: ({ service, username }, password) => ({
      call: ['secrets', 'set'],
      args: [{ service, name: username, value: password }],
    }),
    read: ({ service, username }) => ({
      call: ['secrets', 'get'],
      args: [{ service, name: username }],
    }),
  }),
  // Programs that are not to be had here: libsecret, with the schema and attributes of each.
  throughLibsecret('keyring-rs-3', plainNames('keyring-rs-3')),
  throughLibsecret('go-keyring', (word) => ({ service: `gh:${word}`, username: '' })),
  throughLibsecret('git-libsecret', (word) => ({
    service: `https://${word}.example.org/re/po.git`,
    username: 'üser',
  })),
  throughLibsecret('git-credential-manager', (word) => ({
    service: `git:https://${word}.example.org`,
    username: 'üser',
  })),
  throughLibsecret('azure-identity', (word) => ({ service: `msal.${word}`, username: '' })),
  throughLibsecret('azure-cli', (word) => ({ service: 'Microsoft Azure CLI', username: word })),
  throughLibsecret('passwd-keyring-gnome', plainNames('passwd-keyring-gnome')),
  throughLibsecret('passwd-keyring-secret', plainNames('passwd-keyring-secret')),
];

function crossAttributes({ service, username }: Names): string[] {
  return ['service', service, 'username', username, 'application', 'ts-keyring'];
}

const DOCKER = '/usr/bin/docker-credential-secretservice';

function python(client: string, scheme: string, names: Program['names']): Program {
  const module = client === 'msal-extensions' ? 'msal-extensions' : 'python-keyring';
  return {
    name: client,
    scheme,
    missing: () => requires(module, 'pygobject', 'msal-extensions'),
    names,
    store: async (env, { service, username }, password) => {
      await pythonClient(env, { client, action: 'store', service, username, password });
    },
    read: (env, { service, username }) =>
      pythonClient(env, { client, action: 'read', service, username }),
  };
}

function throughLibsecret(scheme: string, names: Program['names']): Program {
  const described = (of: Names): { schema: string; attributes: Environment; label: string } => {
    const chosen = schemeNamed(scheme);
    const group = chosen.hasGroup ? { group: 'group' } : {};
    const { 'xdg:schema': schema = '', ...attributes } = Object.fromEntries(
      chosen.attributes({ ...of, ...group }),
    );
    return { schema, attributes, label: 'through libsecret' };
  };
  return {
    name: `libsecret, as ${SCHEME_ROWS.find((row) => row.name === scheme)?.title}`,
    scheme,
    missing: () => requires('pygobject', 'msal-extensions'),
    names,
    store: async (env, of, password) => {
      await pythonClient(env, { client: 'libsecret', action: 'store', ...described(of), password });
    },
    read: (env, of) => pythonClient(env, { client: 'libsecret', action: 'read', ...described(of) }),
  };
}

const PYTHON_CLIENTS = fileURLToPath(
  new URL('../../../../test-fixtures/src/python/scheme_peers.py', import.meta.url),
);

async function pythonClient(env: Environment, request: object): Promise<string | undefined> {
  const input = JSON.stringify(request);
  const output = await runOrThrow(PYTHON, ['-I', PYTHON_CLIENTS], { env, input });
  return JSON.parse(output).found ?? undefined;
}

interface LibraryCalls {
  missing(): string | undefined;
  store(names: Names, password: string): TranscriptStep;
  read(names: Names): TranscriptStep;
}

function library(module: string, scheme: string, calls: LibraryCalls): Program {
  const outcomeOf = async (env: Environment, step: TranscriptStep): Promise<TranscriptValue> => {
    const [outcome] = await transcript(env, module, [step]);
    if (outcome !== undefined && 'value' in outcome) return outcome.value;
    throw new Error(`${module}: ${JSON.stringify(outcome)}`);
  };
  return {
    name: module,
    scheme,
    missing: calls.missing,
    names: plainNames(module),
    store: async (env, names, password) => {
      await outcomeOf(env, calls.store(names, password));
    },
    read: async (env, names) => {
      const value = await outcomeOf(env, calls.read(names));
      return typeof value === 'string' ? value : undefined;
    },
  };
}

function gitDescription({ service, username }: Names): string {
  const { protocol, host, pathname } = new URL(service);
  const lines = [`protocol=${protocol.slice(0, -1)}`, `host=${host}`, `path=${pathname.slice(1)}`];
  return `${lines.join('\n')}\nusername=${username}\n`;
}

let helper: Promise<string> | undefined;

/** Compiled once; removed when the tests end. */
function gitHelper(): Promise<string> {
  helper ??= compileGitHelper();
  return helper;
}

async function compileGitHelper(): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kw-git-helper-'));
  process.once('exit', () => rmSync(folder, { recursive: true }));
  const target = path.join(folder, 'git-credential-libsecret');
  const flags = await runOrThrow('/usr/bin/pkg-config', ['--cflags', '--libs', 'libsecret-1']);
  const sources = ['-o', target, GIT_LIBSECRET_SOURCE, ...flags.trim().split(/\s+/u)];
  await runOrThrow('/usr/bin/gcc', sources);
  return target;
}
