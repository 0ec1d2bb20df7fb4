// What a password manager makes of braces: `{TITLE}` in a password is filled in whenever it is read, and
// `{REF:P@T:name}` stands for another entry's password. Looked for byte by byte: a secret never becomes
// a string here.

const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Whether bytes hold something like `{NAME}`: a brace, a letter, and a brace somewhere after it. */
export function holdsPlaceholder(bytes: Uint8Array): boolean {
  // @rule secret/placeholders-are-bytes quirk#P26
  return holds(bytes, (at) => isOneOf(bytes[at], 'abcdefghijklmnopqrstuvwxyz'));
}

/** Whether bytes hold a reference to another entry, in any case: `{REF:wanted@sought:text}`. */
export function holdsReference(bytes: Uint8Array): boolean {
  const form = ['r', 'e', 'f', ':', 'tupani', '@', 'tupanio', ':'];
  return holds(bytes, (at, end) => {
    const text = at + form.length;
    const isForm = form.every((letters, index) => isOneOf(bytes[at + index], letters));
    return isForm && text < end && bytes[text] !== CLOSE;
  });
}

/** Whether what follows an opening brace is of a kind; there is a closing one at `end`. */
function holds(bytes: Uint8Array, isOne: (at: number, end: number) => boolean): boolean {
  const end = bytes.lastIndexOf(CLOSE);
  for (let at = bytes.indexOf(OPEN); at >= 0 && at < end; at = bytes.indexOf(OPEN, at + 1)) {
    if (isOne(at + 1, end)) return true;
  }
  return false;
}

/** Whether a byte is one of these ASCII characters, whatever its case. */
function isOneOf(byte: number | undefined, characters: string): boolean {
  return byte !== undefined && characters.includes(String.fromCharCode(byte).toLowerCase());
}
