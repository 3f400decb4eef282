import type { VolumeNote } from '#contract';

/** A partition of a disk. `index` is its number in the partition table from 1 on; 0 is a disk without a table. Bytes. */
export interface Partition {
  readonly index: number;
  readonly offset: number;
  readonly length: number;
  /** Type GUID or MBR type (`0x83`); empty for a disk without a table. */
  readonly type: string;
  readonly name: string;
}

export interface PartitionTable {
  readonly scheme: 'gpt' | 'mbr' | 'none';
  readonly partitions: readonly Partition[];
  /** What the operator should know of the table, such as that a backup of it was used. */
  readonly note: VolumeNote | null;
}
