/**
 * Tries the keyring again and again, as programs do that start at the same moment: argument is the
 * folder. For each message `{ runs }` it answers `{ chosen }`, how often each place was chosen.
 */
import path from 'node:path';
import process from 'node:process';
import { createPersistence, trialRun } from '../../src/index.ts';

const [folder = ''] = process.argv.slice(2);

process.on('message', async ({ runs }: { readonly runs: number }) => {
  const chosen: Record<string, number> = {};
  try {
    for (let run = 0; run < runs; run += 1) {
      await trialRun();
      const { report } = await createPersistence({
        location: path.join(folder, 'shared'),
        policy: 'plaintext',
      });
      chosen[report.chosen] = (chosen[report.chosen] ?? 0) + 1;
    }
    process.send?.({ chosen });
  } catch (error) {
    process.send?.({
      error: String(error),
      cause: String(error instanceof Error ? error.cause : ''),
    });
  }
});
