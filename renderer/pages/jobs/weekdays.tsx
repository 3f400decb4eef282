import { Checkbox } from '@fluentui/react-components';
import type { Weekday } from '#contract';
import { useText } from '../../use-text.ts';

const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

interface WeekdaysProps {
  readonly label: string;
  readonly value: readonly Weekday[];
  onChange(value: Weekday[]): void;
}

export function Weekdays({ label, value, onChange }: WeekdaysProps) {
  const say = useText();
  return (
    <div className="row wrap days" role="group" aria-label={label}>
      {days.map((day) => (
        <Checkbox
          key={day}
          label={say(`day.${day}`)}
          checked={value.includes(day)}
          onChange={(_event, { checked }) =>
            onChange(days.filter((one) => (one === day ? checked === true : value.includes(one))))
          }
        />
      ))}
    </div>
  );
}
