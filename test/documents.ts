/**
 * What the documents and the messages say of the repository is so: links and paths lead somewhere,
 * commands and options that are named exist, arrows between packages are those of their manifests,
 * folders are the layers they are said to be, codes of errors are the code's, and the auditor's first
 * reading is complete.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { COMMAND_TABLE } from '../packages/cli/src/table/commands.ts';
import { findCommand } from '../packages/cli/src/table/parse.ts';
import { test } from '../test-fixtures/src/harness.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

const CODEC = 'packages/dbus-wire/src/codec';
const PACKAGES = readdirSync(path.join(root, 'packages'));
const DOCUMENTS = [
  '.',
  'docs',
  'bench',
  'test-fixtures',
  ...below('packages'),
  ...below('examples'),
]
  .flatMap((folder) => readdirSync(path.join(root, folder)).map((name) => path.join(folder, name)))
  .filter((file) => file.endsWith('.md'));

/** RULES.md has those of the wire; of the command line exit codes are told. */
const INNER = new Set(['WireErrorCode', 'CliErrorCode']);

test('documents: every link and every path leads somewhere', () => {
  assert.ok(DOCUMENTS.length > 25);
  for (const file of DOCUMENTS) {
    const text = read(file);
    for (const [, link = ''] of text.matchAll(/\]\((?!https?:)([^)\s]+)\)/gu)) {
      const [to = '', anchor] = link.split('#');
      const target = to === '' ? file : path.join(path.dirname(file), to);
      assert.ok(existsSync(path.join(root, target)), `${file}: ${link}`);
      if (anchor !== undefined) assert.ok(anchorsOf(target).has(anchor), `${file}: ${link}`);
    }
    for (const [, named = ''] of text.matchAll(
      /`((?:packages|test|test-integration|test-fixtures|docs|scripts|bench|examples|(?=[^`\s]+\.)(?:src|c|python))\/[\w./-]+)`/gu,
    )) {
      const places = [named, path.join(path.dirname(file), named)];
      assert.ok(
        places.some((each) => existsSync(path.join(root, each))),
        `${file}: ${named}`,
      );
    }
  }
});

test('documents, help, messages and advice: every command and option that is named exists', () => {
  const sources = PACKAGES.flatMap((name) => sourcesBelow(`packages/${name}/src`));
  let count = 0;
  for (const file of [...DOCUMENTS, ...sources]) {
    const text = read(file).replace(/\\\n\s*/gu, ' ');
    for (const [, before = '', line = ''] of text.matchAll(
      /(["'`\n]|: |\$ |\| |\()keywire ([a-z][^\n`"]*)/gu,
    )) {
      const words = line.split(/\s+/u).map((word) => word.replace(/[,.;:)'*]+$/u, ''));
      const command = findCommand(words);
      const where = `${file}: keywire ${line}`;
      if (command === undefined) {
        assert.ok(before === "'" || before === '\n' || isNoCommand(words), where);
        continue;
      }
      count += 1;
      const [own = ''] = line.split(/ -- |[|;>]/u, 1);
      const names = command.options.map(({ name }) => name);
      for (const [, option = ''] of own.matchAll(/(?<= )--([a-z][a-z0-9-]*)/gu)) {
        assert.ok(names.includes(option), where);
      }
    }
  }
  assert.ok(count > 150, String(count));
});

test('sources: the sections that they point to are there', () => {
  let count = 0;
  for (const file of PACKAGES.flatMap((name) => sourcesBelow(`packages/${name}/src`))) {
    const text = read(file).replaceAll(/\s+(?:\*|\/\/) /gu, ' ');
    for (const [, page = '', heading = ''] of text.matchAll(/\b(docs\/[\w-]+\.md), "([^"]+)"/gu)) {
      count += 1;
      assert.match(read(page), new RegExp(`^#+ ${heading}$`, 'mu'), `${file}: ${page}, ${heading}`);
    }
  }
  assert.ok(count > 5, String(count));
});

test('sources: whatever a package exports says what it is', () => {
  let count = 0;
  for (const [file, name] of PACKAGES.flatMap(exportsOf)) {
    const declared = new RegExp(
      `^([^\\n]*)\\nexport (?:async |abstract )?(?:class|const|function|interface|type) ${name}\\b`,
      'mu',
    ).exec(read(file));
    if (declared === null) continue;
    count += 1;
    assert.match(declared[1] ?? '', /\*\/$/u, `${file}: ${name}`);
  }
  assert.ok(count > 350, String(count));
});

