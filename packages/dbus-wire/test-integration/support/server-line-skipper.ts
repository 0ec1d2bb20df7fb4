/** Drops a server's two lines of authentication (`DATA` and `OK …`) in front of its messages. */
export class ServerLineSkipper {
  #lines = 0;

  skip(chunk: Uint8Array): Uint8Array {
    let start = 0;
    while (this.#lines < 2 && start < chunk.length) {
      if (chunk[start] === 0x0a) this.#lines++;
      start++;
    }
    return chunk.subarray(start);
  }
}
