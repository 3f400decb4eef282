/**
 * Jobs: when they come due, what they select, how they are tried again, what they keep. Pure decisions: the clock is a parameter, and
 * nothing here reads, writes or starts anything.
 */
export { isWithin } from './calendar/allowed.ts';
export { previewOf, startsOf, timetableOf, type Start, type Timetable } from './calendar/timetable.ts';
export { localText, zoneOf, type Zone } from './calendar/zone.ts';
export { decide, missedSince, type Decision } from './due.ts';
export { wakeTimesOf } from './wake.ts';
export { newestOfEach, verifyOrder, type VerifiablePoint } from './verify-order.ts';
export { limitsAt, type LimitsNow } from './limits.ts';
export { atMost } from './at-most.ts';
export { obstacleOf, type RunClaim } from './overlap.ts';
export { isPassing, retryPauseMs } from './retry.ts';
export { excludedDisksOf, isNamed, selectVms, type SelectableVm, type Selected } from './select-vms.ts';
export { byPolicy, hasRetention, policyOf, type JobRetention, type NamedPoint } from './retention/by-vm.ts';
export { planDrop, refuseFuture, type DropOptions, type DropPlan } from './retention/drop.ts';
export { planRetention, type DatedPoint } from './retention/plan.ts';
export { simulateRetention, type SimulatedDay } from './retention/simulate.ts';
export { alertChanges, levelOf, type AlertChanges, type JobEvent, type RaisedAlert } from './alerts.ts';
