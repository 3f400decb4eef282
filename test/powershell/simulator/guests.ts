import type { Handler } from './cmdlets.ts';
import { HostFault } from './world.ts';

interface SqlServer {
  /** As a connection string names it. */
  readonly server: string;
  readonly denied?: boolean;
  readonly databases: readonly { readonly name: string; readonly recovery_model: number; readonly log_reuse_wait: number }[];
  readonly backups: readonly {
    readonly database_name: string;
    readonly type: string;
    readonly is_snapshot: boolean;
    readonly is_copy_only: boolean;
    readonly software_name: string;
    readonly user_name: string;
    readonly finished: string;
    readonly times: number;
  }[];
}

/** What a guest has to tell when it is asked through PowerShell Direct. */
export interface SimulatedGuest {
  readonly user: string;
  readonly password: string;
  readonly writers: readonly { readonly name: string; readonly id: string; readonly state: number }[];
  readonly services: readonly { readonly Name: string; readonly Status: 'Running' | 'Stopped' }[];
  readonly sql: readonly SqlServer[];
  readonly exchange: readonly Readonly<Record<string, string | boolean | null>>[] | null;
  /** Nobody may see or set rights in it. */
  readonly noRights?: boolean;
  /** Nobody may say whose a file is. */
  readonly noOwner?: boolean;
  /** The rights that files are given forbid to rename them. */
  readonly strict?: boolean;
  /** To give a file the place of another fails: refused, or once the other one is gone (ERROR_UNABLE_TO_MOVE_REPLACEMENT). */
  readonly replaces?: 'refuses' | 'loses';
  /** How the places end that nothing can be copied to. */
  readonly refuses?: string;
  /** Files that may still be copied into it before its session breaks; left out: all. */
  copies?: number;
}

export const invokeGuest: Handler = async (world, { VMId, User, Password }) => {
  const guest = world.guests.get(String(VMId).toLowerCase());
  const broken = (id: string): HostFault => new HostFault('Fehler in der Verbindung', `${id},PSSessionStateBroken`, 'OpenError');
  if (guest === undefined) throw broken('RemoteSessionHyperVSocketServerConstructorFailure');
  if (guest.user !== User || guest.password !== Password) throw broken('InvalidCredential');
  const {
    writers,
    services,
    sql,
    exchange,
    noRights = false,
    noOwner = false,
    strict = false,
    refuses = '',
    replaces = '',
  } = guest;
  return [{ writers, services, sql, exchange, noRights, noOwner, strict, refuses, replaces }];
};

/** Whether the session is still open; each file that is copied counts. */
export const useGuestSession: Handler = async (world, { Id, File }) => {
  const guest = world.guests.get(String(Id).toLowerCase());
  const isOpen = guest !== undefined && guest.copies !== 0;
  if (isOpen && File !== '' && guest.copies !== undefined) guest.copies -= 1;
  return [{ Open: isOpen }];
};

/** The guest service, which needs no credentials. */
export const copyVmFile: Handler = async (world, { Id }) => {
  if (!world.guestServices.has(String(Id).toLowerCase()))
    throw new HostFault(
      'Der Gastdienst ist aus',
      'OperationFailed,Microsoft.HyperV.PowerShell.Commands.CopyVMFile',
      'NotSpecified',
    );
  return [];
};
