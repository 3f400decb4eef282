import { writeToEventLog } from '#host';
import type { Notice, NoticeLevel } from './message.ts';

/** The source under which the Application log has our entries; the installer makes it. */
const source = 'Hostkeep';

/** What monitoring systems filter by; see docs/operating.md. */
const eventIds: Readonly<Record<NoticeLevel, number>> = { information: 100, warning: 200, error: 300 };

const entryTypes = { information: 'Information', warning: 'Warning', error: 'Error' } as const;

/**
 * Writes notices to the Application log; undefined where there is none. HOSTKEEP_EVENT_LOG=1 asks for it elsewhere: it then talks to
 * whatever HOSTKEEP_POWERSHELL is.
 */
export function machineEventLog(): ((notice: Notice) => Promise<void>) | undefined {
  if (process.platform !== 'win32' && process.env['HOSTKEEP_EVENT_LOG'] !== '1') return undefined;
  return ({ level, subject, text }) =>
    writeToEventLog(
      { source, level: entryTypes[level], id: eventIds[level], text: `${subject}\n\n${text}` },
      process.env['HOSTKEEP_POWERSHELL'],
    );
}
