/**
 * Whether the owner of a lock still runs. "dead" is said only when it is certain, because a lock
 * judged dead is taken over: everything that cannot be known is "unknown", and stays locked.
 */
import type { OwnerRecord } from './owner-record.ts';

/** Whether the owner of a lock runs; `unknown` counts as running. */
export type Verdict = 'alive' | 'dead' | 'unknown';

/** What this machine says about a process id. */
export type ProcessState =
  /** No process has the id. */
  | { readonly state: 'absent' }
  /** The id is taken, but /proc does not say by whom. */
  | { readonly state: 'hidden' }
  /** `hasEnded`: all of its threads are gone and only its parent has not noticed yet. */
  | { readonly state: 'present'; readonly startTicks: string; readonly hasEnded: boolean };

/** What judging needs to know about where this process runs. */
export interface Surroundings {
  /** Empty where the system has none; every other process is "unknown" then. */
  readonly bootId: string;
  readonly namespaces: string;
  readonly host: string;
  processState(pid: number): Promise<ProcessState>;
  /** True only when no other kernel can have the file's file system mounted. */
  isOnLocalFileSystem(path: string): Promise<boolean>;
}

/** Judges the owner of the lock at `path`; a lock that is not ours has no owner to judge. */
export async function judgeOwner(
  owner: OwnerRecord | undefined,
  path: string,
  here: Surroundings,
): Promise<Verdict> {
  // @rule lock/stranger-unknown keywire#file-lock
  if (owner === undefined || here.bootId === '') return 'unknown';
  // One without a boot's id could not read it (a sandbox that hides /proc/sys): no boot is earlier.
  // @rule lock/no-boot-unknown keywire#file-lock
  if (owner.bootId === '') return 'unknown';
  if (owner.bootId !== here.bootId) {
    // An earlier boot of this machine, whose processes are gone, or another machine, whose processes
    // nobody here can see. A disk that is local here may be exported to others, guests of a virtual
    // machine among them; they have other names.
    // @rule lock/other-host-unknown keywire#file-lock
    const isOurEarlierBoot = owner.host === here.host && (await here.isOnLocalFileSystem(path));
    return isOurEarlierBoot ? 'dead' : 'unknown';
  }
  // The same process id in another container is another process.
  // @rule lock/other-namespace-unknown keywire#file-lock
  if (owner.namespaces !== here.namespaces) return 'unknown';
  const process = await here.processState(owner.pid);
  switch (process.state) {
    case 'absent':
      return 'dead';
    case 'hidden':
      return 'alive';
    case 'present':
      // @rule lock/pid-reused keywire#file-lock
      return process.hasEnded || process.startTicks !== owner.startTicks ? 'dead' : 'alive';
  }
}
