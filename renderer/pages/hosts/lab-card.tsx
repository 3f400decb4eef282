import { Button } from '@fluentui/react-components';
import { Beaker20Regular, WeatherSunny20Regular, Warning20Regular } from '@fluentui/react-icons';
import { useLocation } from 'wouter';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { Card } from '../../components/page.tsx';
import { useText } from '../../use-text.ts';

/** The lab host: made here, and made to live a day or to fail, so that everything can be tried before it matters. */
export function LabCard({ created }: { readonly created: boolean }) {
  const say = useText();
  const [, go] = useLocation();
  const toRun = { onDone: ({ run }: { readonly run: string }) => go(`/runs/${run}`) };
  const create = useAct(() => api.lab.create.mutate({}), toRun);
  const pass = useAct(() => api.lab.passDays.mutate({ days: 1 }), toRun);
  const fault = useAct(() => api.lab.fault.mutate({ step: 'flush', kind: 'writer-failed', vm: null }));
  const clear = useAct(() => api.lab.clearFaults.mutate({}));
  if (!created)
    return (
      <Card title={say('lab.title')} className="column">
        <div className="muted">{say('lab.lead')}</div>
        <div>
          <Button icon={<Beaker20Regular />} disabled={create.isPending} onClick={() => create.mutate(undefined)}>
            {say('lab.create')}
          </Button>
        </div>
      </Card>
    );
  return (
    <div className="row wrap" role="group" aria-label={say('lab.title')}>
      <Button size="small" icon={<WeatherSunny20Regular />} disabled={pass.isPending} onClick={() => pass.mutate(undefined)}>
        {say('lab.pass-day')}
      </Button>
      <Button size="small" icon={<Warning20Regular />} disabled={fault.isPending} onClick={() => fault.mutate(undefined)}>
        {say('lab.fault')}
      </Button>
      <Button size="small" appearance="subtle" disabled={clear.isPending} onClick={() => clear.mutate(undefined)}>
        {say('lab.clear')}
      </Button>
      <span className="small muted" role="status">
        {fault.isSuccess && !clear.isSuccess ? say('lab.fault.set') : ''}
      </span>
    </div>
  );
}
