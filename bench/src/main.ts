/** Runs the parts of the bench that are asked for: npm run bench -- [PART …]. */
import process from 'node:process';
import { benchSize } from './bundle-size.ts';
import { benchCalls } from './calls.ts';
import { benchCodec } from './codec.ts';
import { benchColdStart } from './cold-start.ts';
import { benchEmbeddedBus } from './embedded-bus.ts';
import { benchFirstUse } from './first-use.ts';
import { parseOptions } from './options.ts';
import { machineLine } from './report.ts';

const options = parseOptions(process.argv.slice(2));
console.log(machineLine());
if (options.parts.has('codec')) await benchCodec(options);
if (options.parts.has('calls')) await benchCalls(options);
if (options.parts.has('embedded-bus')) await benchEmbeddedBus(options);
if (options.parts.has('cold-start')) await benchColdStart(options);
if (options.parts.has('size')) await benchSize();
if (options.parts.has('first-use')) await benchFirstUse(options);
