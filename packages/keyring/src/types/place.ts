/** From where a keyring is reached: what a worker cannot see for itself, or sees too late. */
export interface Place {
  /** Where the environment says the session bus is; `undefined` where it does not. */
  readonly busAddress: string | undefined;
  /** Whether the user may be asked. */
  readonly interactive: boolean;
}
