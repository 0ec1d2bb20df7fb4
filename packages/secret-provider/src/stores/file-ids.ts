/** The names of keyring files as ids of collections: elements of object paths. */
import { isPathElement, SESSION_ALIAS } from '../api/names.ts';
import { SecretProviderError } from '../errors.ts';

/** A file's name as an element of an object path; `session` is the session's own. */
export function idOfFile(name: string): string {
  if (name === SESSION_ALIAS) return `${name}_file`;
  if (isPathElement(name)) return name;
  return [...new TextEncoder().encode(name)]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      const isPlain = isPathElement(character) && character !== '_';
      return isPlain ? character : `_${byte.toString(16).padStart(2, '0')}`;
    })
    .join('');
}

/** Files whose names are encoded to one id: of each, only the one that came first can be served. */
// @rule provider/colliding-files keywire#keyring-file-store
export function collisions(names: readonly string[]): readonly SecretProviderError[] {
  const taken = new Map<string, string>();
  const found: SecretProviderError[] = [];
  for (const name of names) {
    const id = idOfFile(name);
    const other = taken.get(id);
    taken.set(id, other ?? name);
    if (other === undefined) continue;
    found.push(
      new SecretProviderError(
        'colliding-files',
        `store: "${other}.keyring" and "${name}.keyring" would both be the collection ${id}; rename one of them`,
      ),
    );
  }
  return found;
}
