import type { Schedule } from '#contract';

/** A schedule in words. */
export function scheduleText({ recurrence, timeZone, windows, blackouts }: Schedule): string {
  const held = [
    ...(windows.length === 0 ? [] : [`in ${windows.length} window${windows.length === 1 ? '' : 's'}`]),
    ...(blackouts.length === 0 ? [] : [`${blackouts.length} blackout${blackouts.length === 1 ? '' : 's'}`]),
  ];
  return [recurrenceText(recurrence), ...(recurrence.kind === 'manual' ? [] : [timeZone]), ...held].join(', ');
}

function recurrenceText(recurrence: Schedule['recurrence']): string {
  if (recurrence.kind === 'manual') return 'by hand';
  if (recurrence.kind === 'hourly') return `every ${recurrence.hours} h from ${recurrence.from}`;
  const times = recurrence.times.join(' ');
  if (recurrence.kind === 'daily') return `daily ${times}`;
  if (recurrence.kind === 'weekly') return `${recurrence.weekdays.join(' ')} ${times}`;
  const { on, months } = recurrence;
  const day = on.kind === 'day' ? `day ${on.day}` : `${on.which} ${on.weekday}`;
  return `${day} of ${months.length === 0 ? 'every month' : `months ${months.join(' ')}`} ${times}`;
}
