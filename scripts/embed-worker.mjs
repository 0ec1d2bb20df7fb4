// Embeds workers: a module called worker-source.ts says where a worker is, and the build replaces it
// with the worker, and all that it imports, as one string. So a program that is bundled into one file
// needs no other. The string is CommonJS, which each runtime evaluates in a worker, and not minified.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

export const embedWorker = {
  name: 'embed-worker',
  setup({ onLoad }) {
    onLoad({ filter: /\/worker-source\.ts$/ }, async ({ path: file }) => {
      const [, worker] = /new URL\('([^']+)', import\.meta\.url\)/u.exec(
        readFileSync(file, 'utf8'),
      );
      const { outputFiles } = await build({
        entryPoints: [path.join(path.dirname(file), worker)],
        bundle: true,
        write: false,
        platform: 'node',
        format: 'cjs',
        target: 'node18.19',
        // Node 18 has no getBuiltinModule.
        banner: {
          js: 'if (!process.getBuiltinModule) process.getBuiltinModule = require;',
        },
        conditions: ['@keywire/source'],
        legalComments: 'inline',
        logLevel: 'warning',
      });
      return { contents: `export const workerSource = ${JSON.stringify(outputFiles[0].text)};` };
    });
  },
};
