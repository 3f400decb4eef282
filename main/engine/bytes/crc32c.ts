const polynomial = 0x82f63b78;

/** Slicing-by-8 tables: table k gives the effect of a byte k places further on. */
const tables: readonly Uint32Array[] = makeTables();

/** CRC-32C (Castagnoli) of the bytes, as VHDX (MS-VHDX 2.2) and ext4 use it; `previous` continues an earlier one. */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let crc = ~previous >>> 0;
  let at = 0;
  for (; at + 8 <= bytes.byteLength; at += 8) {
    const low = (crc ^ view.getUint32(at, true)) >>> 0;
    const high = view.getUint32(at + 4, true);
    crc =
      t7[low & 255]! ^
      t6[(low >>> 8) & 255]! ^
      t5[(low >>> 16) & 255]! ^
      t4[low >>> 24]! ^
      t3[high & 255]! ^
      t2[(high >>> 8) & 255]! ^
      t1[(high >>> 16) & 255]! ^
      t0[high >>> 24]!;
  }
  for (; at < bytes.byteLength; at += 1) crc = t0[(crc ^ bytes[at]!) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

function makeTables(): readonly Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    return crc >>> 0;
  });
  const made = [first];
  for (let slice = 1; slice < 8; slice += 1) {
    const before = made[slice - 1]!;
    made.push(before.map((crc) => first[crc & 255]! ^ (crc >>> 8)));
  }
  return made;
}
