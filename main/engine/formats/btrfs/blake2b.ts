const blockBytes = 128;
const digestBytes = 32;

/** RFC 7693, section 2.6: words of 64 bits as pairs of 32, low first. */
const initial = new Uint32Array([
  0xf3bcc908, 0x6a09e667, 0x84caa73b, 0xbb67ae85, 0xfe94f82b, 0x3c6ef372, 0x5f1d36f1, 0xa54ff53a, 0xade682d1, 0x510e527f,
  0x2b3e6c1f, 0x9b05688c, 0xfb41bd6b, 0x1f83d9ab, 0x137e2179, 0x5be0cd19,
]);

/** RFC 7693, section 2.7: message schedule; the eleventh and twelfth rounds are the first two again. */
const schedule: readonly (readonly number[])[] = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];
const rounds = 12;
/** Section 3.1: the four columns, then the four diagonals. */
const quarters: readonly (readonly [number, number, number, number])[] = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
];

/** BLAKE2b with 32 bytes and without a key (RFC 7693), which `node:crypto` gives in 64 bytes only, and not everywhere. */
export function blake2b256(bytes: Buffer): Buffer {
  const hash = initial.slice();
  hash[0]! ^= 0x01010000 ^ digestBytes;
  const work = { hash, v: new Uint32Array(32), m: new Uint32Array(32) };
  const lastAt = bytes.length === 0 ? 0 : Math.floor((bytes.length - 1) / blockBytes) * blockBytes;
  for (let at = 0; at < lastAt; at += blockBytes) {
    for (let word = 0; word < 32; word += 1) work.m[word] = bytes.readUInt32LE(at + word * 4);
    compress(work, at + blockBytes, false);
  }
  const last = Buffer.alloc(blockBytes);
  bytes.copy(last, 0, lastAt);
  for (let word = 0; word < 32; word += 1) work.m[word] = last.readUInt32LE(word * 4);
  compress(work, bytes.length, true);
  const digest = Buffer.alloc(digestBytes);
  for (let word = 0; word < digestBytes / 4; word += 1) digest.writeUInt32LE(hash[word]!, word * 4);
  return digest;
}

interface Work {
  readonly hash: Uint32Array;
  readonly v: Uint32Array;
  readonly m: Uint32Array;
}

/** Section 3.2. */
function compress({ hash, v, m }: Work, counted: number, isLast: boolean): void {
  v.set(hash, 0);
  v.set(initial, 16);
  v[24]! ^= counted >>> 0;
  v[25]! ^= Math.floor(counted / 2 ** 32);
  if (isLast) {
    v[28] = ~v[28]!;
    v[29] = ~v[29]!;
  }
  for (let round = 0; round < rounds; round += 1) {
    const order = schedule[round % 10]!;
    for (let quarter = 0; quarter < 8; quarter += 1) {
      const [a, b, c, d] = quarters[quarter]!;
      const [x, y] = [order[quarter * 2]! * 2, order[quarter * 2 + 1]! * 2];
      mix(v, { a: a * 2, b: b * 2, c: c * 2, d: d * 2 }, m[x]!, m[x + 1]!);
      turn(v, { a: a * 2, b: b * 2, c: c * 2, d: d * 2 }, m[y]!, m[y + 1]!);
    }
  }
  for (let word = 0; word < 16; word += 1) hash[word]! ^= v[word]! ^ v[word + 16]!;
}

interface Places {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/** The first half of G: rotations by 32 and 24. */
function mix(v: Uint32Array, { a, b, c, d }: Places, low: number, high: number): void {
  addTo(v, a, v[b]!, v[b + 1]!);
  addTo(v, a, low, high);
  const [dLow, dHigh] = [v[d]! ^ v[a]!, v[d + 1]! ^ v[a + 1]!];
  v[d] = dHigh;
  v[d + 1] = dLow;
  addTo(v, c, v[d], v[d + 1]!);
  const [bLow, bHigh] = [v[b]! ^ v[c]!, v[b + 1]! ^ v[c + 1]!];
  v[b] = (bLow >>> 24) | (bHigh << 8);
  v[b + 1] = (bHigh >>> 24) | (bLow << 8);
}

/** The second half of G: rotations by 16 and 63. */
function turn(v: Uint32Array, { a, b, c, d }: Places, low: number, high: number): void {
  addTo(v, a, v[b]!, v[b + 1]!);
  addTo(v, a, low, high);
  const [dLow, dHigh] = [v[d]! ^ v[a]!, v[d + 1]! ^ v[a + 1]!];
  v[d] = (dLow >>> 16) | (dHigh << 16);
  v[d + 1] = (dHigh >>> 16) | (dLow << 16);
  addTo(v, c, v[d], v[d + 1]!);
  const [bLow, bHigh] = [v[b]! ^ v[c]!, v[b + 1]! ^ v[c + 1]!];
  v[b] = (bLow << 1) | (bHigh >>> 31);
  v[b + 1] = (bHigh << 1) | (bLow >>> 31);
}

function addTo(v: Uint32Array, at: number, low: number, high: number): void {
  const sum = v[at]! + low;
  v[at] = sum;
  v[at + 1] = v[at + 1]! + high + (sum > 0xffffffff ? 1 : 0);
}
