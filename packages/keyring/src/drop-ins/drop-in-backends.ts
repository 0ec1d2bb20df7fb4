/** The backends behind the drop-ins: the user's keyring, in the originals' own schemes. */

import type { ServiceOptions } from '@keywire/secret-service';
import { openSecretServiceBackend } from '../backends/secret-service.ts';
import { schemeNamed } from '../schemes/schemes.ts';
import type { Backend } from '../types/backend.ts';
import type { Place } from '../types/place.ts';
import { TargetBackend } from './target-backend.ts';

/** keytar's items. */
export function openKeytarBackend(place: Place): Promise<Backend> {
  return openIn('keytar', place);
}

/** The items of Bun.secrets. */
export function openBunBackend(place: Place): Promise<Backend> {
  return openIn('bun', place);
}

/** The items of keyring-rs and @napi-rs/keyring; a group is what they call a target. */
export function openTargetBackend(place: Place): Promise<Backend> {
  return TargetBackend.open({ ...place, connect: connectAt(place) });
}

function openIn(scheme: string, place: Place): Promise<Backend> {
  return openSecretServiceBackend({
    ...place,
    schemes: [schemeNamed(scheme)],
    connect: connectAt(place),
  });
}

/** The address is said, not looked up: a worker has the environment of when it started. */
function connectAt({ busAddress }: Place): ServiceOptions {
  return busAddress === undefined ? {} : { address: busAddress };
}
