import { HostkeepError, type ErrorCode } from '#contract';
import type { Connection } from './powershell.ts';

/**
 * What WinRM answers, by number, since its texts are localised. Win32 codes come bare or as 0x8007xxxx; 0x8033xxxx is WS-Management,
 * 0x8009xxxx the security package. docs/hyper-v.md lists those that nobody has seen on a real host yet.
 */
const codes: Readonly<Record<number, ErrorCode>> = {
  0x00000005: 'host/connection-denied',
  0x80070005: 'host/connection-denied',
  0x0000052e: 'host/connection-credentials',
  0x8007052e: 'host/connection-credentials',
  0x80338012: 'host/connection-refused',
  0x80338126: 'host/connection-blocked',
  0x80338029: 'host/connection-blocked',
  0x803380e4: 'host/connection-untrusted',
  0x80070035: 'host/connection-name',
  0x803380e3: 'host/connection-name',
  0x80090311: 'host/connection-kerberos',
  0x80090322: 'host/connection-kerberos',
};

/** A connection that could not be opened, as an error that names the command which repairs it. */
export function unconnectedError(failure: Readonly<Record<string, unknown>>, connection: Connection | null): HostkeepError {
  const number = Number(failure['number']) >>> 0;
  const code = codes[number] ?? 'host/connection-failed';
  const address = connection?.address ?? 'localhost';
  return new HostkeepError(code, {
    host: address,
    user: connection?.credential?.user ?? null,
    result: `0x${number.toString(16).padStart(8, '0')}`,
    says: String(failure['message'] ?? ''),
  });
}
