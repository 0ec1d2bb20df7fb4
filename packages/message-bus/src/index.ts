export { isMessageBusError, MessageBusError, type MessageBusErrorCode } from './errors.ts';
export {
  type MessageBus,
  type MessageBusOptions,
  startMessageBus,
} from './io/start-message-bus.ts';
export { type BusLimits, DEFAULT_BUS_LIMITS } from './limits.ts';
