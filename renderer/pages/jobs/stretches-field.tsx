import { Button } from '@fluentui/react-components';
import { Add16Regular, Delete20Regular } from '@fluentui/react-icons';
import type { Stretch } from '#contract';
import { MomentInput } from '../../components/moment-input.tsx';
import { useText } from '../../use-text.ts';
import { Weekdays } from './weekdays.tsx';

interface StretchesFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly value: readonly Stretch[];
  /** What a new one begins as. */
  readonly usual: Stretch;
  onChange(value: Stretch[]): void;
}

const most = 28;

/** Times of the week: any number, each on some days from one time to another. */
export function StretchesField({ label, hint, value, usual, onChange }: StretchesFieldProps) {
  const say = useText();
  const put = (index: number, part: Partial<Stretch>): void =>
    onChange(value.map((one, at) => (at === index ? { ...one, ...part } : one)));
  return (
    <div className="column tight" role="group" aria-label={label}>
      <div className="row">
        <span className="grow">{label}</span>
        <Button
          size="small"
          icon={<Add16Regular />}
          aria-label={say('jobs.add-to', { what: label })}
          disabled={value.length >= most}
          onClick={() => onChange([...value, usual])}
        >
          {say('jobs.add')}
        </Button>
      </div>
      {value.length === 0 && <div className="small muted">{hint}</div>}
      {value.map((one, index) => (
        // Their order is all that tells them apart.
        <div key={index} className="column tight stretch">
          <Weekdays
            label={say('jobs.stretch.days', { number: index + 1 })}
            value={one.weekdays}
            onChange={(weekdays) => put(index, { weekdays })}
          />
          <div className="row wrap">
            <MomentInput
              kind="time"
              size="small"
              style={{ width: 84 }}
              aria-label={say('jobs.stretch.from', { number: index + 1 })}
              value={one.from}
              onChange={(from) => from !== '' && put(index, { from })}
            />
            <span aria-hidden>{'\u2013'}</span>
            <MomentInput
              kind="time"
              size="small"
              style={{ width: 84 }}
              aria-label={say('jobs.stretch.to', { number: index + 1 })}
              value={one.to}
              onChange={(to) => to !== '' && put(index, { to })}
            />
            <Button
              size="small"
              appearance="subtle"
              icon={<Delete20Regular />}
              aria-label={say('jobs.stretch.remove', { number: index + 1 })}
              onClick={() => onChange(value.filter((_one, at) => at !== index))}
            />
          </div>
        </div>
      ))}
    </div>
  );
}
