/** A persistence in memory, which several objects can share, with every step to be stopped at. */
import { PersistenceNotFound } from '../../src/errors.ts';
import type { Persistence } from '../../src/types/persistence.ts';

export class MemoryPersistence implements Persistence {
  readonly kind = 'backend';
  readonly isEncrypted = false;
  readonly location: string;
  content: string | undefined;
  saves = 0;
  loads = 0;
  /** Whether versions are known at once; else only loading can tell. */
  hasVersions = true;
  /** Called before each step. */
  before: (step: 'save' | 'load' | 'version') => void | Promise<void> = () => {};

  constructor(location: string) {
    this.location = location;
  }

  async save(content: string): Promise<void> {
    await this.before('save');
    this.content = content;
    this.saves += 1;
  }

  async load(): Promise<string> {
    await this.before('load');
    this.loads += 1;
    if (this.content === undefined) throw new PersistenceNotFound(this.location);
    return this.content;
  }

  async delete(): Promise<boolean> {
    const wasThere = this.content !== undefined;
    this.content = undefined;
    return wasThere;
  }

  async timeLastModified(): Promise<number> {
    return 0;
  }

  async version(): Promise<string | undefined> {
    await this.before('version');
    return this.hasVersions && this.content !== undefined ? String(this.saves) : undefined;
  }

  async trialRun(): Promise<void> {}
}
