/** Values of a hive as people read them. */
const types = { sz: 1, expandSz: 2, dword: 4, dwordBigEndian: 5, link: 6, multiSz: 7, qword: 11 } as const;

/** Strings without what follows their end; of several, those up to the empty one that ends them. */
export function valueText(type: number, data: Buffer): string {
  if (type === types.sz || type === types.expandSz) return textOf(data).split('\0', 1)[0]!;
  if (type === types.link) return textOf(data);
  if (type === types.multiSz) return multiText(data).join(' | ');
  if (type === types.dword && data.length === 4) return numberText(data.readUInt32LE(0), 8);
  if (type === types.dwordBigEndian && data.length === 4) return numberText(data.readUInt32BE(0), 8);
  if (type === types.qword && data.length === 8) return numberText(data.readBigUInt64LE(0), 16);
  return data.toString('hex').replaceAll(/..(?=.)/g, '$& ');
}

function textOf(data: Buffer): string {
  return data.toString('utf16le', 0, data.length & ~1);
}

function multiText(data: Buffer): readonly string[] {
  const parts = textOf(data).split('\0');
  const end = parts.indexOf('');
  return end === -1 ? parts : parts.slice(0, end);
}

function numberText(value: number | bigint, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')} (${value})`;
}
