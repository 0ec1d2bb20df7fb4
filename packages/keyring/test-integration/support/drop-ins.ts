/** The same calls on a library and on its drop-in, and what of their outcomes must be the same. */
import { fileURLToPath } from 'node:url';
import { test } from '../../../../test-fixtures/src/harness.ts';
import {
  bootGnomeKeyring,
  bootKeePassXC,
  bootKWallet,
  type Keyring,
  type Requirement,
  requires,
  type SecretStorageItem,
  secretStorage,
  type TranscriptOutcome,
  type TranscriptStep,
  type TranscriptValue,
} from '../../../../test-fixtures/src/index.ts';

/** What the originals are made with. */
type Client = 'libsecret' | 'keyring-rs';

/** A keyring that an original and its drop-in can share; `why` one client cannot here. */
interface SharedKeyring {
  readonly name: Requirement;
  readonly boot: () => Promise<Keyring>;
  readonly unfit?: Client;
  readonly why?: string;
}

const KEYRINGS: readonly SharedKeyring[] = [
  { name: 'gnome-keyring', boot: () => bootGnomeKeyring({ state: 'unlocked' }) },
  {
    name: 'kwallet',
    boot: () => bootKWallet({ state: 'unlocked' }),
    unfit: 'keyring-rs',
    why: 'takes no plain session, and encrypted ones fail here now and then (K18)',
  },
  {
    name: 'keepassxc',
    boot: () => bootKeePassXC({ state: 'unlocked' }),
    unfit: 'libsecret',
    why: 'waits for the prompt of a change for ever (P1, P2)',
  },
];

/** Registers a test of items that an original and its drop-in share on each keyring, or its skipping. */
export function testShared(client: Client, body: (keyring: Keyring) => Promise<void>): void {
  for (const { name, boot, unfit, why } of KEYRINGS) {
    const title = `${name}: what either stores, the other reads, replaces and deletes`;
    const absent = unfit === client ? `${client} ${why}` : requires(name);
    if (absent !== undefined) {
      test.skip(title, absent);
      continue;
    }
    test(title, async () => {
      await using keyring = await boot();
      await body(keyring);
    });
  }
}

/** The environment of a program on a desktop: where every change is a prompt, it may be raised. */
export function desktopEnv(keyring: Keyring): Record<string, string> {
  return { ...keyring.env, DISPLAY: ':7' };
}

/** The one item of a service as SecretStorage sees it, with those of its attributes that are asked for. */
export async function onlyItem(
  keyring: Keyring,
  service: string,
  names: readonly string[],
): Promise<Pick<SecretStorageItem, 'label' | 'attributes'> & { readonly secret: string }> {
  const items = await secretStorage.search(keyring.peerEnv, { service });
  const [item] = items;
  if (item === undefined || items.length > 1)
    throw new Error(`expected one item, got ${items.length}`);
  const attributes = Object.entries(item.attributes).filter(([name]) => names.includes(name));
  return {
    label: item.label,
    attributes: Object.fromEntries(attributes),
    secret: new TextDecoder().decode(item.secret),
  };
}

/** A drop-in's source file. */
export function dropInFile(name: 'keytar' | 'bun' | 'napi' | 'napi-keytar'): string {
  return fileURLToPath(new URL(`../../src/${name}.ts`, import.meta.url));
}

/** A call of a function: `call('secrets.get', …)`. */
export function call(path: string, ...args: readonly TranscriptValue[]): TranscriptStep {
  return { call: path.split('.'), args };
}

/** A call of a method of an object made for it. */
export function callOf(
  create: NonNullable<TranscriptStep['create']>,
  method: string,
  ...args: readonly TranscriptValue[]
): TranscriptStep {
  return { create, call: [method], args };
}

/**
 * What programs can see of an outcome: lists in an order of their own, nothing and null of a call
 * that stores, errors by name and code.
 */
export function essence(outcome: TranscriptOutcome | undefined): unknown {
  if (outcome === undefined) return 'no outcome';
  if ('error' in outcome) {
    const { name, code } = outcome.error;
    return { isThrown: outcome.isThrown, name, code };
  }
  const { isPromise, value } = outcome;
  if (Array.isArray(value))
    return { isPromise, value: value.map((each) => JSON.stringify(each)).sort() };
  const isNothing = typeof value === 'object' && value !== null && '$undefined' in value;
  return { isPromise, value: isNothing ? null : value };
}

/** The value of an outcome, or the error's code where there is one. */
export function valueOrCode(outcome: TranscriptOutcome | undefined): unknown {
  if (outcome === undefined) return 'no outcome';
  return 'error' in outcome ? outcome.error.code : outcome.value;
}
