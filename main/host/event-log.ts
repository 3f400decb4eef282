import { callHost } from './operation.ts';
import { writeEvent, type EventEntry } from './operations/write-event.ts';
import { startPowerShell } from './powershell.ts';

/** Longer texts are refused by Windows. */
const longestText = 30_000;

/** Writes to the Application log of this computer. @throws HostkeepError notify/event-log-refused, host/* */
export async function writeToEventLog(entry: EventEntry, executable: string | undefined): Promise<void> {
  const shell = startPowerShell({ ...(executable === undefined ? {} : { executable }), connection: null });
  try {
    await callHost(shell, writeEvent, { ...entry, text: entry.text.slice(0, longestText) });
  } finally {
    await shell.close();
  }
}
