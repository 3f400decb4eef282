/** Drill records that a key vouches for. What is signed is the record's exact bytes, so that no reading and writing of JSON comes between. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import {
  acceptJson,
  drillRecordSchema,
  HostkeepError,
  signedDrillRecordSchema,
  type DrillRecord,
  type SignedDrillRecord,
} from '#contract';

const purpose = Buffer.from('hostkeep-drill-record-v1\n', 'latin1');
/** What stands before the 32 bytes of an Ed25519 key in its DER form (RFC 8410). */
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');
const keyBytes = 32;
const fileLimit = 20 * 1024 * 1024;

/** A new key, as PEM (PKCS #8). */
export function newDrillKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** @throws HostkeepError drill/key-unfit */
function privateKeyOf(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (cause) {
    throw new HostkeepError('drill/key-unfit', {}, cause);
  }
  throw new HostkeepError('drill/key-unfit');
}

/** The public half, as base64 of its 32 bytes. @throws HostkeepError drill/key-unfit */
export function publicDrillKey(pem: string): string {
  const der = createPublicKey(privateKeyOf(pem)).export({ type: 'spki', format: 'der' });
  return der.subarray(der.length - keyBytes).toString('base64');
}

/** @throws HostkeepError drill/key-unfit */
export function signDrillRecord(record: DrillRecord, pem: string): SignedDrillRecord {
  const bytes = Buffer.from(JSON.stringify(record), 'utf8');
  return {
    format: 'hostkeep-drill-record',
    version: 1,
    record: bytes.toString('base64'),
    publicKey: publicDrillKey(pem),
    signature: sign(null, Buffer.concat([purpose, bytes]), privateKeyOf(pem)).toString('base64'),
  };
}

/**
 * Reads a record that somebody hands over. With a key, it must be that one's; without, the file's own key is told and who reads decides.
 * @throws HostkeepError drill/record-malformed, drill/record-forged, drill/other-key
 */
export function checkDrillRecord(
  text: string,
  wantedKey: string | null,
): { readonly record: DrillRecord; readonly publicKey: string } {
  const malformed = { code: 'drill/record-malformed', details: {} } as const;
  if (text.length > fileLimit) throw new HostkeepError(malformed.code, { characters: text.length });
  const signed = acceptJson(signedDrillRecordSchema, text, malformed);
  const [key, signature, bytes] = [signed.publicKey, signed.signature, signed.record].map((part) => Buffer.from(part, 'base64'));
  if (key!.length !== keyBytes) throw new HostkeepError(malformed.code, { publicKey: signed.publicKey });
  const publicKey = createPublicKey({ key: Buffer.concat([spkiPrefix, key!]), format: 'der', type: 'spki' });
  if (!verify(null, Buffer.concat([purpose, bytes!]), publicKey, signature!)) throw new HostkeepError('drill/record-forged');
  if (wantedKey !== null && wantedKey !== signed.publicKey)
    throw new HostkeepError('drill/other-key', { wanted: wantedKey, found: signed.publicKey });
  return { record: acceptJson(drillRecordSchema, bytes!.toString('utf8'), malformed), publicKey: signed.publicKey };
}
