/**
 * Calls as a client makes them, and what came of them in words. Paths, times and texts of errors are
 * left out; whether an error has a text is not.
 */
import { ALGORITHM_DH, generateKeyPair } from '@keywire/crypto-session';
import { type Connection, isDBusErrorReply, type Message, Variant } from '@keywire/dbus-wire';

const NAME = 'org.freedesktop.secrets';
export const SERVICE = '/org/freedesktop/secrets';
const LABEL = { 'org.freedesktop.Secret.Collection.Label': new Variant('s', 'New') };

/** Writes down what a step has shown. */
export type Note = (step: string, outcome: Promise<string> | string) => Promise<void>;

/** What was seen, step by step. */
export type Observations = Map<string, string>;

export function startNotes(): { readonly seen: Observations; readonly note: Note } {
  const seen: Observations = new Map();
  return {
    seen,
    note: async (step, outcome) => void seen.set(step, await outcome),
  };
}

/** Where a script works. */
export interface Place {
  readonly session: string;
  readonly collection: string;
}

/** The properties of a new item. */
export function itemProperties(
  label: string,
  attributes: Record<string, string>,
): Record<string, Variant> {
  return {
    'org.freedesktop.Secret.Item.Label': new Variant('s', label),
    'org.freedesktop.Secret.Item.Attributes': new Variant('a{ss}', attributes),
  };
}

/** How many paths there are in each array. */
export const count = (found: readonly unknown[]): string =>
  found.map((paths) => (Array.isArray(paths) ? paths.length : '?')).join(' ');

