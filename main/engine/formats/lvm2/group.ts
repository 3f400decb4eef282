import { corruptLvm, type PhysicalVolume } from './layout.ts';
import { parseConfig, type ConfigSection, type ConfigValue } from './text.ts';

/** A part of a logical volume: on one area (linear), or spread in turns over several (striped). In extents. */
export interface Segment {
  readonly type: string;
  readonly start: number;
  readonly count: number;
  /** Bytes that lie on one area before the next one's turn. */
  readonly stripeBytes: number;
  readonly areas: readonly { readonly physical: string; readonly extent: number }[];
}

export interface LogicalDescription {
  readonly name: string;
  readonly visible: boolean;
  readonly segments: readonly Segment[];
}

/** What a volume group's text says. Sizes in bytes. */
export interface GroupDescription {
  readonly id: string;
  readonly name: string;
  readonly sequence: number;
  readonly extentBytes: number;
  readonly physical: ReadonlyMap<string, { readonly id: string; readonly startBytes: number; readonly extents: number }>;
  readonly logical: readonly LogicalDescription[];
}

const sectorBytes = 512;
const maximumVolumes = 4096;
const maximumSegments = 65_536;

/** @throws HostkeepError format/lvm-corrupt */
export function describeGroup(volume: PhysicalVolume & { readonly text: string }): GroupDescription {
  for (const [name, section] of parseConfig(volume.text)) {
    if (!isSection(section) || !section.has('extent_size')) continue;
    const physical = [...childrenOf(section, 'physical_volumes')].map(
      ([key, value]) =>
        [
          key,
          {
            id: textOf(value, 'id').replaceAll('-', ''),
            startBytes: numberOf(value, 'pe_start') * sectorBytes,
            extents: numberOf(value, 'pe_count'),
          },
        ] as const,
    );
    const extentBytes = numberOf(section, 'extent_size') * sectorBytes;
    if (extentBytes === 0) throw corruptLvm('volume group', { group: name, extentBytes });
    return {
      id: textOf(section, 'id'),
      name,
      sequence: numberOf(section, 'seqno'),
      extentBytes,
      physical: new Map(physical),
      logical: withoutSnapshots([...childrenOf(section, 'logical_volumes')]),
    };
  }
  throw corruptLvm('metadata text', { group: 'none' });
}

/**
 * Beside an old-style snapshot stands the volume that keeps what it needs, and looks like any linear one; while a snapshot is merged
 * back, what its origin says is partly there. Neither is what its own extents hold.
 */
function withoutSnapshots(sections: readonly (readonly [string, ConfigSection])[]): readonly LogicalDescription[] {
  const segments = sections.flatMap(([, section]) =>
    [...section.values()].filter((value) => isSection(value) && value.get('type') === 'snapshot'),
  ) as readonly ConfigSection[];
  const named = (...fields: readonly string[]): readonly unknown[] =>
    segments.flatMap((segment) => fields.map((field) => segment.get(field)));
  const merging = segments.filter((segment) => segment.has('merging_store')).map((segment) => segment.get('origin'));
  const others = new Set([...named('cow_store', 'merging_store'), ...merging]);
  return sections.map(([name, section]) => {
    const logical = logicalOf(name, section);
    if (!others.has(name)) return logical;
    return { ...logical, segments: logical.segments.map((segment) => ({ ...segment, type: 'snapshot', areas: [] })) };
  });
}

function logicalOf(name: string, section: ConfigSection): LogicalDescription {
  const status = section.get('status');
  const count = numberOf(section, 'segment_count');
  if (count > maximumSegments) throw corruptLvm('logical volume', { volume: name, segments: count });
  const segments = Array.from({ length: count }, (_, index) => {
    const segment = section.get(`segment${index + 1}`);
    if (segment === undefined || !isSection(segment)) throw corruptLvm('logical volume', { volume: name, segment: index + 1 });
    return segmentOf(segment);
  });
  return { name, visible: Array.isArray(status) && status.includes('VISIBLE'), segments };
}

function segmentOf(section: ConfigSection): Segment {
  const type = textOf(section, 'type');
  const base = { type, start: numberOf(section, 'start_extent'), count: numberOf(section, 'extent_count') };
  if (type !== 'striped' && type !== 'linear') return { ...base, stripeBytes: 0, areas: [] };
  const stripes = section.get('stripes');
  if (!Array.isArray(stripes) || stripes.length === 0 || stripes.length % 2 !== 0) throw corruptLvm('segment');
  const areas = Array.from({ length: stripes.length / 2 }, (_, index) => {
    const [physical, extent]: readonly ConfigValue[] = stripes.slice(index * 2, index * 2 + 2);
    if (typeof physical !== 'string' || !isCount(extent)) throw corruptLvm('segment', { stripe: index });
    return { physical, extent };
  });
  const stripeBytes = areas.length === 1 ? 0 : numberOf(section, 'stripe_size') * sectorBytes;
  if (areas.length > 1 && (stripeBytes === 0 || base.count % areas.length !== 0)) throw corruptLvm('segment', { stripeBytes });
  return { ...base, stripeBytes, areas };
}

function childrenOf(section: ConfigSection, name: string): Iterable<readonly [string, ConfigSection]> {
  const found = section.get(name);
  if (found === undefined) return [];
  if (!isSection(found) || found.size > maximumVolumes) throw corruptLvm('volume group', { section: name });
  return [...found].map(([key, value]) => {
    if (!isSection(value)) throw corruptLvm('volume group', { section: key });
    return [key, value] as const;
  });
}

function isSection(value: ConfigValue): value is ConfigSection {
  return value instanceof Map;
}

function isCount(value: ConfigValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= 2 ** 40;
}

function numberOf(section: ConfigSection, name: string): number {
  const value = section.get(name);
  if (!isCount(value)) throw corruptLvm('volume group', { value: name });
  return value;
}

function textOf(section: ConfigSection, name: string): string {
  const value = section.get(name);
  if (typeof value !== 'string') throw corruptLvm('volume group', { value: name });
  return value;
}
