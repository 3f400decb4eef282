/**
 * VHDX (MS-VHDX): reading with parents and pending log, planning and writing restored disks, and editing for the lab.
 * Reading never writes to a source, whatever state it is in.
 */
export { createVhdx, type NewVhdx } from './create.ts';
export { editVhdx, type VhdxEditor } from './editor.ts';
export { mergeIntoParent } from './merge.ts';
export { openVhdx, type VhdxDescriptor } from './open.ts';
export type { VhdxShape, WriteGuids } from './structures.ts';
export { planVhdx, vhdxPosition, writeVhdxStructures, type VhdxPlan } from './writer.ts';
