/** Backends that stay open between calls: one for each place; one that failed is tried anew. */
import type { Backend } from '../types/backend.ts';
import type { Place } from '../types/place.ts';

export class KeptBackends {
  readonly #openAt: (place: Place) => Promise<Backend>;
  readonly #kept = new Map<string, Promise<Backend>>();

  constructor(openAt: (place: Place) => Promise<Backend>) {
    this.#openAt = openAt;
  }

  async open(place: Place): Promise<Backend> {
    const name = JSON.stringify([place.busAddress, place.interactive]);
    const opening = this.#kept.get(name) ?? this.#openAt(place);
    this.#kept.set(name, opening);
    try {
      return await opening;
    } catch (error) {
      if (this.#kept.get(name) === opening) this.#kept.delete(name);
      throw error;
    }
  }
}
