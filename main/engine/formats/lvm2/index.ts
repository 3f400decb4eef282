/** Linux LVM2: linear and striped logical volumes over one or several disks. Other kinds are named and refused. */
import { toErrorData, type ErrorData } from '#contract';
import type { BlockSource } from '#engine/blocks';
import { describeGroup, type GroupDescription, type LogicalDescription } from './group.ts';
import { readPhysicalVolume, type PhysicalVolume } from './layout.ts';
import { logicalVolume, type MappedVolume } from './mapped.ts';

export type { MappedVolume } from './mapped.ts';

export interface LogicalVolume {
  readonly name: string;
  readonly sizeBytes: number;
  /** `linear`, `striped`, or what else LVM calls the kind. */
  readonly type: string;
  /** @throws HostkeepError format/lvm-unsupported, format/lvm-incomplete, format/lvm-corrupt */
  open(): MappedVolume;
}

export interface VolumeGroup {
  readonly name: string;
  /** Ids of physical volumes that none of the sources holds. */
  readonly missing: readonly string[];
  readonly volumes: readonly LogicalVolume[];
}

export interface FoundGroups {
  readonly groups: readonly VolumeGroup[];
  /** Physical volumes whose description could not be read. */
  readonly damaged: readonly ErrorData[];
}

/** The volume groups whose physical volumes are among these sources; of each group its newest description counts. */
export async function findVolumeGroups(sources: readonly BlockSource[]): Promise<FoundGroups> {
  const found = new Map<string, BlockSource>();
  const newest = new Map<string, GroupDescription>();
  const damaged: ErrorData[] = [];
  for (const source of sources) {
    try {
      const volume = await readPhysicalVolume(source);
      if (volume === undefined) continue;
      found.set(volume.id, source);
      if (volume.damage !== undefined) damaged.push(toErrorData(volume.damage));
      if (!hasText(volume)) continue;
      const group = describeGroup(volume);
      const known = newest.get(group.id);
      if (known === undefined || known.sequence < group.sequence) newest.set(group.id, group);
    } catch (error) {
      damaged.push(toErrorData(error));
    }
  }
  return { groups: [...newest.values()].map((group) => groupOf(group, found)), damaged };
}

function hasText(volume: PhysicalVolume): volume is PhysicalVolume & { readonly text: string } {
  return volume.text !== undefined;
}

function groupOf(group: GroupDescription, found: ReadonlyMap<string, BlockSource>): VolumeGroup {
  return {
    name: group.name,
    missing: [...group.physical.values()].flatMap(({ id }) => (found.has(id) ? [] : [id])),
    volumes: group.logical
      .filter((logical) => logical.visible)
      .map((logical) => ({
        name: logical.name,
        sizeBytes: logical.segments.reduce((sum, segment) => sum + segment.count, 0) * group.extentBytes,
        type: typeOf(logical),
        open: () => logicalVolume(group, logical, found),
      })),
  };
}

function typeOf(logical: LogicalDescription): string {
  const first = logical.segments[0];
  if (first === undefined) return 'empty';
  return first.areas.length === 1 ? 'linear' : first.type;
}