test('ARCHITECTURE: clocks and randomness are read in io alone, also where the linter sees no import', () => {
  const reads =
    /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.|\bAbortSignal\.timeout\b|\bglobalThis\.(?!Deno\b|Buffer\b)/u;
  for (const file of PACKAGES.flatMap((name) => sourcesBelow(`packages/${name}/src`))) {
    if (file.includes('/src/io/')) continue;
    const code = read(file).replaceAll(/^\s*(?:\/\*|\*|\/\/).*$/gmu, '');
    assert.doesNotMatch(code, reads, file);
  }
});

test('ARCHITECTURE: the arrows are those of the manifests', () => {
  const page = read('docs/ARCHITECTURE.md');
  for (const name of PACKAGES) {
    const { dependencies = {} } = JSON.parse(read(`packages/${name}/package.json`));
    if (name === 'cli') continue;
    const row = new RegExp(`^${name} +\\S.*?(?: {2,}([a-z+ -]+))?$`, 'mu').exec(page);
    assert.ok(row !== null, name);
    const shown = row[1]?.split(' + ') ?? [];
    const own = Object.keys(dependencies).filter((each) => each.startsWith('@keywire/'));
    assert.deepEqual(shown.toSorted(), own.map((each) => each.slice(9)).toSorted(), name);
  }
});

test('ARCHITECTURE: folders of a package rest only on those above them', () => {
  const page = read('docs/ARCHITECTURE.md');
  const blocks = [...page.matchAll(/^## Inside (\S+)$[\s\S]*?^```$([\s\S]*?)^```$/gmu)];
  assert.ok(blocks.length > 5);
  for (const [, room = '', block = ''] of blocks) {
    const source = `packages/${room}/src`;
    const listed = [...block.matchAll(/^([\w-]+)\/ /gmu)].map(([, folder = '']) => folder);
    const folders = readdirSync(path.join(root, source)).filter((name) => !name.includes('.'));
    // What holds nothing that runs may stand beside the layers.
    assert.deepEqual(
      folders.filter((folder) => folder !== 'types' && !listed.includes(folder)),
      [],
      room,
    );
    for (const file of sourcesBelow(source)) {
      const from = listed.indexOf(folderOf(source, file));
      if (from === -1) continue;
      for (const [, target = ''] of read(file).matchAll(/(?:from|import\() ?'(\.[^']+)'/gu)) {
        const to = listed.indexOf(folderOf(source, path.join(path.dirname(file), target)));
        assert.ok(to <= from, `${file}: ${target}`);
      }
    }
  }
});

test('AUDITING: what a peer sends goes through the files of the first step', () => {
  const [first = ''] = read('docs/AUDITING.md').split('\n2. ', 1);
  const seen = new Set<string>();
  const follow = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const source = read(path.join(CODEC, `${file}.ts`));
    for (const next of importsOf(source)) follow(path.join(path.dirname(file), next));
  };
  follow('message-parser');
  follow('encode-message');
  assert.ok(seen.size > 20);
  for (const file of seen) assert.ok(first.includes(`\`${file}\``), file);
});

test('READMEs: every code of an error is there, and no other in the section on errors', () => {
  let count = 0;
  for (const name of PACKAGES) {
    const readme = read(`packages/${name}/README.md`);
    const codes = codesOf(name);
    count += codes.size;
    for (const code of codes) assert.ok(readme.includes(`\`${code}\``), `${name}: ${code}`);
    const [, section = ''] = readme.split(/^## Errors$/mu);
    const [table = ''] = section.split(/^## /mu, 1);
    for (const [, code = ''] of table.matchAll(/`([a-z]+(?:-[a-z]+)+)`/gu)) {
      assert.ok(codes.has(code), `${name}: ${code}`);
    }
  }
  assert.ok(count > 130, String(count));
});

test('LEAVING-KEYTAR: every code that a drop-in has from its original is there', () => {
  const page = read('docs/LEAVING-KEYTAR.md');
  const sources = sourcesBelow('packages/keyring/src/drop-ins').map(read).join('\n');
  const codes = new Set(sources.match(/(?<=')(?:ERR_[A-Z_]+|StringExpected|InvalidArg)(?=')/gu));
  assert.equal(codes.size, 9);
  for (const code of codes) assert.ok(page.includes(`\`${code}\``), code);
});

test('RULES: every code of a wire error is the name of its rule', () => {
  const rules = read('docs/RULES.md');
  const [, union = ''] =
    /^export type WireErrorCode =([^;]+);/mu.exec(read(`${CODEC}/wire-error.ts`)) ?? [];
  const codes = [...union.matchAll(/'([a-z-]+)'/gu)];
  assert.ok(codes.length > 30);
  for (const [, code = ''] of codes) assert.ok(rules.includes(`\n| wire/${code} |`), code);
});

/** The folders in a folder, as paths. */
function below(folder: string): string[] {
  return readdirSync(path.join(root, folder)).map((name) => path.join(folder, name));
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true })
    .map((name) => path.join(folder, String(name)))
    .filter((file) => file.endsWith('.ts'));
}

/** What the entries of a package export, each with the file that the entry has it from. */
function exportsOf(room: string): (readonly [file: string, name: string])[] {
  const { exports } = JSON.parse(read(`packages/${room}/package.json`));
  const entries = Object.values<{ '@keywire/source'?: string }>(exports).flatMap(
    (entry) => entry['@keywire/source'] ?? [],
  );
  return entries.flatMap((entry) => {
    const file = path.join('packages', room, entry);
    const source = read(file);
    const own = [
      ...source.matchAll(/^export (?:async )?(?:class|const|function|interface|type) (\w+)/gmu),
    ];
    const handedOn = source.matchAll(/^export (?:type )?\{([^}]+)\} from '(\.[^']+)'/gmu);
    return [
      ...own.map(([, name = '']) => [file, name] as const),
      ...[...handedOn].flatMap(([, names = '', from = '']) =>
        [...names.matchAll(/(?:type )?(\w+)(?: as \w+)?\s*(?:,|$)/gu)].map(
          ([, name = '']) => [path.join(path.dirname(file), from), name] as const,
        ),
      ),
    ];
  });
}

