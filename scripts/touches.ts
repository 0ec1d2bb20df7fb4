/**
 * Everything outside its own memory that the code touches: variables of the environment, files,
 * sockets, processes. Found in the sources themselves: uses of what Node's modules give, in which
 * function, and when, by the first sentence above that function or above its module.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

type Kind = 'environment' | 'file' | 'socket' | 'process';

interface Touch {
  readonly kind: Kind;
  readonly what: string;
  readonly where: string;
  readonly when: string;
}

interface Section {
  readonly name: string;
  readonly doc: string;
  readonly text: string;
}

/** What each module of Node touches; others (crypto, path, util …) touch none of these. */
const MODULES: Readonly<Record<string, Kind>> = {
  'node:fs': 'file',
  'node:fs/promises': 'file',
  'node:net': 'socket',
  'node:os': 'environment',
  'node:tty': 'file',
  'node:child_process': 'process',
  'node:worker_threads': 'process',
};

const TITLES: Readonly<Record<Kind, string>> = {
  environment: 'The environment, the user, the machine',
  file: 'Files',
  socket: 'Sockets',
  process: 'Processes and threads',
};

const IMPORT =
  /^import (?:type )?(?:\w+, )?(?:\* as (\w+)|\{([^}]*)\}|(\w+)) from '(node:[a-z_/]+)';/gmu;
const BUILTIN = /(?:\{([^{}]*)\} = )?process\.getBuiltinModule\('(node:[a-z_/]+)'\)(?:\.(\w+))?/gu;
const DECLARATION =
  /^(?:export )?(?:default )?(?:async )?(?:function\*? (\w+)|class (\w+)|const (\w+)[^=\n]*=)/u;
