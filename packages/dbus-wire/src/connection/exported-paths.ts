/**
 * Who answers the calls that others make to us, by object path. What an answer is, incoming-calls.ts
 * decides, which is loaded when the first call comes: most clients never get one.
 */

import { wrongArgument } from '../codec/arguments.ts';
import { isObjectPath } from '../codec/names.ts';
import type { CallHandler, ExportOptions } from './connection-options.ts';
import { isAtOrBelow } from './match-evaluation.ts';

/** The paths that have a handler. */
export class ExportedPaths {
  /** Handlers of one path. */
  readonly #own = new Map<string, CallHandler>();
  /** Handlers of a path and everything below it that has no handler of its own. */
  readonly #subtrees = new Map<string, CallHandler>();

  /** The paths that have a handler of their own. */
  paths(): IterableIterator<string> {
    return this.#own.keys();
  }

  /** The handler of a path, its own or the nearest subtree's. */
  handlerOf(path: string): CallHandler | undefined {
    // Over our few subtrees and not up the path, whose length and depth the caller chooses.
    let nearest = '';
    for (const root of this.#subtrees.keys()) {
      if (root.length > nearest.length && isAtOrBelow(path, root)) nearest = root;
    }
    return this.#own.get(path) ?? this.#subtrees.get(nearest);
  }

  /**
   * Lets a handler answer the calls to one path, or to a whole subtree where no other handler is
   * nearer; the result takes it away again.
   *
   * @throws TypeError when the path is not an object path, or has a handler already, or the handler is none
   */
  export(path: string, handler: CallHandler, { subtree = false }: ExportOptions = {}): () => void {
    const handlers = subtree ? this.#subtrees : this.#own;
    if (!isObjectPath(path)) throw wrongArgument('path', 'an object path', path);
    if (typeof handler?.handleCall !== 'function') {
      throw wrongArgument('handler', 'an object with handleCall', handler);
    }
    if (handlers.has(path)) throw new TypeError(`path: ${path} has a handler already`);
    handlers.set(path, handler);
    return () => {
      if (handlers.get(path) === handler) handlers.delete(path);
    };
  }
}
