import { Button } from '@fluentui/react-components';
import { AlertUrgent20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { Card } from '../../components/page.tsx';
import { agoText } from '../../format/format.ts';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';

/** Alerts of jobs that nobody has seen yet; the tray keeps its mark as long. */
export function Alerts() {
  const say = useText();
  const alerts = useQuery(queries.alerts);
  const see = useAct((alert: number) => api.alerts.seen.mutate({ alert }));
  const open = (alerts.data ?? []).filter((alert) => alert.seenAt === null);
  if (open.length === 0) return null;
  return (
    <Card title={say('overview.alerts')}>
      <ul className="list">
        {open.map((alert) => (
          <li key={alert.id} className="item">
            <AlertUrgent20Regular className={alert.severity === 'alert' ? 'bad' : 'warn'} aria-hidden />
            <div className="grow">
              <div>{alert.text}</div>
              <div className="small muted">{agoText(alert.lastAt)}</div>
            </div>
            <Button
              size="small"
              aria-label={say('alert.see.of', { text: alert.text })}
              disabled={see.isPending}
              onClick={() => see.mutate(alert.id)}
            >
              {say('alert.see')}
            </Button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
