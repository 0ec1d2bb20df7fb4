/**
 * The names of the two algorithms that `OpenSession` of the Secret Service API negotiates
 * (https://specifications.freedesktop.org/secret-service/latest/transfer-secrets.html).
 */

/** 1024-bit MODP key agreement, HKDF-SHA256, AES-128-CBC with PKCS#7 padding. */
export const ALGORITHM_DH = 'dh-ietf1024-sha256-aes128-cbc-pkcs7';

/** No key and no encryption: secrets cross the bus as they are. */
export const ALGORITHM_PLAIN = 'plain';
