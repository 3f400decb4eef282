import { finalFlag, isImmediate, type RawPdu } from './layout.ts';

/** SCSI Command (RFC 7143, 11.3). */
export interface ScsiCommandPdu {
  readonly immediate: boolean;
  readonly final: boolean;
  readonly read: boolean;
  readonly write: boolean;
  readonly attribute: number;
  readonly lun: Buffer;
  readonly tag: number;
  readonly expectedLength: number;
  readonly commandSn: number;
  readonly cdb: Buffer;
  readonly data: Buffer;
}

export function parseScsiCommand({ header, data }: RawPdu): ScsiCommandPdu {
  const flags = header[1]!;
  return {
    immediate: isImmediate(header),
    final: (flags & finalFlag) !== 0,
    read: (flags & 0x40) !== 0,
    write: (flags & 0x20) !== 0,
    attribute: flags & 0x07,
    lun: header.subarray(8, 16),
    tag: header.readUInt32BE(16),
    expectedLength: header.readUInt32BE(20),
    commandSn: header.readUInt32BE(24),
    cdb: header.subarray(32, 48),
    data,
  };
}

/** SCSI Data-Out (11.7). */
export interface DataOutPdu {
  readonly final: boolean;
  readonly tag: number;
  readonly transferTag: number;
  readonly dataSn: number;
  readonly offset: number;
  readonly data: Buffer;
}

export function parseDataOut({ header, data }: RawPdu): DataOutPdu {
  return {
    final: (header[1]! & finalFlag) !== 0,
    tag: header.readUInt32BE(16),
    transferTag: header.readUInt32BE(20),
    dataSn: header.readUInt32BE(36),
    offset: header.readUInt32BE(40),
    data,
  };
}

/** Task Management Function Request (11.5). */
export interface TaskManagementPdu {
  readonly function: number;
  readonly lun: Buffer;
  readonly tag: number;
  readonly referencedTag: number;
}

export function parseTaskManagement({ header }: RawPdu): TaskManagementPdu {
  return {
    function: header[1]! & 0x7f,
    lun: header.subarray(8, 16),
    tag: header.readUInt32BE(16),
    referencedTag: header.readUInt32BE(20),
  };
}

/** Text (11.10) and NOP-Out (11.18) carry the two tags and data. */
export interface TaggedPdu {
  readonly final: boolean;
  readonly continues: boolean;
  readonly lun: Buffer;
  readonly tag: number;
  readonly transferTag: number;
  readonly data: Buffer;
}

export function parseTagged({ header, data }: RawPdu): TaggedPdu {
  return {
    final: (header[1]! & finalFlag) !== 0,
    continues: (header[1]! & 0x40) !== 0,
    lun: header.subarray(8, 16),
    tag: header.readUInt32BE(16),
    transferTag: header.readUInt32BE(20),
    data,
  };
}

/** Login Request (11.12). */
export interface LoginPdu {
  readonly transit: boolean;
  readonly continues: boolean;
  readonly stage: number;
  readonly nextStage: number;
  readonly versionMin: number;
  readonly isid: Buffer;
  readonly tsih: number;
  readonly tag: number;
  readonly connection: number;
  readonly commandSn: number;
  readonly data: Buffer;
}

export function parseLogin({ header, data }: RawPdu): LoginPdu {
  const flags = header[1]!;
  return {
    transit: (flags & finalFlag) !== 0,
    continues: (flags & 0x40) !== 0,
    stage: (flags >> 2) & 3,
    nextStage: flags & 3,
    versionMin: header[3]!,
    isid: Buffer.from(header.subarray(8, 14)),
    tsih: header.readUInt16BE(14),
    tag: header.readUInt32BE(16),
    connection: header.readUInt16BE(20),
    commandSn: header.readUInt32BE(24),
    data,
  };
}
