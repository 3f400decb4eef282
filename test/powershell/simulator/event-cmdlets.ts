import type { Handler } from './cmdlets.ts';
import { HostFault, takeFault } from './world.ts';

const writeEventLog: Handler = async (world, { LogName, Source, EntryType, EventId, Message }) => {
  if (!world.eventSources.has(String(Source)))
    throw new HostFault(
      `The source name "${String(Source)}" does not exist on computer "localhost".`,
      'Microsoft.PowerShell.Commands.WriteEventLogCommand',
      'InvalidOperation',
      0x80131509,
    );
  world.written.push({
    log: String(LogName),
    source: String(Source),
    level: String(EntryType),
    id: Number(EventId),
    text: String(Message),
  });
  return [];
};

/** Only an administrator makes a source. */
const newEventLog: Handler = async (world, { Source }) => {
  if (takeFault(world, 'New-EventLog') !== undefined || world.options.elevated === false)
    throw new HostFault(
      'Access is denied. Please try performing this operation again after running the process as administrator.',
      'AccessIsDenied,Microsoft.PowerShell.Commands.NewEventLogCommand',
      'PermissionDenied',
      0x80131500,
    );
  for (const source of Array.isArray(Source) ? Source : [Source]) world.eventSources.add(String(source));
  return [];
};

export const eventCmdlets: Readonly<Record<string, Handler>> = {
  'Write-EventLog': writeEventLog,
  'New-EventLog': newEventLog,
};
