import { Button } from '@fluentui/react-components';
import { CalendarClock20Regular } from '@fluentui/react-icons';
import { useLocation } from 'wouter';
import type { NextRunView } from '#contract';
import { agoText, timeText, wallClockText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';

/** What starts by itself next. */
export function NextRuns({ runs }: { readonly runs: readonly NextRunView[] }) {
  const say = useText();
  const [, go] = useLocation();
  if (runs.length === 0)
    return (
      <div className="row wrap">
        <span className="muted grow">{say('overview.no-next')}</span>
        <Button size="small" onClick={() => go('/jobs')}>
          {say('overview.make-job')}
        </Button>
      </div>
    );
  return (
    <ul className="list">
      {runs.map((run) => (
        <li key={run.job} className="item">
          <CalendarClock20Regular aria-hidden />
          <div className="grow">
            <div className="strong clip">{run.name}</div>
            <div className="small muted" title={wallClockText(run.local)}>
              {timeText(Date.parse(run.at))}, {agoText(Date.parse(run.at))}
            </div>
          </div>
        </li>
      ))}
    </ul>
  );
}
