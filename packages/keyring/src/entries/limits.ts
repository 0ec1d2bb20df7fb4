// What a keyring takes, in numbers. Larger values are refused before anything is sent or written.

/** The largest secret: what every store underneath keeps. */
export const MAX_SECRET_BYTES: number = 16 * 1024 * 1024;

/** The longest service, username or group, in UTF-16 units: attributes are copied about a lot. */
export const MAX_NAME_LENGTH = 65_536;
