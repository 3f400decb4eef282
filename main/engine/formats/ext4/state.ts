import { volumeNote, type VolumeNote } from '#contract';
import type { FileSystemKind, FileSystemState } from '../file-system.ts';
import type { JournalState, OpenedVolume } from './open.ts';
import { compatible, incompatible, readOnlyCompatible, type Superblock } from './superblock.ts';

/** Bits of `s_state` ([EXT4] "Super Block"). */
const states = { valid: 1, errors: 2 } as const;

export function stateOf({ superblock, journalState }: OpenedVolume): FileSystemState {
  const { state, features, revision, clusterBytes } = superblock;
  const hasErrors = (state & states.errors) !== 0;
  const wasUnmounted = (state & states.valid) !== 0;
  const isPending = (features.incompatible & incompatible.recover) !== 0 || journalState === 'replayed';
  const note = noteOf({ hasErrors, wasUnmounted, journalState });
  const isExact = !hasErrors && wasUnmounted && journalState !== 'unreadable';
  return {
    clean: isExact && !isPending,
    freeSpace: isExact ? 'exact' : 'uncertain',
    note,
    version: `${kindOf(superblock)}, revision ${revision}`,
    clusterBytes,
  };
}

const notes: Readonly<Record<JournalState, VolumeNote | null>> = {
  none: null,
  empty: null,
  replayed: volumeNote('ext-replayed'),
  unreadable: volumeNote('ext-unreadable'),
};

function noteOf(of: {
  readonly hasErrors: boolean;
  readonly wasUnmounted: boolean;
  readonly journalState: JournalState;
}): VolumeNote | null {
  if (of.hasErrors) return volumeNote('ext-errors');
  if (!of.wasUnmounted) return volumeNote('ext-in-use');
  return notes[of.journalState];
}

/** As the tools name a volume, by what it needs. */
export function kindOf({ features }: Superblock): FileSystemKind & ('ext2' | 'ext3' | 'ext4') {
  const needs4 =
    incompatible.extents | incompatible.bits64 | incompatible.flexGroups | incompatible.metaGroups | incompatible.inlineData;
  const allows4 =
    readOnlyCompatible.checksums | readOnlyCompatible.groupChecksum | readOnlyCompatible.bigAlloc | readOnlyCompatible.hugeFile;
  if ((features.incompatible & needs4) !== 0 || (features.readOnly & allows4) !== 0) return 'ext4';
  return (features.compatible & compatible.journal) === 0 ? 'ext2' : 'ext3';
}
