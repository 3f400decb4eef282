import { createCipheriv, createDecipheriv, hkdfSync, scrypt } from 'node:crypto';
import { check, literal, looseObject, number, object, pipe, union } from 'valibot';
import { accept, count, HostkeepError, hex } from '#contract';
import type { Random } from '#engine/ports';
import { parseCheckedText, writeCheckedText } from '../checked-text.ts';

/** How the key that wraps the master key comes from what a person holds. */
type Derivation =
  | { readonly kind: 'passphrase'; readonly n: number; readonly r: number; readonly p: number }
  | { readonly kind: 'recovery' };

export interface Slot {
  readonly derivation: Derivation;
  readonly salt: Buffer;
  readonly nonce: Buffer;
  readonly wrapped: Buffer;
}

export type SlotKind = Slot['derivation']['kind'];

/** About 100 ms and 64 MiB for one guess. */
const passphraseCost = { n: 65_536, r: 8, p: 1 };
/** What a slot file may ask of us, so that a forged one cannot exhaust memory. */
const memoryLimit = 256 * 1024 * 1024;
const version = 1;

/** Wraps the master key; `secret` is a passphrase or the digits of a recovery key. */
export async function wrapKey(
  masterKey: Uint8Array,
  of: { readonly kind: SlotKind; readonly secret: string; readonly repositoryId: string },
  random: Random,
): Promise<Slot> {
  const derivation: Derivation = of.kind === 'passphrase' ? { kind: 'passphrase', ...passphraseCost } : { kind: 'recovery' };
  const salt = random.bytes(32);
  const nonce = random.bytes(12);
  const cipher = createCipheriv('aes-256-gcm', await wrappingKey(derivation, salt, of.secret), nonce);
  cipher.setAAD(associatedData(of.kind, of.repositoryId));
  const wrapped = Buffer.concat([cipher.update(masterKey), cipher.final(), cipher.getAuthTag()]);
  return { derivation, salt, nonce, wrapped };
}

/** The key that a secret gives for this slot: it unwraps the master key if the secret is the slot's. */
export function slotKey(slot: Slot, secret: string): Promise<Buffer> {
  return wrappingKey(slot.derivation, slot.salt, secret);
}

/** The master key, or undefined when the key is not this slot's. */
export function unwrapKey(slot: Slot, key: Uint8Array, repositoryId: string): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', key, slot.nonce);
  decipher.setAAD(associatedData(slot.derivation.kind, repositoryId));
  decipher.setAuthTag(slot.wrapped.subarray(-16));
  const masterKey = decipher.update(slot.wrapped.subarray(0, -16));
  try {
    decipher.final();
    return masterKey;
  } catch {
    // Authentication is how a wrong secret shows; there is nothing else that can fail here.
    return undefined;
  }
}

function associatedData(kind: SlotKind, repositoryId: string): Buffer {
  return Buffer.from(`hostkeep slot ${version}/${kind}/${repositoryId}`, 'latin1');
}

function wrappingKey(derivation: Derivation, salt: Buffer, secret: string): Promise<Buffer> {
  if (derivation.kind === 'recovery')
    return Promise.resolve(Buffer.from(hkdfSync('sha256', secret, salt, 'hostkeep recovery slot', 32)));
  const { n, r, p } = derivation;
  return new Promise((resolve, reject) => {
    scrypt(secret.normalize('NFC'), salt, 32, { N: n, r, p, maxmem: memoryLimit }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    );
  });
}

export function writeSlot(slot: Slot): Buffer {
  const { derivation, salt, nonce, wrapped } = slot;
  return writeCheckedText({
    version,
    ...derivation,
    salt: salt.toString('hex'),
    nonce: nonce.toString('hex'),
    wrapped: wrapped.toString('hex'),
  });
}

const salt = hex(32);
const nonce = hex(12);
const wrapped = hex(48);
/** What scrypt may cost is bounded here, for a slot file can be forged. */
const passphraseSchema = pipe(
  object({ version: literal(version), kind: literal('passphrase'), n: count, r: count, p: count, salt, nonce, wrapped }),
  check(
    ({ n, r, p }) =>
      n >= 1024 && Number.isInteger(Math.log2(n)) && r > 0 && p > 0 && p <= 16 && 128 * r * (n + p + 2) <= memoryLimit,
  ),
);
const slotSchema = union([
  passphraseSchema,
  object({ version: literal(version), kind: literal('recovery'), salt, nonce, wrapped }),
]);

/** @throws HostkeepError repository/key-damaged, repository/version-unsupported */
export function parseSlot(bytes: Buffer, file: string): Slot {
  const damaged = { code: 'repository/key-damaged', details: { file } } as const;
  const text = parseCheckedText(bytes, looseObject({ version: number() }), damaged);
  if (text.version !== version) throw new HostkeepError('repository/version-unsupported', { file, version: text.version });
  const { salt, nonce, wrapped, version: _, ...derivation } = accept(slotSchema, text, damaged);
  const bytesOf = (digits: string): Buffer => Buffer.from(digits, 'hex');
  return { derivation, salt: bytesOf(salt), nonce: bytesOf(nonce), wrapped: bytesOf(wrapped) };
}
