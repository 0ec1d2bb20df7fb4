/**
 * A key that stands twice in an object of a JSON text. `JSON.parse` lets the last one count, and
 * says nothing: of a policy, that one may allow what the first refuses.
 */

/** Where in the text: in an object at a key, or in an array at an index. */
interface Open {
  readonly keys: Set<string> | undefined;
  at: string | number;
}

/**
 * The place of the first such key, as `rules[0].decision`; `undefined` where each stands once.
 *
 * @param json - what `JSON.parse` takes
 */
export function repeatedKey(json: string): string | undefined {
  const open: Open[] = [];
  for (let index = 0; index < json.length; index += 1) {
    const innermost = open.at(-1);
    switch (json[index]) {
      case '{':
        open.push({ keys: new Set(), at: '' });
        break;
      case '[':
        open.push({ keys: undefined, at: 0 });
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case ',':
        if (typeof innermost?.at === 'number') innermost.at += 1;
        break;
      case '"': {
        const start = index;
        index = endOfString(json, start);
        if (innermost?.keys === undefined || !isKey(json, index)) break;
        const key = String(JSON.parse(json.slice(start, index + 1)));
        innermost.at = key;
        if (innermost.keys.has(key)) return placeOf(open);
        innermost.keys.add(key);
      }
    }
  }
  return undefined;
}

/** The index of the quotation mark that ends the string. */
function endOfString(json: string, start: number): number {
  let index = start + 1;
  while (json[index] !== '"') index += json[index] === '\\' ? 2 : 1;
  return index;
}

function isKey(json: string, end: number): boolean {
  let index = end + 1;
  while (' \t\n\r'.includes(json[index] ?? ':')) index += 1;
  return json[index] === ':';
}

function placeOf(open: readonly Open[]): string {
  return open
    .map(({ at }) => (typeof at === 'number' ? `[${at}]` : `.${at}`))
    .join('')
    .replace(/^\./u, '');
}
