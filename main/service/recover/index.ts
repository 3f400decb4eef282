/** Instant recovery as the command line and the console ask for it: VMs that run from the backup storage, remembered in the home. */
export {
  beginRecovery,
  discardById,
  finaliseById,
  resumeById,
  type RecoveryWork,
  type Started,
  type StartWish,
} from './recover.ts';
export { listRecoveries, recoveryOf } from '../state/recoveries.ts';
