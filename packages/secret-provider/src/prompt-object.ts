/** org.freedesktop.Secret.Prompt: one question, for the client that got it. */
import { PROMPT_INTERFACE } from './names.ts';
import type { Prompts } from './prompts.ts';
import type { ServedObject } from './types/served-object.ts';
import { text } from './values.ts';

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
