/** A partition of a disk. `index` is its number in the partition table from 1 on; 0 is a disk without a table. Bytes. */
export interface Partition {
  readonly index: number;
  readonly offset: number;
  readonly length: number;
  /** Type GUID or MBR type; empty for a disk without a table. */
  readonly type: string;
  readonly name: string;
}
