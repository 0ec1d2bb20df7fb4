/** What a backend is opened with when nobody asked for anything: in memory, without a user. */
import { schemesOf } from '../../src/schemes/schemes.ts';
import type { BackendSettings } from '../../src/selection/backend-catalogue.ts';
import { memoryHost } from './memory-host.ts';

export function backendSettings(changes: Partial<BackendSettings> = {}): BackendSettings {
  return {
    host: memoryHost(),
    schemes: schemesOf(undefined),
    several: undefined,
    allowForeignWrites: undefined,
    interactive: false,
    collection: undefined,
    connect: {},
    file: {},
    signal: undefined,
    ...changes,
  };
}
