/**
 * Forgets what connections held that have left the bus: their sessions, prompts and questions.
 * https://dbus.freedesktop.org/doc/dbus-specification.html#bus-messages-name-owner-changed
 */

/** What tells who leaves, and who is told. */
export interface LeaverSources {
  /** NameOwnerChanged of names that nobody owns any more; `dropped` counts those not received. */
  readonly changes: AsyncIterable<{ readonly body: readonly unknown[] }> & {
    readonly dropped: number;
  };
  /** Who is on the bus now. */
  readonly present: () => Promise<ReadonlySet<unknown>>;
  /** Who holds something. */
  readonly holders: () => Iterable<string>;
  readonly forget: (uniqueName: string) => void;
  /** Told when `present` rejects. */
  readonly failed: (error: unknown) => void;
}

/** Resolves or rejects when `changes` ends. */
export async function forgetLeavers(sources: LeaverSources): Promise<void> {
  const { changes, present, holders, forget, failed } = sources;
  let seenDropped = 0;
  for await (const { body } of changes) {
    const [name] = body;
    if (typeof name === 'string' && name.startsWith(':')) forget(name);
    const { dropped } = changes;
    if (dropped === seenDropped) continue;
    try {
      const names = await present();
      for (const holder of holders()) if (!names.has(holder)) forget(holder);
      seenDropped = dropped;
    } catch (error) {
      // Those who were missed wait for the next one that leaves: then it is asked again.
      failed(error);
    }
  }
}
