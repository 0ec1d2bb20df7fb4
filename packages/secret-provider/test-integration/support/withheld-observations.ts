/**
 * What a service shows of an item that nobody was asked about yet, in an open collection, where a person
 * has to let each client read. No dialog is answered.
 */
import { type Connection, Variant } from '@keywire/dbus-wire';
import { type Observations, RawService, SERVICE, startNotes } from './raw-service.ts';

export const WITHHELD_ITEM = {
  label: 'withheld',
  attributes: { a: '1' },
  secret: 'secret',
} as const;

export async function observeWithheld(connection: Connection): Promise<Observations> {
  const { seen, note } = startNotes();
  const service = new RawService(connection);
  const session = await service.plainSession();
  const found = await service.values(SERVICE, 'Service', 'SearchItems', 'a{ss}', [{ a: '1' }]);
  await note(
    'SearchItems',
    found.map((paths) => (Array.isArray(paths) ? paths.length : '?')).join(' '),
  );
  const item = String(found.flat()[0]);
  const collection = item.slice(0, item.lastIndexOf('/'));
  await note('Locked', service.property(item, 'Item', 'Locked', String));
  await note(
    'Locked of the collection',
    service.property(collection, 'Collection', 'Locked', String),
  );
  await note('Label', service.property(item, 'Item', 'Label', String));
  await note('GetSecret', service.read(item, session));
  const secret = [session, new Uint8Array(), new Uint8Array([1]), 'text/plain'];
  await note(
    'SetSecret',
    service.outcome(item, 'Item', 'SetSecret', '(oayays)', [secret], () => 'done'),
  );
  await note('set Label', service.set(item, 'Label', new Variant('s', 'new')));
  await note(
    'GetSecrets',
    service.outcome(SERVICE, 'Service', 'GetSecrets', 'aoo', [[item], session], () => 'done'),
  );
  await note('Unlock', service.dismissed('Unlock', 'ao', [[item]]));
  await note('Locked then', service.property(item, 'Item', 'Locked', String));
  return seen;
}
