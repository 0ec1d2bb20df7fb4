/** Gives the present time in whole seconds since the epoch, as the API's properties count it. */
export type Clock = () => number;

/** Resolves after a time; rejects when the signal aborts. */
export type Delay = (delayMs: number, signal: AbortSignal) => Promise<void>;
