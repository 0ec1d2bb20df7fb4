/** An object of the bus, as tables of its methods, properties and signals. */

type Awaitable<T> = T | Promise<T>;

/** One method: its arguments fit `in` when `run` gets them. */
export interface Method {
  readonly interface: string;
  readonly member: string;
  readonly in: readonly string[];
  readonly out: readonly string[];
  readonly run: (args: readonly unknown[], caller: string) => Awaitable<readonly unknown[]>;
}

export interface Property {
  readonly interface: string;
  readonly name: string;
  readonly type: string;
  /** May be a promise where a caller is given, who sees what others may not. */
  readonly read: (caller?: string) => unknown;
  /** Whether it is not told at present: GetAll leaves it out. */
  readonly isUntold?: () => boolean;
  /** Left out for a property that cannot be written. */
  readonly write?: (value: unknown, caller: string) => Promise<void>;
}

export interface Signal {
  readonly interface: string;
  readonly member: string;
  readonly args: readonly string[];
}

export interface ServedObject {
  readonly methods: readonly Method[];
  readonly properties: readonly Property[];
  readonly signals: readonly Signal[];
  /** The last elements of the paths below this one. */
  readonly children: readonly string[];
}
