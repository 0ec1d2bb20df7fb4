// Lets Node load the repository's TypeScript sources: node --import ./scripts/ts-register.mjs FILE.ts
import { register } from 'node:module';
import process from 'node:process';

register('./ts-hooks.mjs', import.meta.url);

// tap puts a loader into every Node that a test starts, to see what it loads. Coverage is off, and a
// program under test must be what its users start: with nobody's hooks, as another user, in a read-only
// folder.
if (process.env.TAP === '1') {
  const { default: processOnSpawn } = await import('process-on-spawn');
  processOnSpawn.removeAllListeners();
}
