/** An AbortController whose signal tells how many listen to it. */
export function countingController(): {
  readonly signal: AbortSignal;
  abort(reason?: unknown): void;
  listeners(): number;
} {
  const controller = new AbortController();
  const { signal } = controller;
  const { addEventListener, removeEventListener } = signal;
  let listeners = 0;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners += 1;
    Reflect.apply(addEventListener, signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners -= 1;
    Reflect.apply(removeEventListener, signal, args);
  };
  return { signal, abort: (reason) => controller.abort(reason), listeners: () => listeners };
}
