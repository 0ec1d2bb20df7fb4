/**
 * What a service shows of a default collection that it was never given the key of. It holds one item,
 * with the attributes `a` and `xdg:schema`.
 */
import { type Connection, Variant } from '@keywire/dbus-wire';
import { type Observations, RawService, SERVICE, startNotes } from './raw-service.ts';

export const CLOSED_ITEM = {
  label: 'closed',
  attributes: { a: '1', 'xdg:schema': 'org.example.Schema' },
  secret: 'secret',
} as const;

/** @param search whether the service's own search may be asked: it can raise a dialog */
export async function observeClosed(
  connection: Connection,
  search: boolean,
): Promise<Observations> {
  const { seen, note } = startNotes();
  const service = new RawService(connection);
  const session = await service.plainSession();
  const [alias] = await service.values(SERVICE, 'Service', 'ReadAlias', 's', ['default']);
  const collection = String(alias);
  await note('Locked', service.property(collection, 'Collection', 'Locked', String));
  await note('GetAll', service.allProperties(collection, 'org.freedesktop.Secret.Collection'));
  const count = (paths: unknown): string => (Array.isArray(paths) ? String(paths.length) : '?');
  await note('Items', service.property(collection, 'Collection', 'Items', count));
  for (const wanted of [{ a: '1' }, CLOSED_ITEM.attributes, { a: '2' }]) {
    const names = Object.values(wanted).join(' ');
    const body = [wanted];
    await note(
      `Collection.SearchItems ${names}`,
      service.outcome(collection, 'Collection', 'SearchItems', 'a{ss}', body, ([paths]) =>
        count(paths),
      ),
    );
    if (!search) continue;
    await note(
      `Service.SearchItems ${names}`,
      service.outcome(SERVICE, 'Service', 'SearchItems', 'a{ss}', body, (found) =>
        found.map(count).join(' '),
      ),
    );
  }
  const [items] = await service.values(collection, 'Collection', 'SearchItems', 'a{ss}', [
    { a: '1' },
  ]);
  const [item] = Array.isArray(items) ? items : [];
  if (item === undefined) return seen;
  await note(
    'Attributes',
    service.property(item, 'Item', 'Attributes', (value) =>
      value instanceof Map ? JSON.stringify([...value].sort()) : '?',
    ),
  );
  await note('Label', service.property(item, 'Item', 'Label', String));
  await note(
    'Created',
    service.property(item, 'Item', 'Created', (time) => String(time === 0n)),
  );
  await note('GetSecret', service.read(item, session));
  await note('set Label', service.set(item, 'Label', new Variant('s', 'new')));
  await note(
    'GetSecrets',
    service.outcome(SERVICE, 'Service', 'GetSecrets', 'aoo', [[item], session], ([secrets]) =>
      secrets instanceof Map ? String(secrets.size) : '?',
    ),
  );
  return seen;
}
