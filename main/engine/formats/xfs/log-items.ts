import type { LogPlace, LogRecord } from './log.ts';

/** What a transaction says of one structure: what it is, and the pieces that follow. All numbers in it are those of an x86 or ARM guest. */
export interface LogItem {
  readonly type: number;
  readonly format: Buffer;
  readonly regions: readonly Buffer[];
}

export interface Transaction {
  /** Where it began: what lies on the volume and was written later is newer. */
  readonly place: LogPlace;
  readonly items: readonly LogItem[];
}

/** [XFS] "Log Operations". */
const flags = { start: 1, commit: 2, goesOn: 4, wasCut: 8, end: 0x10, unmount: 0x20 } as const;
const transactionMagic = 0x5452414e;
const headerBytes = 12;
const transactionHeaderBytes = 16;
const mostOpen = 10_000;

interface Open {
  readonly place: LogPlace;
  readonly regions: Buffer[];
}

/** The transactions that were committed, in the order of their commits; one that was not is as if it had never been. */
export async function* transactionsOf(records: AsyncIterable<LogRecord>): AsyncIterable<Transaction> {
  const open = new Map<number, Open>();
  for await (const record of records) {
    const { body, operations, place } = record;
    let at = 0;
    for (let operation = 0; operation < operations && at + headerBytes <= body.length; operation += 1) {
      const [id, length, bits] = [body.readUInt32BE(at), body.readUInt32BE(at + 4), body[at + 9]!];
      const end = at + headerBytes + length;
      if (end > body.length) return;
      const data = body.subarray(at + headerBytes, end);
      at = end;
      if ((bits & flags.start) !== 0) open.set(id, { place, regions: [] });
      else if ((bits & flags.unmount) === 0) {
        const transaction = open.get(id);
        if (transaction === undefined) continue;
        if ((bits & flags.commit) !== 0) {
          open.delete(id);
          yield { place: transaction.place, items: itemsOf(transaction.regions) };
        } else addRegion(transaction, data, (bits & flags.wasCut) !== 0);
      }
      if (open.size > mostOpen) return;
    }
  }
}

/** A piece that did not fit into its record goes on in the next. */
function addRegion({ regions }: Open, data: Buffer, goesOn: boolean): void {
  const last = regions.at(-1);
  if (goesOn && last !== undefined) regions[regions.length - 1] = Buffer.concat([last, data]);
  else if (data.length > 0) regions.push(data);
}

/** After the transaction's own header, each item says of how many pieces it is. */
function itemsOf(regions: readonly Buffer[]): readonly LogItem[] {
  const items: LogItem[] = [];
  const [header] = regions;
  const isHeader = header !== undefined && header.length >= transactionHeaderBytes && header.readUInt32LE(0) === transactionMagic;
  for (let at = isHeader ? 1 : 0; at < regions.length;) {
    const format = regions[at]!;
    if (format.length < 4) break;
    const count = Math.max(1, format.readUInt16LE(2));
    items.push({ type: format.readUInt16LE(0), format, regions: regions.slice(at + 1, at + count) });
    at += count;
  }
  return items;
}
