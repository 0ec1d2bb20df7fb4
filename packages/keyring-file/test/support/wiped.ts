/** Sees what is wiped: nothing else tells that a buffer, which nobody has by then, held a secret. */
import { Buffer } from 'node:buffer';

/** The content, before, of every buffer that is filled with zeros while `work` runs. */
export function wipedDuring(work: () => unknown): string[] {
  const watch = watchWiping();
  try {
    work();
  } finally {
    watch.end();
  }
  return watch.wiped;
}

/** The same for work that takes its time. */
export async function wipedUntil(work: () => Promise<unknown>): Promise<string[]> {
  const watch = watchWiping();
  try {
    await work();
  } finally {
    watch.end();
  }
  return watch.wiped;
}

function watchWiping(): { readonly wiped: string[]; end(): void } {
  const { fill } = Uint8Array.prototype;
  const wiped: string[] = [];
  Uint8Array.prototype.fill = function (this: Uint8Array, ...args) {
    if (args.length === 1 && args[0] === 0) wiped.push(Buffer.from(this).toString('latin1'));
    return Reflect.apply(fill, this, args);
  };
  return {
    wiped,
    end(): void {
      Uint8Array.prototype.fill = fill;
    },
  };
}
