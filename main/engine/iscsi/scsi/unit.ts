import { rangeLock, type RangeLock, type WritableDisk } from '#engine/blocks';
import { attentions, type Attentions } from './attentions.ts';
import { persistentReservations, type PersistentReservations } from './persistent/state.ts';
import type { Nexus } from './nexus.ts';

/** What a logical unit is known by, for good: the same restore point's disk has the same after a restart. */
export interface UnitIdentity {
  /** 16 hex digits: the unit serial number and the base of its designators. */
  readonly serial: string;
  readonly targetName: string;
}

/** What an initiator may change by MODE SELECT. */
export interface UnitModes {
  softwareWriteProtect: boolean;
  descriptorSense: boolean;
  writeCache: boolean;
}

export interface LogicalUnit {
  readonly lun: number;
  readonly disk: WritableDisk;
  readonly identity: UnitIdentity;
  readonly readOnly: boolean;
  readonly blockBytes: number;
  readonly blocks: number;
  /** log2 of logical blocks in a physical one. */
  readonly physicalExponent: number;
  readonly modes: UnitModes;
  readonly attentions: Attentions;
  readonly persistent: PersistentReservations;
  /** Writing commands on the same blocks run one after the other. */
  readonly locked: RangeLock;
  /** The initiator port that holds the unit by RESERVE(6); null when none does. */
  reservedBy: Nexus | null;
  /** Ports that are logged in. */
  readonly ports: Set<string>;
  /** What failed below that no initiator can tell of. */
  readonly onFault: (error: unknown) => void;
}

export interface UnitOptions {
  readonly lun: number;
  readonly disk: WritableDisk;
  readonly identity: UnitIdentity;
  readonly readOnly?: boolean;
  readonly onFault: (error: unknown) => void;
}

export function logicalUnit(options: UnitOptions): LogicalUnit {
  const { disk } = options;
  const blockBytes = disk.logicalSectorSize;
  const told = attentions();
  const ports = new Set<string>();
  return {
    lun: options.lun,
    disk,
    identity: options.identity,
    readOnly: options.readOnly === true,
    blockBytes,
    blocks: Math.floor(disk.sizeBytes / blockBytes),
    physicalExponent: Math.max(0, Math.round(Math.log2(disk.physicalSectorSize / blockBytes))),
    modes: { softwareWriteProtect: false, descriptorSense: false, writeCache: true },
    attentions: told,
    persistent: persistentReservations(),
    locked: rangeLock(),
    reservedBy: null,
    ports,
    onFault: options.onFault,
  };
}

/** Tells every port but one. */
export function tellOthers(unit: LogicalUnit, except: string, sense: Parameters<Attentions['add']>[1]): void {
  for (const port of unit.ports) if (port !== except) unit.attentions.add(port, sense);
}
