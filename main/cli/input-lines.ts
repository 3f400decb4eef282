import { HostkeepError } from '#contract';

const limitBytes = 64 * 1024 * 1024;
let whole: Promise<readonly string[]> | undefined;

/** What comes on standard input, line by line; the first line is the passphrase when `--password-stdin` says so. */
export async function inputLines(readsSecret: boolean): Promise<readonly string[]> {
  whole ??= readAll();
  return (await whole).slice(readsSecret ? 1 : 0);
}

export async function firstInputLine(): Promise<string> {
  whole ??= readAll();
  return (await whole)[0] ?? '';
}

async function readAll(): Promise<readonly string[]> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of process.stdin as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > limitBytes) throw new HostkeepError('input/too-large', { limitBytes });
    pieces.push(piece);
  }
  const lines = Buffer.concat(pieces).toString('utf8').split(/\r?\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
