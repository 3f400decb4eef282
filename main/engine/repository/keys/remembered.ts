/** A passphrase, and where it was used before, the key that was derived from it for its slot. */
export interface Remembered {
  readonly secret: string;
  readonly slotKey: Buffer | undefined;
}

/** The control character that separates units of text: nobody types it. */
const separator = '\u001F';
const written = new RegExp(`^(.*)${separator}([0-9a-f]{64})$`, 's');

/**
 * What a keystore keeps of a passphrase so that opening needs no derivation: one line of text, which goes wherever the passphrase may go, and
 * nowhere else. Who has it has the passphrase, so the key beside it gives nothing more away.
 */
export function writeRemembered(secret: string, slotKey: Uint8Array): string {
  return `${secret}${separator}${Buffer.from(slotKey).toString('hex')}`;
}

/** What was typed is a passphrase alone. */
export function parseRemembered(text: string): Remembered {
  const [, secret, digits] = written.exec(text) ?? [];
  if (secret === undefined || digits === undefined) return { secret: text, slotKey: undefined };
  return { secret, slotKey: Buffer.from(digits, 'hex') };
}
