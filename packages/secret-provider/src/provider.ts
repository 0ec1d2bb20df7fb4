/**
 * The Secret Service API over a store, on any connection: a call comes in, waits for its turn, is
 * answered by the object at its path, and what it carried is wiped.
 * https://specifications.freedesktop.org/secret-service/latest/
 */
import type { Message, ReplyValues } from '@keywire/dbus-wire';
import { wipeBytes } from '@keywire/dbus-wire/server';
import { Refusal } from './api/refusal.ts';
import { sizeOf } from './api/values.ts';
import { answerAt, objectAt } from './objects/tree.ts';
import { CallOrder } from './service/call-order.ts';
import { Service, type ServiceSettings, type ServiceSurroundings } from './service/service.ts';

/** What the provider needs of the connection and the process around it. */
export interface ProviderSurroundings extends ServiceSurroundings {
  /** Resolves when everything else that is ready has had its turn. */
  readonly nextTurn: () => Promise<void>;
}

export class Provider {
  readonly service: Service;
  readonly #surroundings: ProviderSurroundings;
  readonly #callOrder: CallOrder;

  constructor(settings: ServiceSettings, surroundings: ProviderSurroundings) {
    this.service = new Service(settings, surroundings, (path) => objectAt(this.service, path));
    this.#surroundings = surroundings;
    this.#callOrder = new CallOrder(surroundings.nextTurn);
  }

  /** Answers a call to any path at or below the service's; rejects with DBusErrorReply. */
  async handleCall(call: Message): Promise<ReplyValues> {
    try {
      const answer = async (): Promise<ReplyValues> => {
        await this.service.refresh();
        return await answerAt(this.service, call);
      };
      const size = sizeOf([call.path, call.body]);
      const reply = await this.#callOrder.run(call.sender ?? '', answer, size);
      if (holdsSecret(reply.signature)) this.#wipeLater(reply.body);
      return reply;
    } catch (error) {
      const isRefusal = error instanceof Refusal;
      if (!isRefusal || error.cause !== undefined) this.#surroundings.failed(error);
      throw isRefusal ? error.toReply(this.service.profile.errors) : error;
    } finally {
      // What a plain session carried; whoever keeps a secret has a copy.
      // @rule provider/wipes-what-was-carried secret#transfer-of-secrets
      if (holdsSecret(call.signature)) wipeBytes(call.body);
    }
  }

  /** Forgets what a connection held that has ended, and what its last calls still open. */
  async forgetCaller(uniqueName: string): Promise<void> {
    this.service.forget(uniqueName);
    await this.#callOrder.run(uniqueName, async () => this.service.forget(uniqueName));
  }

  /** Wipes the secrets of a reply in the next turn, when it has been written in this one. */
  #wipeLater(body: unknown): void {
    void this.#surroundings.nextTurn().then(() => wipeBytes(body));
  }
}

function holdsSecret(signature: string | undefined): boolean {
  return signature?.includes('(oayays)') === true;
}
