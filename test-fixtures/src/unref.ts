/** Lets a child process and its pipes not keep the test process alive, on every runtime. */
import type { ChildProcess } from 'node:child_process';

export function unref(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    if (stream !== null && 'unref' in stream && typeof stream.unref === 'function') stream.unref();
  }
}
