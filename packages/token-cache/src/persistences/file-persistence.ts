/**
 * One text in a file, in clear: with mode 0600, replaced at once, never through a link. For what is
 * no secret, or where plaintext was asked for.
 */
import { type CallOptions, throwIfAborted } from '../abort.ts';
import { PersistenceNotFound } from '../errors.ts';
import {
  readFileChange,
  readOwnFile,
  removeOwnFile,
  resolveLocation,
  touchOwnFile,
  writeOwnFile,
} from '../io/files.ts';
import { newNonce } from '../io/nonce.ts';
import type { Persistence } from '../types/persistence.ts';
import { decodeText, encodeText } from './text.ts';
import { runTrial } from './trial.ts';

/** Keeps one text in a plain file. */
export class FilePersistence implements Persistence {
  readonly kind = 'file';
  readonly isEncrypted = false;
  readonly location: string;

  /** @param location - `~` stands for the home folder; missing folders are made when it saves. */
  constructor(location: string) {
    this.location = resolveLocation(location);
  }

  /**
   * @throws {@link PersistenceError} with code `no-space`, `not-writable`, `write-failed`,
   * `symbolic-link`, `foreign-owner`, `not-a-file` or `too-large`; the old content is intact then
   */
  async save(content: string, { signal }: CallOptions = {}): Promise<void> {
    throwIfAborted(this.location, signal);
    await writeOwnFile(this.location, encodeText(content));
  }

  async load({ signal }: CallOptions = {}): Promise<string> {
    throwIfAborted(this.location, signal);
    const bytes = await readOwnFile(this.location);
    if (bytes === undefined) throw new PersistenceNotFound(this.location);
    return decodeText(bytes, this.location);
  }

  async delete({ signal }: CallOptions = {}): Promise<boolean> {
    throwIfAborted(this.location, signal);
    return removeOwnFile(this.location);
  }

  async timeLastModified(): Promise<number> {
    return timeOf(this.location);
  }

  async version(): Promise<string | undefined> {
    return (await readFileChange(this.location))?.version;
  }

  /** Makes the file if there is none, else says that it has changed; its content stays. */
  async touch(): Promise<void> {
    await touchOwnFile(this.location);
  }

  async trialRun(options: CallOptions = {}): Promise<void> {
    throwIfAborted(this.location, options.signal);
    const trial = new FilePersistence(`${this.location}.${newNonce()}.trial`);
    await runTrial(this.location, trial, options);
  }
}

/** When a file or a signal file was changed last. */
export async function timeOf(location: string): Promise<number> {
  const change = await readFileChange(location);
  if (change !== undefined) return change.modifiedMs;
  throw new PersistenceNotFound(location);
}
