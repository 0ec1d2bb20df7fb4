// The limits that this room enforces by itself, before anything is sent.
// https://dbus.freedesktop.org/doc/dbus-specification.html#message-protocol-marshaling

/** The longest array of a D-Bus message: 64 MiB. */
export const MAX_ARRAY_BYTES: number = 64 * 1024 * 1024;

/**
 * The largest secret that can be read again. GetSecrets answers with an array that holds paths, a vector
 * and a content type beside the ciphertext, which padding makes 1 to 16 bytes longer (RFC 5652 §6.3): a
 * daemon that goes beyond an array's limit there loses its connection to the bus.
 */
export const MAX_SECRET_BYTES: number = MAX_ARRAY_BYTES - 4096;

/**
 * How many secrets are asked for in one call. Their sizes are not known before, and the answer is one
 * array (G16); several calls travel together, so that fewer in each cost no further flight.
 */
export const MAX_SECRETS_A_CALL = 8;

/**
 * How many calls that change something wait for the daemon at a time. It carries out one after the other,
 * and each may take it long: more would only wait for those before them, until their deadlines come.
 */
export const MAX_WRITES_AT_ONCE = 4;

/** How many results of prompts that nobody has asked for yet are kept. */
export const MAX_EARLY_PROMPTS = 64;

/** How many sessions are opened in a row before giving up: each fails with probability 1/256. */
export const MAX_SESSION_ATTEMPTS = 8;

/** How many events wait for a slow reader before the oldest are dropped. */
export const MAX_QUEUED_EVENTS = 4096;