const METHOD = /^ {2}(?:static |async |override |get |readonly )*(#?\w+)(?:<[^>]*>)?\(.*[{(,]$/u;
const VARIABLE = /\b(?:env|environment)(?:\[|\()'([A-Z][A-Z0-9_]+)'/gu;
/** By a name that is put together or given, and all of them at once. */
const LOOKED_UP =
  /(?:\.\.\.process\.env\b)|\b(?:process\.)?env(?:ironment)?\[(?:`[^`]*`|[a-z][\w.]*)\]/gu;
/** Names for a function that looks variables up. */
const HANDED_ON = /\w\((?:\w+, )?'([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)'/gu;
const DESTRUCTURED = /\{([^{}]*)\}\s*=\s*(?:process\.)?env(?:ironment)?\b/gu;

/** The page, and what the search could not explain. */
export function touchesPage(root: string): { readonly page: string; readonly faults: string[] } {
  const touches: Touch[] = [];
  const faults: string[] = [];
  for (const file of sourceFiles(root)) {
    const text = readFileSync(path.join(root, file), 'utf8');
    const found = touchesIn(file, text);
    touches.push(...found);
    for (const [, kind] of importedNames(text)) {
      if (found.some((touch) => touch.kind === kind)) continue;
      faults.push(`${file}: imports what touches a ${kind}, and no use of it was found`);
    }
  }
  return { page: formatPage(touches), faults };
}

function touchesIn(file: string, text: string): readonly Touch[] {
  const names = importedNames(text);
  const moduleDoc = firstSentence(/^\/\*\*[\s\S]*?\*\//u.exec(text)?.[0] ?? leadingLines(text));
  const where = file.replace(/^packages\//u, '').replace('/src/', '/');
  const found = sections(text).flatMap((section) => {
    const when = section.doc === '' ? moduleDoc : section.doc;
    const place = section.name === '' ? where : `${where} ${section.name}`;
    const code = section.text.replace(/^\s*(?:\/\/|\*).*$/gmu, '');
    return [
      ...variablesIn(code, /\benv(?:ironment)?\[[a-z]/u.test(text)).map(
        (what) => ({ kind: 'environment', what, where: place, when }) as const,
      ),
      ...[...names].flatMap(([name, kind]) =>
        usesOf(code, name).map((what) => ({ kind, what, where: place, when })),
      ),
      ...[...code.matchAll(/process\.kill\(([^)]*)\)/gu)].map(
        ([what]) => ({ kind: 'process', what, where: place, when }) as const,
      ),
    ];
  });
  // What is only handed on, as a parameter that tests replace, is called wherever it went.
  const handedOn = [...names].flatMap(([name, kind]) =>
    name.endsWith('.') || name.includes('(') || found.some(({ what }) => what.startsWith(name))
      ? []
      : [{ kind, what: name, where, when: moduleDoc } as const],
  );
  return [...found, ...handedOn];
}

/** Names that a file has from modules that touch something, and what they touch. */
function importedNames(text: string): ReadonlyMap<string, Kind> {
  const names = new Map<string, Kind>();
  for (const [statement, whole, list = '', single, module = ''] of text.matchAll(IMPORT)) {
    const kind = MODULES[module];
    if (kind === undefined || statement.startsWith('import type')) continue;
    for (const entry of list.split(',')) {
      const [imported = '', local = imported] = entry.trim().split(/\s+as\s+/u);
      // Types, classes of results and tables of numbers touch nothing by themselves.
      if (imported === '' || /^type\b|^[A-Z]\w*$|^constants$|^uptime$/u.test(imported)) {
        if (!/^(?:ReadStream|Worker)$/u.test(imported)) continue;
      }
      names.set(local, kind);
    }
    if (whole !== undefined || single !== undefined) names.set(`${whole ?? single}.`, kind);
  }
  for (const [, list = '', module = '', method] of text.matchAll(BUILTIN)) {
    const kind = MODULES[module];
    if (kind === undefined) continue;
    if (method !== undefined) names.set(`process.getBuiltinModule('${module}').${method}`, kind);
    for (const name of list.split(',')) if (name.trim() !== '') names.set(name.trim(), kind);
  }
  return names;
}

/** Calls of a function, or of the functions of a module, each with its first argument. */
function usesOf(code: string, name: string): readonly string[] {
  const escaped = name.replaceAll(/[().]/gu, String.raw`\$&`);
  const called = name.endsWith('.')
    ? `\\b${name.slice(0, -1)}\\.\\w+`
    : `(?<![\\w'])(?<!\\w\\.)${escaped}`;
  const pattern = new RegExp(`(${called})\\(\\s*([^,()]*(?:\\([^()]*\\))?)`, 'gu');
  const used = [...code.matchAll(pattern)].flatMap(([, callee = '', argument = '']) => {
    const shown = argument.replaceAll(/\s+/gu, ' ').trim();
    const plain = callee.replace(/^process\.getBuiltinModule\('[^']*'\)\./u, '');
    // "name: Type" declares a method of that name and calls nothing.
    return /^\w+\??: /u.test(shown) ? [] : [shown === '' ? plain : `${plain}(${shown})`];
  });
  return [...new Set(used)];
}

/** @param looksUp - whether the file has a function that takes a variable's name */
function variablesIn(code: string, looksUp: boolean): readonly string[] {
  const named = [VARIABLE, ...(looksUp ? [HANDED_ON] : [])].flatMap((pattern) =>
    [...code.matchAll(pattern)].map(([, name = '']) => name),
  );
  const lookedUp = [...code.matchAll(LOOKED_UP)].map(([use]) => use.replaceAll('`', ''));
  const taken = [...code.matchAll(DESTRUCTURED)].flatMap(([, list = '']) =>
    list.split(',').map((entry) => entry.trim().split(/[\s:=]/u)[0] ?? ''),
  );
  return [
    ...new Set([...named, ...lookedUp, ...taken.filter((name) => /^[A-Z][A-Z0-9_]+$/u.test(name))]),
  ];
}

/** The file cut at its functions and methods, each with the first sentence above it. */
function sections(text: string): readonly Section[] {
  const found: Section[] = [];
  let [name, doc, comment] = ['', '', ''];
  let lines: string[] = [];
  const close = (): void => {
    if (lines.length > 0) found.push({ name, doc, text: lines.join('\n') });
    lines = [];
  };
  const body = text.replace(IMPORT, '');
  for (const line of body.split('\n')) {
    const declared = DECLARATION.exec(line);
    const method = METHOD.exec(line)?.[1];
    const isMethod =
      method !== undefined && !/^(?:if|for|while|switch|return|await)$/u.test(method);
    if (declared !== null || isMethod) {
      close();
      name = isMethod ? method : (declared?.slice(1).find((each) => each !== undefined) ?? '');
      doc = firstSentence(comment);
    }
    comment = /^\s*(?:\/\*\*|\*|\/\/)/u.test(line) ? `${comment}\n${line}` : '';
    lines.push(line);
  }
  close();
  return found;
}

function firstSentence(comment: string): string {
  const words = comment
    .replaceAll(/^\s*(?:\/\*\*|\*\/|\*|\/\/)|\*\/\s*$/gmu, ' ')
    .replaceAll(/\{@link (\w+)[^}]*\}/gu, '$1')
    .replaceAll(/\s+/gu, ' ')
    .trim();
  const [sentence = ''] = /^.*?[.:](?= |$)/u.exec(words) ?? [words];
  return sentence.replace(/[.:]$/u, '').replaceAll('|', '\\|').replace(/^@.*$/u, '');
}

/** A module's comment where it is written in lines. */
function leadingLines(text: string): string {
  return /^(?:\/\/.*\n)+/u.exec(text)?.[0] ?? '';
}

function sourceFiles(root: string): readonly string[] {
  return readdirSync(path.join(root, 'packages'), { recursive: true, encoding: 'utf8' })
    .map((file) => `packages/${file}`)
    .filter((file) => /^packages\/[^/]+\/src\/.*\.ts$/u.test(file) && !file.includes('/types/'))
    .sort();
}

function formatPage(touches: readonly Touch[]): string {
  const tables = (Object.keys(TITLES) as Kind[]).flatMap((kind) => [
    '',
    `## ${TITLES[kind]}`,
    '',
    '| what | in | when |',
    '|---|---|---|',
    ...rowsOf(touches.filter((touch) => touch.kind === kind)),
  ]);
  return `${[
    '# What is touched',
    '',
    'Generated by `npm run rules` from the sources; CI checks it. Each use of what lies outside the',
    "program's own memory, the function that it is in, and when, in that function's own words. Descriptors",
    '0, 1 and 2 are those that the program was started with. A variable whose name is given stands as `env[…]`;',
    '`homedir` reads HOME, or the entry of the user, and `tmpdir` reads TMPDIR, TMP and TEMP.',
    ...tables,
  ].join('\n')}\n`;
}

function rowsOf(touches: readonly Touch[]): readonly string[] {
  const rows = touches.map(
    ({ what, where, when }) => `| \`${what.replaceAll('|', '\\|')}\` | ${where} | ${when} |`,
  );
  return [...new Set(rows)].sort();
}
