/** org.freedesktop.Secret.Prompt: one question, for the client that got it. */
import { PROMPT_INTERFACE } from '../api/names.ts';
import { text } from '../api/values.ts';
import type { Prompts } from '../service/prompts.ts';
import type { ServedObject } from '../types/served-object.ts';

export function promptObject(prompts: Prompts, path: string): ServedObject {
  return {
    methods: [
      {
        interface: PROMPT_INTERFACE,
        member: 'Prompt',
        in: ['s'],
        out: [],
        run: ([windowId], caller) => {
          prompts.show(caller, path, text(windowId));
          return [];
        },
      },
      {
        interface: PROMPT_INTERFACE,
        member: 'Dismiss',
        in: [],
        out: [],
        run: (_args, caller) => {
          prompts.dismiss(caller, path);
          return [];
        },
      },
    ],
    properties: [],
    signals: [{ interface: PROMPT_INTERFACE, member: 'Completed', args: ['b', 'v'] }],
    children: [],
  };
}
