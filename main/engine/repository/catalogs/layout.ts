import type { PointId } from '#contract';

/** `catalogs/<point>-<id>.catalog`: lists of the files of one restore point; see docs/repository-format.md, "Catalogues". */
export interface CatalogName {
  readonly point: PointId;
  /** 8 random bytes in hex, new whenever a catalogue is written. */
  readonly id: string;
}

export const head = Buffer.from('HKCTLG01', 'latin1');
export const tail = Buffer.from('HKCTEND1', 'latin1');
/** u32 length of the sealed directory, and the end's mark. */
export const trailerBytes = 4 + tail.length;
export const directoryPart = 0;
/** Parts are numbered from here on; 0 is the directory. */
export const firstPart = 1;
/** What one part may hold once it is expanded, and how many there may be. */
export const partLimitBytes = 64 * 1024 * 1024;
export const partsLimit = 1_000_000;
/** Catalogues that one may stand upon. */
export const belowLimit = 64;

export function catalogFile({ point, id }: CatalogName): string {
  return `catalogs/${point}-${id}.catalog`;
}

export function parseCatalogFile(file: string): CatalogName | undefined {
  const [, point, id] = /^catalogs\/([0-9a-f]{16})-([0-9a-f]{16})\.catalog$/.exec(file) ?? [];
  return point === undefined || id === undefined ? undefined : { point, id };
}