/** The folder of a package's sources that a file is in, at whatever depth. */
function folderOf(source: string, file: string): string {
  return path.relative(source, file).split(path.sep)[0] ?? '';
}

/** As GitHub makes them of headings, and those that a document sets itself. */
function anchorsOf(file: string): ReadonlySet<string> {
  const text = read(file).replaceAll(/^```[\s\S]*?^```/gmu, '');
  const made = [...text.matchAll(/^#+ (.*)$/gmu)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  const set = [...text.matchAll(/<a id="([^"]+)">/gu)].map(([, id = '']) => id);
  return new Set([...made, ...set]);
}

/** Several commands at once (`keywire item …`), and what keys are derived with. */
function isNoCommand([first = '', second = '']: readonly string[]): boolean {
  const isFamily =
    second === '…' && COMMAND_TABLE.commands.some(({ name }) => name.startsWith(`${first} `));
  return isFamily || first === 'keyring' || first === 'id';
}

/** Files beside it that a module loads; types load nothing. */
function importsOf(source: string): string[] {
  return [...source.matchAll(/^(?:import|export) ([^;]*?) from '(\.[^']+)\.ts'/gmu)].flatMap(
    ([, names = '', file = '']) => {
      const isTypes = names.startsWith('type ') || /^\{(?:\s*type [^,}]+,?)+\s*\}$/u.test(names);
      return isTypes ? [] : [file];
    },
  );
}

/** The codes of a package's errors that its README has to tell. */
function codesOf(name: string): ReadonlySet<string> {
  const sources = sourcesBelow(`packages/${name}/src`).map(read);
  const unions = sources.flatMap((source) => [
    ...source.matchAll(
      /^export type (\w*ErrorCode) =((?:\s+(?:\/\*[\s\S]*?\*\/\s+)*(?:\| )?'[a-z-]+')+);$/gmu,
    ),
  ]);
  const texts = unions.flatMap(([, type = '', union = '']) =>
    INNER.has(type) ? [] : [union.replaceAll(/\/\*[\s\S]*?\*\//gu, '')],
  );
  const single = sources.flatMap((source) => [
    ...source.matchAll(/readonly code = ('[a-z-]+');/gu),
  ]);
  return new Set(
    [...texts, ...single.map(([, code = '']) => code)].flatMap((text) =>
      [...text.matchAll(/'([a-z-]+)'/gu)].map(([, code = '']) => code),
    ),
  );
}
