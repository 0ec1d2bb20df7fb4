// Lets Node load the repository's TypeScript sources: node --import ./scripts/ts-register.mjs FILE.ts
import { register } from 'node:module';

register('./ts-hooks.mjs', import.meta.url);
