export { onAbort } from './abort-listeners.ts';
export { decodeMessage } from './codec/decode-message.ts';
export { encodeMessage } from './codec/encode-message.ts';
export {
  MAX_ARRAY_BYTES,
  MAX_MESSAGE_BYTES,
  MAX_SIGNATURE_BYTES,
  MAX_VALUE_DEPTH,
} from './codec/limits.ts';
export { type MarshalOptions, marshal } from './codec/marshal.ts';
export { Message, MessageFlag, type MessageInit, type MessageType } from './codec/message.ts';
export {
  MessageParser,
  type MessageParserOptions,
  type ParserCounters,
} from './codec/message-parser.ts';
export {
  isBusName,
  isErrorName,
  isInterfaceName,
  isMemberName,
  isObjectPath,
  isUniqueName,
} from './codec/names.ts';
export { isSignature, isSingleCompleteType } from './codec/signature.ts';
export { splitSignature } from './codec/split-signature.ts';
export { type DecodeOptions, type UnmarshalOptions, unmarshal } from './codec/unmarshal.ts';
export { isWireError, WireError, type WireErrorCode } from './codec/wire-error.ts';
export type { RequestNameOptions, RequestNameResult } from './connection/bus-driver.ts';
export type { Connection } from './connection/connection.ts';
export type {
  CallHandler,
  CallOptions,
  ExportOptions,
  ReplyValues,
  SignalOptions,
} from './connection/connection-options.ts';
export {
  type CompiledMatchRule,
  compileMatchRule,
  type MatchableMessage,
  matches,
  type OwnsName,
} from './connection/match-evaluation.ts';
export { formatMatchRule, type MatchRule, parseMatchRule } from './connection/match-rule.ts';
export type { OwnerChange } from './connection/name-owners.ts';
export type { NameWatch, OwnerCallOptions } from './connection/name-watch.ts';
export type { SignalStream, SignalStreamOptions } from './connection/signal-stream.ts';
export {
  ConnectionError,
  type ConnectionErrorCode,
  DBusErrorReply,
  isConnectionError,
  isDBusErrorReply,
} from './connection-error.ts';
export { type DiscoveryWorld, findBusAddress, processWorld } from './io/bus-discovery.ts';
export { connect } from './io/connect.ts';
export type { ConnectionOptions } from './io/open-connection.ts';
export { AuthError, type AuthErrorCode, isAuthError } from './sasl/auth-error.ts';
export type { AuthMechanism } from './sasl/client.ts';
export { type AddressEntry, parseAddress } from './transport/address.ts';
export { formatAddressEntry } from './transport/address-format.ts';
export type { ByteOrder, Inputs, Values, ValuesTyped } from './types/values.ts';
export { Variant } from './variant.ts';
