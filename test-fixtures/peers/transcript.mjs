// Runs a list of calls on one module and prints what each of them did, as JSON: a real library and
// its drop-in can so be given the same list, and their transcripts compared. See src/transcript.ts.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const { module, steps } = JSON.parse(await readInput());
const subject = await load(module);
const outcomes = [];
for (const step of steps) outcomes.push(await outcomeOf(step));
process.stdout.write(JSON.stringify(outcomes));

async function readInput() {
  let text = '';
  process.stdin.setEncoding('utf8');
  for await (const chunk of process.stdin) text += chunk;
  return text;
}

async function load(name) {
  if (name === 'Bun') return globalThis.Bun;
  if (name.endsWith('.mjs') || name.endsWith('.js') || name.endsWith('.ts'))
    return import(pathToFileURL(name).href);
  return createRequire(import.meta.url)(name);
}

async function outcomeOf({ create, call, args }) {
  let isThrown = true;
  try {
    const [owner, method] = create === undefined ? reach(call) : [instantiate(create), call[0]];
    const result = owner[method](...args.map(decode));
    isThrown = false;
    const isPromise = result instanceof Promise;
    return { isPromise, value: encode(await result) };
  } catch (error) {
    const { name, message, code } = error;
    return { isThrown, error: { name, message, code } };
  }
}

// The object that a path of names leads to, and the name of its last step.
function reach(path) {
  const owner = path.slice(0, -1).reduce((value, name) => value[name], subject);
  return [owner, path.at(-1)];
}

function instantiate({ class: name, via, args }) {
  const values = args.map(decode);
  return via === undefined ? new subject[name](...values) : subject[name][via](...values);
}

function decode(value) {
  if (value?.$undefined) return undefined;
  if (value?.$bytes !== undefined) return Uint8Array.from(Buffer.from(value.$bytes, 'hex'));
  if (value?.$aborted) return AbortSignal.abort();
  return value;
}

function encode(value) {
  if (value === undefined) return { $undefined: true };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('hex') };
  return value;
}
