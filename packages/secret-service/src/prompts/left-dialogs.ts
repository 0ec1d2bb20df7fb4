// Dialogs that we gave up and that the daemon keeps on the screen, because it would not survive being
// told to drop them. A daemon may not survive a queue behind them either: the next prompt of the same
// kind is shown when the user has answered the one before. No clock, no sockets.

interface Waiting {
  readonly kind: string;
  readonly go: () => void;
}

/** The dialogs of one service that nobody waits for any more. */
export class LeftDialogs {
  readonly #kinds = new Map<string, string>();
  readonly #waiting = new Set<Waiting>();

  /** Notes that one stays open. */
  add(name: string, kind: string): void {
    this.#kinds.set(name, kind);
  }

  /** Notes that one is answered; tells whether it was one of these. */
  answered(name: string): boolean {
    if (!this.#kinds.delete(name)) return false;
    for (const waiting of [...this.#waiting]) this.#goUnlessOpen(waiting);
    return true;
  }

  /** The daemon is gone, and its dialogs with it. */
  clear(): void {
    this.#kinds.clear();
    this.#waiting.clear();
  }

  /** Calls back once none of a kind is open, at once if none is; the returned function forgets it. */
  whenNone(kind: string, go: () => void): () => void {
    const waiting = { kind, go };
    this.#waiting.add(waiting);
    this.#goUnlessOpen(waiting);
    return () => this.#waiting.delete(waiting);
  }

  #goUnlessOpen(waiting: Waiting): void {
    if ([...this.#kinds.values()].includes(waiting.kind)) return;
    this.#waiting.delete(waiting);
    waiting.go();
  }
}
