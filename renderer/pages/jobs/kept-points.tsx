import { Field, Slider } from '@fluentui/react-components';
import { useId, useState, type ReactNode } from 'react';
import type { PlanView } from '#contract';
import { dayText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';
import { livesAt, tellingRule, type Living } from './lives-at.ts';
import { LivesChart } from './lives-chart.tsx';

type Lives = NonNullable<PlanView['lives']>;

const dayMs = 86_400_000;
const usualDay = 30;

interface KeptPointsProps {
  readonly lives: Lives;
  /** Whose they are; null for every VM's of a job that is not there yet. */
  readonly vm: string | null;
  readonly timeZone: string;
  /** What is said of them before any day is looked at. */
  readonly children: ReactNode;
}

/** Which restore points of a VM live when, drawn over the time, and those of any one day as a table. */
export function KeptPoints({ lives, vm, timeZone, children }: KeptPointsProps) {
  const say = useText();
  const caption = useId();
  const [wanted, setWanted] = useState(usualDay);
  const day = Math.min(wanted, lives.days);
  const then = lives.from + day * dayMs;
  const living = livesAt(lives.points, then);
  return (
    <div className="halves kept-points">
      <div className="column">
        {children}
        <LivesChart lives={lives} day={day} />
        <Field label={say('kept.day', { days: day, date: dayText(then, timeZone) })}>
          <Slider
            min={1}
            max={lives.days}
            value={day}
            aria-valuetext={say('kept.day', { days: day, date: dayText(then, timeZone) })}
            onChange={(_event, { value }) => setWanted(value)}
          />
        </Field>
      </div>
      <div className="scrolls kept" tabIndex={0} role="region" aria-labelledby={caption}>
        <table>
          <caption id={caption}>
            {say(vm === null ? 'kept.count' : 'kept.of.count', { count: living.length, name: vm ?? '' })}
          </caption>
          <thead>
            <tr>
              <th scope="col">{say('kept.made')}</th>
              <th scope="col">{say('kept.age')}</th>
              <th scope="col">{say('kept.by')}</th>
            </tr>
          </thead>
          <tbody>
            {living.map((one) => (
              <Row key={one.at} living={one} then={then} timeZone={timeZone} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

interface RowProps {
  readonly living: Living;
  readonly then: number;
  readonly timeZone: string;
}

function Row({ living: { at, rules }, then, timeZone }: RowProps) {
  const say = useText();
  return (
    <tr>
      <th scope="row" className="number">
        {dayText(at, timeZone, 'time')}
      </th>
      <td className="number">{say('kept.age.days', { count: Math.floor((then - at) / dayMs) })}</td>
      <td>
        {(rules.length === 0 ? [tellingRule(rules)] : rules).map((rule) => (
          <span key={rule} className="rule">
            <span className={`swatch ${rule}`} aria-hidden />
            {say(`kept.rule.${rule}`)}
          </span>
        ))}
      </td>
    </tr>
  );
}
