// The licence texts of all that a bundle contains, as one comment for its end.
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** @param inputs - of esbuild's metafile: what went into the bundle */
export function licenceComment(inputs) {
  const texts = [['keywire', readFileSync('LICENSE', 'utf8')]];
  for (const name of packagesIn(inputs)) {
    texts.push([name, readFileSync(path.join('node_modules', name, 'LICENSE'), 'utf8')]);
  }
  const blocks = texts.map(([name, text]) => `${name}:\n\n${text.trim()}`);
  return `/*! Licences of what this file contains:\n\n${blocks.join('\n\n')}\n*/\n`.replaceAll(
    /\*\/(?!\n$)/gu,
    '*\\/',
  );
}

/** The packages of other people among the inputs. */
export function packagesIn(inputs) {
  const names = Object.keys(inputs).flatMap(
    (input) => /^node_modules\/(@[^/]+\/[^/]+|[^/]+)/u.exec(input)?.[1] ?? [],
  );
  return [...new Set(names)].sort();
}
