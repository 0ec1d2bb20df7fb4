export { onAbort } from './abort-listeners.ts';
export { type AddressEntry, parseAddress } from './address.ts';
export { formatAddressEntry } from './address-format.ts';
export { AuthError, type AuthErrorCode, isAuthError } from './auth-error.ts';
export type { RequestNameOptions, RequestNameResult } from './bus-driver.ts';
export type { Connection } from './connection.ts';
export {
  ConnectionError,
  type ConnectionErrorCode,
  DBusErrorReply,
  isConnectionError,
  isDBusErrorReply,
} from './connection-error.ts';
export type {
  CallHandler,
  CallOptions,
  ExportOptions,
  ReplyValues,
  SignalOptions,
} from './connection-options.ts';
export { decodeMessage } from './decode-message.ts';
export { encodeMessage } from './encode-message.ts';
export { isWireError, WireError, type WireErrorCode } from './errors.ts';
export { type DiscoveryWorld, findBusAddress, processWorld } from './io/bus-discovery.ts';
export { connect } from './io/connect.ts';
export type { ConnectionOptions } from './io/open-connection.ts';
export {
  MAX_ARRAY_BYTES,
  MAX_MESSAGE_BYTES,
  MAX_SIGNATURE_BYTES,
  MAX_VALUE_DEPTH,
} from './limits.ts';
export { type MarshalOptions, marshal } from './marshal.ts';
export {
  type CompiledMatchRule,
  compileMatchRule,
  type MatchableMessage,
  matches,
  type OwnsName,
} from './match-evaluation.ts';
export { formatMatchRule, type MatchRule, parseMatchRule } from './match-rule.ts';
export { Message, MessageFlag, type MessageInit, type MessageType } from './message.ts';
export { MessageParser, type MessageParserOptions, type ParserCounters } from './message-parser.ts';
export type { OwnerChange } from './name-owners.ts';
export type { NameWatch, OwnerCallOptions } from './name-watch.ts';
export {
  isBusName,
  isErrorName,
  isInterfaceName,
  isMemberName,
  isObjectPath,
  isUniqueName,
} from './names.ts';
export type { AuthMechanism } from './sasl/client.ts';
export type { SignalStream, SignalStreamOptions } from './signal-stream.ts';
export { isSignature, isSingleCompleteType } from './signature.ts';
export { splitSignature } from './split-signature.ts';
export type { ByteOrder, Inputs, Values, ValuesTyped } from './types/values.ts';
export { type DecodeOptions, type UnmarshalOptions, unmarshal } from './unmarshal.ts';
export { Variant } from './variant.ts';
