/**
 * The embedded host: three VMs on real virtual disks, with a guest's VSS writers, checkpoints, change tracking, and faults on
 * request. It keeps the promises of the Hypervisor port; its guests do not run.
 */
export { createLab, passDays } from './create.ts';
export { clearFaults, faultKinds, faultSteps, listFaults, setFault } from './faults.ts';
export { applyCheckpoint, keepCheckpoint } from './kept-checkpoint.ts';
export { labHypervisor, type LabEnvironment } from './hypervisor.ts';
export type { Fault } from './state.ts';
export { labRecoverer } from './recoverer.ts';
export { labRestorer } from './restorer.ts';
