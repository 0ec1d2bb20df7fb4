/** Seeing what is left in memory: every ArrayBuffer that is made while something runs. */

/** Runs `body`; its result, and all buffers that were made meanwhile. */
export function buffersOf<T>(body: () => T): {
  readonly result: T;
  readonly buffers: Uint8Array[];
} {
  const original = globalThis.ArrayBuffer;
  const buffers: Uint8Array[] = [];
  globalThis.ArrayBuffer = new Proxy(original, {
    construct(target, [length]: [number]) {
      const buffer = new target(length);
      buffers.push(new Uint8Array(buffer));
      return buffer;
    },
  });
  try {
    return { result: body(), buffers };
  } finally {
    globalThis.ArrayBuffer = original;
  }
}
