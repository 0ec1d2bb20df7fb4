/** A collection by what people call it. */
import type { Collection, SecretService } from '@keywire/secret-service';
import { CliError } from '../output/cli-error.ts';
import { lastElement } from '../output/item-text.ts';

const ALIASES_PATH = '/org/freedesktop/secrets/aliases/';

/**
 * An alias comes first, as with secret-tool; then the identifier, which is unique; then the
 * label, which need not be.
 *
 * @throws {@link CliError} with code `no-such-collection`
 */
export async function findCollection(
  service: SecretService,
  name: string,
  signal: AbortSignal,
): Promise<Collection> {
  const alias = name.startsWith(ALIASES_PATH) ? name.slice(ALIASES_PATH.length) : name;
  if (alias !== '' && !alias.startsWith('/')) {
    const found = await service.collection(alias, { signal });
    if (found !== undefined) return found;
  }
  const collections = await service.collections({ signal });
  const named = collections.find(({ path }) => path === name || lastElement(path) === name);
  if (named !== undefined) return named;
  const labels = await Promise.all(collections.map((each) => each.label({ signal })));
  // A collection without a label cannot be meant by an empty name.
  const labelled = collections.filter((_each, index) => name !== '' && labels[index] === name);
  const [only] = labelled;
  if (only !== undefined && labelled.length === 1) return only;
  const found = labelled.length === 0 ? 'none has' : `${labelled.length} have`;
  throw new CliError(
    'no-such-collection',
    `collection: expected the alias, identifier, label or path of one, ${found} it; "keywire list" shows them`,
  );
}
