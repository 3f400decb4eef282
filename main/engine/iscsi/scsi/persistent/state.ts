/** Persistent reservations of one logical unit (SPC-4, 5.13). They outlive sessions, not the publisher. */
import type { Access } from '../command.ts';

/** Kinds of reservations (SPC-4, 6.15.3.4). */
const reservationTypes = {
  writeExclusive: 1,
  exclusiveAccess: 3,
  writeExclusiveRegistrants: 5,
  exclusiveAccessRegistrants: 6,
  writeExclusiveAll: 7,
  exclusiveAccessAll: 8,
} as const;
export type ReservationType = (typeof reservationTypes)[keyof typeof reservationTypes];

export interface Reservation {
  readonly type: ReservationType;
  /** The port that holds it; with the "all registrants" kinds every registered one does. */
  readonly port: string;
  readonly key: bigint;
}

export interface PersistentReservations {
  generation: number;
  /** Port to key. */
  readonly registrations: Map<string, bigint>;
  reservation: Reservation | null;
}

export function persistentReservations(): PersistentReservations {
  return { generation: 0, registrations: new Map(), reservation: null };
}

export function isReservationType(value: number): value is ReservationType {
  return Object.values(reservationTypes).some((known) => known === value);
}

export function isAllRegistrants(type: ReservationType): boolean {
  return type === reservationTypes.writeExclusiveAll || type === reservationTypes.exclusiveAccessAll;
}

export function isRegistrantsOnly(type: ReservationType): boolean {
  return type === reservationTypes.writeExclusiveRegistrants || type === reservationTypes.exclusiveAccessRegistrants;
}

export function holds(state: PersistentReservations, port: string): boolean {
  const { reservation } = state;
  if (reservation === null) return false;
  return isAllRegistrants(reservation.type) ? state.registrations.has(port) : reservation.port === port;
}

/** Whether the reservation keeps this port from it (SPC-4, table 50). */
export function refuses(state: PersistentReservations, port: string, access: Access): boolean {
  const { reservation } = state;
  if (reservation === null || access === 'always' || access === 'none' || holds(state, port)) return false;
  const shared = isAllRegistrants(reservation.type) || isRegistrantsOnly(reservation.type);
  if (shared && state.registrations.has(port)) return false;
  const writesOnly =
    reservation.type === reservationTypes.writeExclusive ||
    reservation.type === reservationTypes.writeExclusiveRegistrants ||
    reservation.type === reservationTypes.writeExclusiveAll;
  return access === 'write' || !writesOnly;
}
