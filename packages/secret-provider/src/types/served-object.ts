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
  /** Whether GetAll leaves it out at present. */
  readonly isUntold?: () => boolean;
  /** Left out for a property that cannot be written. */
  readonly write?: (value: unknown, caller: string) => Promise<void>;
}

export interface Signal {
  readonly interface: string;
  readonly member: string;
  readonly args: readonly string[];
}

/** What a profile changes about properties. */
export interface PropertyStyle {
  /** Whether GetAll of no interface gives the properties of all of them. */
  readonly tellsAllInterfaces: boolean;
}

export interface ServedObject {
  readonly methods: readonly Method[];
  readonly properties: readonly Property[];
  readonly signals: readonly Signal[];
  /** The last elements of the paths below this one. */
  readonly children: readonly string[];
}
