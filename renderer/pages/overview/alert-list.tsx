import { Button } from '@fluentui/react-components';
import { AlertUrgent20Regular } from '@fluentui/react-icons';
import { Link } from 'wouter';
import type { Alert } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { useTold } from '../../components/told.ts';
import { agoText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';

/** A file of its own: the words it needs in another language are more than the first page shall wait for. */
export function AlertList({ alerts }: { readonly alerts: readonly Alert[] }) {
  const say = useText();
  const told = useTold();
  const see = useAct((alert: number) => api.alerts.seen.mutate({ alert }));
  return (
    <ul className="list">
      {alerts.map((alert) => (
        <li key={alert.id} className="item">
          <AlertUrgent20Regular className={alert.severity === 'alert' ? 'bad' : 'warn'} aria-hidden />
          <div className="grow">
            <div>{told(alert.text)}</div>
            <div className="small muted">
              {agoText(alert.lastAt)}
              {alert.run !== null && (
                <>
                  {' \u2013 '}
                  <Link href={`/runs/${alert.run}`}>{say('alert.run')}</Link>
                </>
              )}
            </div>
          </div>
          <Button
            size="small"
            aria-label={say('alert.see.of', { text: told(alert.text) })}
            disabled={see.isPending}
            onClick={() => see.mutate(alert.id)}
          >
            {say('alert.see')}
          </Button>
        </li>
      ))}
    </ul>
  );
}
