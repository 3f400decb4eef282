import { check, good, type Command, type CommandContext, type CommandResult } from '../command.ts';
import { senses, type Sense } from '../sense.ts';
import type { LogicalUnit } from '../unit.ts';
import {
  holds,
  isAllRegistrants,
  isRegistrantsOnly,
  isReservationType,
  type PersistentReservations,
  type ReservationType,
} from './state.ts';

/** The parameter list (SPC-4, 6.16.3). */
interface Parameters {
  readonly key: bigint;
  readonly actionKey: bigint;
  readonly type: number;
  readonly scope: number;
  readonly activateThroughPowerLoss: boolean;
  readonly specifyPorts: boolean;
}

type Act = (context: CommandContext, given: Parameters) => CommandResult | Promise<CommandResult>;

const conflict: CommandResult = { status: 'conflict' };
/** Of all that is registered; more is a mistake or an attack. */
const registrationsLimit = 1024;

const changing = (name: string, action: number, act: Act): Command => ({
  name,
  opcode: 0x5f,
  serviceAction: action,
  access: 'always',
  usage: [0x5f, action, 0xff, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x07],
  plan: (context) => {
    const { unit, nexus, cdb } = context;
    if (unit.reservedBy !== null && unit.reservedBy.port !== nexus.port) return conflict;
    if (cdb.readUInt32BE(5) !== 24) return check(senses.parameterListLength);
    return {
      takesBytes: 24,
      run: (data) => (data.length < 24 ? check(senses.parameterListLength) : judged(context, data, act)),
    };
  },
});

function judged(context: CommandContext, data: Buffer, act: Act): ReturnType<Act> {
  const flags = data[20]!;
  const given: Parameters = {
    key: data.readBigUInt64BE(0),
    actionKey: data.readBigUInt64BE(8),
    type: context.cdb[2]! & 0x0f,
    scope: context.cdb[2]! >> 4,
    activateThroughPowerLoss: (flags & 0x01) !== 0,
    specifyPorts: (flags & 0x08) !== 0,
  };
  if (given.specifyPorts) return check(senses.invalidParameterField);
  return act(context, given);
}

/** PERSISTENT RESERVE OUT (SPC-4, 6.16). */
export const reserveOutCommands: readonly Command[] = [
  changing('PERSISTENT RESERVE OUT, REGISTER', 0, (context, given) => {
    const known = context.unit.persistent.registrations.get(context.nexus.port);
    if ((known ?? 0n) !== given.key) return conflict;
    return register(context, given);
  }),
  changing('PERSISTENT RESERVE OUT, RESERVE', 1, ({ unit, nexus }, given) => {
    const state = unit.persistent;
    if (!hasKey(state, nexus.port, given.key)) return conflict;
    if (given.scope !== 0 || !isReservationType(given.type)) return check(senses.invalidField);
    const { reservation } = state;
    if (reservation === null) state.reservation = { type: given.type, port: nexus.port, key: given.key };
    else if (!holds(state, nexus.port) || reservation.type !== given.type) return conflict;
    return good;
  }),
  changing('PERSISTENT RESERVE OUT, RELEASE', 2, ({ unit, nexus }, given) => {
    const state = unit.persistent;
    if (!hasKey(state, nexus.port, given.key)) return conflict;
    if (state.reservation === null || !holds(state, nexus.port)) return good;
    if (given.scope !== 0 || state.reservation.type !== given.type) return check(senses.invalidRelease);
    release(unit, nexus.port);
    return good;
  }),
  changing('PERSISTENT RESERVE OUT, CLEAR', 3, ({ unit, nexus }, given) => {
    const state = unit.persistent;
    if (!hasKey(state, nexus.port, given.key)) return conflict;
    for (const port of state.registrations.keys()) if (port !== nexus.port) tell(unit, port, senses.reservationsPreempted);
    state.registrations.clear();
    state.reservation = null;
    state.generation += 1;
    return good;
  }),
  changing('PERSISTENT RESERVE OUT, PREEMPT', 4, (context, given) => preempt(context, given).result),
  changing('PERSISTENT RESERVE OUT, PREEMPT AND ABORT', 5, async (context, given) => {
    const { result, lost } = preempt(context, given);
    // Answered once nothing of them can reach the disk any more: that is what a cluster fences with (SPC-4, 5.13.11.2.6).
    await context.abortTasks(lost);
    return result;
  }),
  changing('PERSISTENT RESERVE OUT, REGISTER AND IGNORE EXISTING KEY', 6, register),
];

