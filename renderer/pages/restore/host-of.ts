import { useQuery } from '@tanstack/react-query';
import { queries } from '../../queries.ts';

/**
 * The host, by the name it has here, that a VM of a restore point most likely belongs to: where a VM of its name is now, else one of the
 * name that was recorded, which is the computer's own, else the only one. Null: nobody can tell.
 */
export function useHostOf(vm: string, recorded: string | null): string | null {
  const vms = useQuery(queries.vms).data ?? [];
  const hosts = useQuery(queries.hosts).data ?? [];
  const present = vms.find(({ name, state, host }) => name === vm && state !== 'gone' && hosts.some((one) => one.name === host));
  if (present !== undefined) return present.host;
  const named = hosts.find(({ name }) => name.toLowerCase() === recorded?.toLowerCase());
  return named?.name ?? (hosts.length === 1 ? hosts[0]!.name : null);
}