export class RawService {
  readonly #connection: Connection;
  /** Whether the last item came at once or after a prompt. */
  lastShape = '';
  /** What CreateItem has told of last. */
  lastPath = '';

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async values(
    path: string,
    owner: string,
    member: string,
    signature: string,
    body: readonly unknown[],
  ): Promise<readonly unknown[]> {
    const reply: Message = await this.#connection.call({
      destination: NAME,
      path,
      interface: owner.includes('.') ? owner : `org.freedesktop.Secret.${owner}`,
      member,
      signature,
      body: [...body],
    });
    return reply.body;
  }

  /** What came of a call: its values in words, or the error. */
  async outcome(
    path: string,
    owner: string,
    member: string,
    signature: string,
    body: readonly unknown[],
    tell: (values: readonly unknown[]) => string,
  ): Promise<string> {
    try {
      return tell(await this.values(path, owner, member, signature, body));
    } catch (error) {
      if (!isDBusErrorReply(error)) throw error;
      return `${error.errorName}${error.message === error.errorName ? ', no text' : ''}`;
    }
  }

  async plainSession(): Promise<string> {
    const body = ['plain', new Variant('s', '')];
    const [, session] = await this.values(SERVICE, 'Service', 'OpenSession', 'sv', body);
    return String(session);
  }

  /** Stores an item, through a prompt if need be; resolves to its path. */
  async store(
    collection: string,
    session: string,
    attributes: Record<string, string>,
    text: Uint8Array | string,
    replace: boolean,
  ): Promise<string> {
    const properties = {
      'org.freedesktop.Secret.Item.Label': new Variant('s', 'label'),
      'org.freedesktop.Secret.Item.Attributes': new Variant('a{ss}', attributes),
    };
    const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
    const type = typeof text === 'string' ? 'application/x-test' : 'text/plain';
    const secret = [session, new Uint8Array(), bytes, type];
    return this.storeWith(collection, properties, secret, replace);
  }

  /** As {@link store}, of the arguments of CreateItem. */
  async storeWith(
    collection: string,
    properties: Record<string, Variant>,
    secret: readonly unknown[],
    replace: boolean,
  ): Promise<string> {
    const body = [properties, secret, replace];
    const made = await this.values(collection, 'Collection', 'CreateItem', 'a{sv}(oayays)b', body);
    const [item, prompt] = made;
    this.lastShape = prompt === '/' ? 'an item' : 'a prompt';
    if (prompt === '/') return String(item);
    const [, result] = await this.#end(String(prompt), 'Prompt');
    return String(result.value);
  }

  /** What comes of CreateItem, through its prompt if there is one. */
  async creation(collection: string, body: readonly unknown[]): Promise<string> {
    let prompt = '/';
    const outcome = await this.outcome(
      collection,
      'Collection',
      'CreateItem',
      'a{sv}(oayays)b',
      body,
      (made) => {
        prompt = String(made[1]);
        this.lastPath = String(made[0]);
        return prompt === '/' ? 'an item' : 'a prompt';
      },
    );
    if (prompt === '/') return outcome;
    const [dismissed, result] = await this.#end(prompt, 'Prompt');
    const path = String(result.value);
    this.lastPath = path;
    return `a prompt: ${dismissed} ${result.signature} ${path === '/' ? 'nothing' : 'a path'}`;
  }

  async encryptedSession(): Promise<string> {
    const { publicKey } = generateKeyPair();
    const body = [ALGORITHM_DH, new Variant('ay', publicKey)];
    const [, session] = await this.values(SERVICE, 'Service', 'OpenSession', 'sv', body);
    return String(session);
  }

  /** The names of all properties of an interface. */
  allProperties(path: string, owner: string): Promise<string> {
    return this.outcome(path, 'org.freedesktop.DBus.Properties', 'GetAll', 's', [owner], ([all]) =>
      all instanceof Map ? [...all.keys()].sort().join(' ') : '?',
    );
  }

  read(item: string, session: string): Promise<string> {
    return this.outcome(item, 'Item', 'GetSecret', 'o', [session], ([struct]) => {
      const [, , value, type] = Array.isArray(struct) ? struct : [];
      const text = value instanceof Uint8Array ? new TextDecoder().decode(value) : '?';
      return `${JSON.stringify(text)} ${type}`;
    });
  }

  property(
    path: string,
    owner: string,
    name: string,
    tell: (value: unknown) => string,
  ): Promise<string> {
    const body = [`org.freedesktop.Secret.${owner}`, name];
    return this.outcome(path, 'org.freedesktop.DBus.Properties', 'Get', 'ss', body, ([value]) =>
      tell(value instanceof Variant ? value.value : undefined),
    );
  }

  /** Calls a method without saying of which interface. */
  async withoutInterface(
    path: string,
    member: string,
    signature: string,
    body: readonly unknown[],
  ): Promise<string> {
    try {
      await this.#connection.call({ destination: NAME, path, member, signature, body: [...body] });
      return 'done';
    } catch (error) {
      if (!isDBusErrorReply(error)) throw error;
      return error.errorName;
    }
  }

  /** The kinds of signals that this client sees while another one makes a change, in their order. */
  async signalsDuring(change: () => Promise<unknown>, actor: RawService): Promise<string> {
    const signals = this.#connection.signals({ type: 'signal', sender: NAME }, { queueLimit: 999 });
    await signals.ready;
    await change();
    // What the service sends because of the change comes before its answers to these.
    await actor.values(SERVICE, 'Service', 'ReadAlias', 's', ['default']);
    await this.values(SERVICE, 'Service', 'ReadAlias', 's', ['default']);
    signals.close();
    const members = new Set<string>();
    // gnome-keyring sends them when it is idle: before or after the others, as it happens.
    const properties = new Set<string>();
    for await (const signal of signals) {
      const isOfTheApi = signal.interface?.startsWith('org.freedesktop.Secret.') === true;
      (isOfTheApi ? members : properties).add(tellSignal(signal));
    }
    return [...members, ...[...properties].sort()].filter((kind) => kind !== '').join(', ');
  }

  /** Names of attributes, but for the schema: one daemon adds it when it reads its file again. */
  names(path: string, property: string): Promise<string> {
    return this.property(path, 'Item', property, (value) =>
      value instanceof Map
        ? [...value.keys()]
            .filter((name) => name !== 'xdg:schema')
            .sort()
            .join(' ')
        : '?',
    );
  }

  set(path: string, name: string, value: Variant): Promise<string> {
    const body = ['org.freedesktop.Secret.Item', name, value];
    return this.outcome(path, 'org.freedesktop.DBus.Properties', 'Set', 'ssv', body, () => 'done');
  }

  async deletion(item: string): Promise<string> {
    const [prompt] = await this.values(item, 'Item', 'Delete', '', []);
    if (prompt === '/') return 'at once';
    const [dismissed, result] = await this.#end(String(prompt), 'Prompt');
    return `a prompt: ${dismissed} ${result.signature}`;
  }

  dismissedCreation(): Promise<string> {
    return this.dismissed('CreateCollection', 'a{sv}s', [LABEL, '']);
  }

  /** Dismisses a prompt that is another client's. */
  async dismissOf(owner: RawService): Promise<string> {
    const body = [LABEL, ''];
    const reply = await owner.values(SERVICE, 'Service', 'CreateCollection', 'a{sv}s', body);
    const done = (): string => 'done';
    const outcome = await this.outcome(String(reply[1]), 'Prompt', 'Dismiss', '', [], done);
    if (outcome !== 'done') await owner.#end(String(reply[1]), 'Dismiss');
    return outcome;
  }

  /** Whether a client that asked for no prompt hears how one ended. */
  async hearsOf(owner: RawService): Promise<string> {
    const dismiss = () => owner.dismissedCreation();
    const heard = await this.signalsDuring(dismiss, owner);
    return heard.includes('Completed') ? 'heard' : 'not heard';
  }

  /** Calls Prompt on a prompt that has ended. */
  async endedPrompt(): Promise<string> {
    const body = [LABEL, ''];
    const reply = await this.values(SERVICE, 'Service', 'CreateCollection', 'a{sv}s', body);
    await this.#end(String(reply[1]), 'Dismiss');
    // KeePassXC takes the object away in the next turn of its event loop: an answer comes after that.
    await this.values(SERVICE, 'Service', 'ReadAlias', 's', ['default']);
    return this.outcome(String(reply[1]), 'Prompt', 'Prompt', 's', [''], () => 'done');
  }

  /** Makes a call that brings a prompt, and dismisses it. */
  async dismissed(member: string, signature: string, body: readonly unknown[]): Promise<string> {
    const reply = await this.values(SERVICE, 'Service', member, signature, body);
    const prompt = String(reply[1]);
    if (prompt === '/') return 'no prompt';
    const [dismissed, result] = await this.#end(prompt, 'Dismiss');
    return `${dismissed} ${result.signature} ${JSON.stringify(result.value)}`;
  }

  async #end(prompt: string, member: 'Prompt' | 'Dismiss'): Promise<[unknown, Variant]> {
    const signals = this.#connection.signals({
      type: 'signal',
      sender: NAME,
      interface: 'org.freedesktop.Secret.Prompt',
      path: prompt,
    });
    await signals.ready;
    const isPrompt = member === 'Prompt';
    await this.values(prompt, 'Prompt', member, isPrompt ? 's' : '', isPrompt ? [''] : []);
    for await (const { body } of signals) {
      const [dismissed, result] = body;
      return [dismissed, result instanceof Variant ? result : new Variant('s', '')];
    }
    throw new Error(`${prompt}: ended without a word`);
  }
}

/** Where a signal of the API comes from, and what it is; of properties those that it gives. */
function tellSignal({ path, interface: owner, member, body }: Message): string {
  const kind = String(path).slice(SERVICE.length).split('/');
  const place = kind[3] === undefined ? (kind[1] ?? 'service') : 'item';
  if (owner?.startsWith('org.freedesktop.Secret.')) return `${place} ${member}`;
  const [, values] = body;
  if (member !== 'PropertiesChanged' || !(values instanceof Map) || values.size === 0) return '';
  return `${place} ${[...values.keys()].sort().join('+')}`;
}
