/**
 * A bus address in front of another one that remembers what went by, so that a test can count round
 * trips and look at what was really said.
 */
import { Buffer } from 'node:buffer';
import { type RecordedMessage, readStream } from './recorded-messages.ts';
import { startRelay } from './relay.ts';

export interface RecordedConnection {
  /** How often bytes of the client were answered by bytes of the bus, SASL included. */
  readonly flights: number;
  /** The client's bytes, and the bus's. */
  readonly out: Uint8Array;
  readonly in: Uint8Array;
}

export interface RecordingProxy extends AsyncDisposable {
  readonly address: string;
  /** One for each connection since the start or the last `reset`, in the order they came. */
  readonly connections: readonly RecordedConnection[];
  /** Sums over all connections. */
  flights(): number;
  bytesOut(): number;
  bytesIn(): number;
  /** Every whole message, connection by connection: the client's, then the bus's. */
  messages(): RecordedMessage[];
  /** The SASL lines of every client. */
  saslLines(): string[];
  /** Whether these bytes went by in either direction: a secret that was sent in the clear did. */
  hasSeen(bytes: Uint8Array): boolean;
  /** Forgets the connections so far; those still open go on unrecorded. */
  reset(): void;
  /** Breaks every connection that is open, as a bus that dies would; new ones are taken. */
  disconnect(): void;
}

/** Listens on a socket of its own; every connection is passed on to the given bus address. */
export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  let recordings: Recording[] = [];
  const relay = await startRelay(target, () => {
    const recording = new Recording();
    recordings.push(recording);
    return {
      out: (chunk) => recording.addOut(chunk),
      in: (chunk) => recording.addIn(chunk),
    };
  });
  const sum = (of: (recording: Recording) => number): number =>
    recordings.reduce((total, each) => total + of(each), 0);
  return {
    address: relay.address,
    get connections() {
      return recordings;
    },
    flights: () => sum((each) => each.flights),
    bytesOut: () => sum((each) => each.out.length),
    bytesIn: () => sum((each) => each.in.length),
    messages: () =>
      recordings.flatMap((each) => [
        ...readStream(each.out, 'out').messages,
        ...readStream(each.in, 'in').messages,
      ]),
    saslLines: () => recordings.flatMap((each) => readStream(each.out, 'out').saslLines),
    hasSeen: (bytes) =>
      recordings.some((each) =>
        [each.out, each.in].some((all) => all.includes(Buffer.from(bytes))),
      ),
    reset: () => {
      recordings = [];
    },
    disconnect: () => relay.disconnect(),
    [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose](),
  };
}

class Recording implements RecordedConnection {
  readonly #out: Uint8Array[] = [];
  readonly #in: Uint8Array[] = [];
  #isWaiting = false;
  flights = 0;

  get out(): Buffer {
    return Buffer.concat(this.#out);
  }

  get in(): Buffer {
    return Buffer.concat(this.#in);
  }

  addOut(chunk: Uint8Array): Uint8Array {
    this.#out.push(chunk);
    this.#isWaiting = true;
    return chunk;
  }

  addIn(chunk: Uint8Array): Uint8Array {
    this.#in.push(chunk);
    if (this.#isWaiting) this.flights += 1;
    this.#isWaiting = false;
    return chunk;
  }
}
