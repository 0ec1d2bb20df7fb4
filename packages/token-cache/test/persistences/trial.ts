/** Trial runs: what passes, what is told, and that nothing is left. */
import assert from 'node:assert/strict';
import { test } from '../../../../test-fixtures/src/harness.ts';
import type { CallOptions } from '../../src/abort.ts';
import { PersistenceNotFound } from '../../src/errors.ts';
import { runTrial, type TrialPlace } from '../../src/persistences/trial.ts';

/** A place that can lose or change what it takes. */
class Place implements TrialPlace {
  content: string | undefined;
  failsToSave = false;
  failsToDelete = false;
  change: (content: string | undefined) => string | undefined = (content) => content;

  readonly signals: (AbortSignal | undefined)[] = [];

  async save(content: string, { signal }: CallOptions): Promise<void> {
    this.signals.push(signal);
    this.content = content;
    if (this.failsToSave) throw new Error('save failed');
  }

  async load({ signal }: CallOptions): Promise<string> {
    this.signals.push(signal);
    const content = this.change(this.content);
    if (content === undefined) throw new PersistenceNotFound('/x');
    return content;
  }

  async delete({ signal }: CallOptions): Promise<boolean> {
    this.signals.push(signal);
    if (this.failsToDelete) throw new Error('delete failed');
    const wasThere = this.content !== undefined;
    this.content = undefined;
    return wasThere;
  }
}

test('a place that works passes, and is empty afterwards', async () => {
  const place = new Place();
  await runTrial('/x', place);
  assert.equal(place.content, undefined);
});

test('a place that forgets or changes what it took is not verified, and emptied', async () => {
  for (const change of [() => undefined, () => 'another']) {
    const place = new Place();
    place.change = change;
    await assert.rejects(runTrial('/x', place), { code: 'not-verified', location: '/x' });
    assert.equal(place.content, undefined);
  }
});

test('a save that fails is told as it is, and what came through all the same is removed', async () => {
  const place = new Place();
  place.failsToSave = true;
  await assert.rejects(runTrial('/x', place), { message: 'save failed' });
  assert.equal(place.content, undefined);
  place.failsToDelete = true;
  await assert.rejects(runTrial('/x', place), { message: 'save failed' });
});

test('what was lost is told, also where what is left cannot be removed', async () => {
  const place = new Place();
  place.change = () => 'another';
  place.failsToDelete = true;
  await assert.rejects(runTrial('/x', place), { code: 'not-verified' });
});

test('a place that does not delete has failed', async () => {
  const place = new Place();
  place.failsToDelete = true;
  await assert.rejects(runTrial('/x', place), { message: 'delete failed' });
  // At the first call only: what is told as failed is cleared away all the same.
  const once = new Place();
  const { delete: remove } = once;
  once.delete = async () => {
    once.delete = remove;
    throw new Error('delete failed');
  };
  await assert.rejects(runTrial('/x', once), { message: 'delete failed' });
  assert.equal(once.content, undefined);
});

test('no two trials use the same text', async () => {
  const texts = new Set<string | undefined>();
  for (let count = 0; count < 3; count += 1) {
    const place = new Place();
    place.change = (content): string | undefined => {
      texts.add(content);
      return content;
    };
    await runTrial('/x', place);
  }
  assert.equal(texts.size, 3);
});

test('every step is told of the signal, but the clearing away after a failure', async () => {
  const { signal } = new AbortController();
  const place = new Place();
  await runTrial('/x', place, { signal });
  assert.deepEqual(place.signals, [signal, signal, signal]);
  const failing = new Place();
  failing.failsToSave = true;
  await assert.rejects(runTrial('/x', failing, { signal }));
  assert.deepEqual(failing.signals, [signal, undefined]);
  // Who has given up does not wait for that.
  const stuck = new Place();
  stuck.failsToSave = true;
  stuck.delete = () => new Promise(() => {});
  await assert.rejects(runTrial('/x', stuck, { signal: AbortSignal.abort() }), {
    message: 'save failed',
  });
});
