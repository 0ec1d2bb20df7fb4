/** A file that processes share. `io/` binds it to the disk; tests bind it to memory. */
export interface SharedFile {
  readonly path: string;
  /** The content; `undefined` when there is no file. */
  read(): Promise<Uint8Array | undefined>;
  /** Replaces the content under the file's lock; `undefined` leaves it as it is. */
  edit(
    change: (content: Uint8Array | undefined) => Uint8Array | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void>;
  nowSeconds(): number;
  /** Gives another text each time. */
  randomName(): string;
}
