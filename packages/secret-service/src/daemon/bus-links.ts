// Which connection to the bus is in use. A connection that was passed in is used as long as it
// lasts; one of our own is replaced when something is to be sent after the bus went away. Nothing is
// sent again by that: what was under way fails, and whether to repeat it is for others to say.

import {
  isConnectionError,
  type MatchRule,
  type Message,
  type OwnerChange,
  type CallOptions as WireCall,
} from '@keywire/dbus-wire';
import { greeting } from '../protocol/calls.ts';
import { SERVICE_NAME } from '../protocol/names.ts';

/** What is needed of a connection; the wire layer's `Connection` has it. */
export interface BusConnection {
  call(options: WireCall & { readonly noReply: true }): Promise<undefined>;
  call(options: WireCall): Promise<Message>;
  signals(rule: MatchRule, options?: { readonly queueLimit?: number }): BusSignals;
  watchName(name: string): BusWatch;
  close(): Promise<void>;
}

/** Signals as they come. */
export interface BusSignals extends AsyncIterable<Message> {
  close(): void;
}

/** A name that is followed, and calls that are bound to its owner. */
export interface BusWatch extends AsyncIterable<OwnerChange> {
  readonly owner: string | undefined;
  call(options: Omit<WireCall, 'destination' | 'noReply'>): Promise<Message>;
  close(): void;
}

/** A connection that we opened: it may be closed, and can let the process end. */
export interface OwnConnection extends BusConnection {
  ref(): void;
  unref(): void;
}

/**
 * Where connections come from: one that somebody else keeps, or a way to open them.
 *
 * @param isFirst - false for those that replace a lost one
 */
export type LinkSource = BusConnection | ((isFirst: boolean) => OwnConnection);

/** One connection, and the service's name on it. */
export interface Link {
  readonly connection: BusConnection;
  readonly watch: BusWatch;
}

/** Told why what the daemon kept for us is gone: it was replaced, or the connection ended. */
export type LossListener = (code: 'owner-changed' | 'disconnected') => void;

/** The connections of one service, one after the other. */
export class BusLinks {
  readonly #source: LinkSource;
  readonly #listeners = new Set<LossListener>();
  readonly #lost = new WeakSet<Link>();
  readonly #greeted = new WeakSet<Link>();
  #current: Link | undefined;
  #own: OwnConnection | undefined;
  #keepsProcessAlive = true;
  #holds = 0;

  /** Follows the service's name at once, so that nothing is written before that. */
  constructor(source: LinkSource) {
    this.#source = source;
    this.#current = this.#make(true);
  }

  /** The connection in use; undefined when it was lost, until something is to be sent. */
  get current(): Link | undefined {
    const link = this.#current;
    return link === undefined || this.#lost.has(link) ? undefined : link;
  }

  /** The connection to send on: the one in use, or a new one where we may open one. */
  open(): Link {
    this.#current ??= this.#make(false);
    return this.#current;
  }

  /** The connection to call the daemon on: as {@link open} gives it, and the daemon greeted. */
  openGreeted(): Link {
    const link = this.open();
    if (!this.#greeted.has(link)) {
      this.#greeted.add(link);
      const destination = link.watch.owner ?? SERVICE_NAME;
      // @rule secret/greeted-first quirk#G20
      // It fails only where everything after it does too, and tells so.
      link.connection.call({ ...greeting(), destination, noReply: true }).catch(() => {});
    }
    return link;
  }

  /** Calls back when an owner is lost, and when a connection ends. */
  onLoss(listener: LossListener): void {
    this.#listeners.add(listener);
  }

  /**
   * Takes note that a connection has ended, once. A connection whose opening the caller gave up is
   * not replaced by another.
   */
  lose(link: Link, reason: unknown): void {
    if (this.#lost.has(link)) return;
    this.#lost.add(link);
    const isGivenUp = isConnectionError(reason) && reason.code === 'aborted';
    // @rule secret/own-connection-reopened keywire#self-healing
    if (typeof this.#source === 'function' && !isGivenUp) this.#current = undefined;
    // Only its following may have failed: then it is still open, and nobody's.
    if (link.connection === this.#own) this.#own.close();
    this.#tell('disconnected');
  }

  /** Sets whether an idle connection keeps the process alive; for connections of our own. */
  setKeepsProcessAlive(value: boolean): void {
    this.#keepsProcessAlive = value;
    this.#refOrUnref();
  }

  /** Keeps the process alive until the returned function is called: a user is being asked. */
  hold(): () => void {
    this.#holds += 1;
    this.#refOrUnref();
    return () => {
      this.#holds -= 1;
      this.#refOrUnref();
    };
  }

  /** Ends following; closes the connection if it is ours. */
  async close(): Promise<void> {
    this.#listeners.clear();
    this.#current?.watch.close();
    await this.#own?.close();
  }

  #make(isFirst: boolean): Link {
    const source = this.#source;
    const connection = typeof source === 'function' ? this.#openOwn(source, isFirst) : source;
    const link = { connection, watch: connection.watchName(SERVICE_NAME) };
    this.#follow(link).then(
      () => this.lose(link, undefined),
      // It ends with an error when the connection does: every call tells about that by itself.
      (error: unknown) => this.lose(link, error),
    );
    return link;
  }

  #openOwn(open: (isFirst: boolean) => OwnConnection, isFirst: boolean): OwnConnection {
    this.#own = open(isFirst);
    this.#refOrUnref();
    return this.#own;
  }

  #refOrUnref(): void {
    if (this.#keepsProcessAlive || this.#holds > 0) this.#own?.ref();
    else this.#own?.unref();
  }

  async #follow(link: Link): Promise<void> {
    for await (const change of link.watch) {
      this.#greeted.delete(link);
      // A daemon that appears where none was takes nothing away.
      if (change.oldOwner !== undefined) this.#tell('owner-changed');
    }
  }

  #tell(code: 'owner-changed' | 'disconnected'): void {
    for (const listener of [...this.#listeners]) listener(code);
  }
}
