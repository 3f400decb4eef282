import { createHash } from 'node:crypto';
import { HostkeepError } from '#contract';
import type { Random } from '#engine/ports';

/** Crockford's base 32: no I, L, O, U, so that a printed key is read back rightly. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const secretBytes = 20;
const secretDigits = (secretBytes * 8) / 5;
const checkDigits = 4;
const groupDigits = 4;

/** A new recovery key: 160 random bits and a checksum, in groups of four. */
export function newRecoveryKey(random: Random): string {
  const digits = toDigits(random.bytes(secretBytes));
  return (digits + checkOf(digits)).replaceAll(new RegExp(`(.{${groupDigits}})(?=.)`, 'g'), '$1-');
}

/**
 * The secret of a typed recovery key; undefined when the text does not look like one.
 * @throws HostkeepError repository/recovery-key-mistyped when it does, and its checksum is wrong
 */
export function parseRecoveryKey(typed: string): string | undefined {
  const digits = typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  const shaped = digits.length === secretDigits + checkDigits && [...digits].every((digit) => alphabet.includes(digit));
  if (!shaped || !/[\s-]/.test(typed.trim())) return shaped && isSound(digits) ? digits.slice(0, secretDigits) : undefined;
  if (!isSound(digits)) throw new HostkeepError('repository/recovery-key-mistyped');
  return digits.slice(0, secretDigits);
}

function isSound(digits: string): boolean {
  return checkOf(digits.slice(0, secretDigits)) === digits.slice(secretDigits);
}

function checkOf(digits: string): string {
  return toDigits(createHash('sha256').update(`hostkeep recovery key ${digits}`).digest()).slice(0, checkDigits);
}

function toDigits(bytes: Buffer): string {
  let [held, bits, digits] = [0, 0, ''];
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      digits += alphabet[(held >>> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return digits;
}
