/** Text of a file's beginning: which encoding, and what it says; undefined for what is no text. */
export interface Decoded {
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
  readonly text: string;
}

/** By its mark, or as what its bytes can be: UTF-16 by its zeros, UTF-8 when it is sound, and what Windows calls ANSI otherwise. */
export function decodeText(bytes: Buffer): Decoded | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return as('utf-8', bytes);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return as('utf-16le', bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return as('utf-16be', bytes);
  const encoding = bytes.includes(0) ? zerosTell(bytes) : undefined;
  const decoded = encoding === undefined ? withoutMark(bytes) : as(encoding, bytes);
  return decoded === undefined || !isText(decoded.text) ? undefined : decoded;
}

function as(encoding: Decoded['encoding'], bytes: Buffer): Decoded {
  // A piece may end within a character.
  return { encoding, text: new TextDecoder(encoding).decode(bytes, { stream: true }) };
}

const looked = 4096;

/** Latin letters in UTF-16 have every second byte zero. */
function zerosTell(bytes: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const zeros = [0, 0];
  const length = Math.min(looked, bytes.length & ~1);
  for (let at = 0; at < length; at += 1) if (bytes[at] === 0) zeros[at & 1]! += 1;
  const most = length / 2;
  if (zeros[1]! > most * 0.7 && zeros[0]! < most * 0.05) return 'utf-16le';
  return zeros[0]! > most * 0.7 && zeros[1]! < most * 0.05 ? 'utf-16be' : undefined;
}

function withoutMark(bytes: Buffer): Decoded | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return { encoding: 'utf-8', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true }) };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return as('windows-1252', bytes);
  }
}

/** Control characters other than tabs, line and page ends, and colours of terminals, are in no text. */
function isText(text: string): boolean {
  let controls = 0;
  for (const char of text.slice(0, looked)) {
    const code = char.codePointAt(0)!;
    const isControl = (code < 32 && ![9, 10, 12, 13, 27].includes(code)) || (code >= 127 && code < 160) || code === 0xfffd;
    if (isControl) controls += 1;
  }
  return controls * 100 <= Math.min(looked, text.length);
}
