/** org.freedesktop.Secret.Session: one transfer session. */
import { SESSION_INTERFACE } from '../api/names.ts';
import type { Sessions } from '../service/sessions.ts';
import type { ServedObject } from '../types/served-object.ts';

export function sessionObject(sessions: Sessions, path: string): ServedObject {
  return {
    methods: [
      {
        interface: SESSION_INTERFACE,
        member: 'Close',
        in: [],
        out: [],
        run: (_args, caller) => {
          sessions.close(caller, path);
          return [];
        },
      },
    ],
    properties: [],
    signals: [],
    children: [],
  };
}
