/**
 * Lets a child process keep the test process alive only while somebody waits for it, so that a test
 * that forgot to dispose of a daemon ends all the same.
 */
import type { ChildProcess } from 'node:child_process';

export class Wakefulness {
  readonly #child: ChildProcess;
  #waiters = 0;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#set('unref');
  }

  /** Keeps the process alive until this promise settles. */
  async during<T>(promise: Promise<T>): Promise<T> {
    if (this.#waiters++ === 0) this.#set('ref');
    try {
      return await promise;
    } finally {
      if (--this.#waiters === 0) this.#set('unref');
    }
  }

  #set(method: 'ref' | 'unref'): void {
    this.#child[method]();
    for (const stream of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) {
      if (stream !== null && hasMethod(stream, method)) stream[method]();
    }
  }
}

/** A pipe is a socket, which can be let go of, though its type does not say so. */
function hasMethod<M extends string>(value: object, method: M): value is Record<M, () => void> {
  return method in value;
}