function register({ unit, nexus }: CommandContext, given: Parameters): CommandResult {
  const state = unit.persistent;
  if (given.activateThroughPowerLoss) return check(senses.invalidParameterField);
  if (given.actionKey !== 0n) {
    if (!state.registrations.has(nexus.port) && state.registrations.size >= registrationsLimit)
      return check(senses.insufficientRegistrations);
    state.registrations.set(nexus.port, given.actionKey);
    if (state.reservation?.port === nexus.port) state.reservation = { ...state.reservation, key: given.actionKey };
  } else if (state.registrations.has(nexus.port)) unregister(unit, nexus.port);
  state.generation += 1;
  return good;
}

function unregister(unit: LogicalUnit, port: string): void {
  const state = unit.persistent;
  const { reservation } = state;
  const held = holds(state, port);
  state.registrations.delete(port);
  if (reservation === null || !held) return;
  if (isAllRegistrants(reservation.type) && state.registrations.size > 0) return;
  release(unit, port);
}

/** Ends the reservation; who shared it is told (SPC-4, 5.13.11.2). */
function release(unit: LogicalUnit, except: string): void {
  const state = unit.persistent;
  const { reservation } = state;
  state.reservation = null;
  if (reservation === null || !(isRegistrantsOnly(reservation.type) || isAllRegistrants(reservation.type))) return;
  for (const port of state.registrations.keys()) if (port !== except) tell(unit, port, senses.reservationsReleased);
}

/** `lost`: the ports whose registration is gone. */
function preempt(
  { unit, nexus }: CommandContext,
  given: Parameters,
): { readonly result: CommandResult; readonly lost: readonly string[] } {
  const refused = (result: CommandResult) => ({ result, lost: [] });
  const state = unit.persistent;
  if (!hasKey(state, nexus.port, given.key)) return refused(conflict);
  if (given.scope !== 0) return refused(check(senses.invalidField));
  const { reservation } = state;
  const all = reservation !== null && isAllRegistrants(reservation.type);
  const takesOver = reservation !== null && (all ? given.actionKey === 0n : reservation.key === given.actionKey);
  if (given.actionKey === 0n && !all) return refused(check(senses.invalidParameterField));
  if (takesOver && !isReservationType(given.type)) return refused(check(senses.invalidField));
  const loses = [...state.registrations].filter(
    ([port, key]) => port !== nexus.port && (key === given.actionKey || (all && given.actionKey === 0n)),
  );
  if (loses.length === 0 && !takesOver) return refused(conflict);
  for (const [port] of loses) {
    state.registrations.delete(port);
    tell(unit, port, senses.registrationsPreempted);
  }
  if (takesOver) replaceReservation(unit, nexus.port, { type: given.type as ReservationType, key: given.key });
  state.generation += 1;
  return { result: good, lost: loses.map(([port]) => port) };
}

function replaceReservation(
  unit: LogicalUnit,
  port: string,
  wanted: { readonly type: ReservationType; readonly key: bigint },
): void {
  const state = unit.persistent;
  const changes = state.reservation !== null && state.reservation.type !== wanted.type;
  state.reservation = { ...wanted, port };
  if (!changes) return;
  for (const other of state.registrations.keys()) if (other !== port) tell(unit, other, senses.reservationsReleased);
}

function hasKey(state: PersistentReservations, port: string, key: bigint): boolean {
  return state.registrations.get(port) === key;
}

function tell(unit: LogicalUnit, port: string, sense: Sense): void {
  unit.attentions.add(port, sense);
}
