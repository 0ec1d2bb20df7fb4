export { decodeMessage } from './decode-message.ts';
export { encodeMessage } from './encode-message.ts';
export { isWireError, WireError, type WireErrorCode } from './errors.ts';
export {
  MAX_ARRAY_BYTES,
  MAX_MESSAGE_BYTES,
  MAX_SIGNATURE_BYTES,
  MAX_VALUE_DEPTH,
} from './limits.ts';
export { type MarshalOptions, marshal } from './marshal.ts';
export { Message, MessageFlag, type MessageInit, type MessageType } from './message.ts';
export { MessageParser, type MessageParserOptions, type ParserCounters } from './message-parser.ts';
export {
  isBusName,
  isErrorName,
  isInterfaceName,
  isMemberName,
  isObjectPath,
  isUniqueName,
} from './names.ts';
export { isSignature, isSingleCompleteType } from './signature.ts';
export type { ByteOrder, Inputs, Values, ValuesTyped } from './types/values.ts';
export { type DecodeOptions, type UnmarshalOptions, unmarshal } from './unmarshal.ts';
export { Variant } from './variant.ts';
