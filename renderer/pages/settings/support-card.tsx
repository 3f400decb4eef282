import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { FolderField } from '../../components/folder-picker.tsx';
import { Card } from '../../components/page.tsx';
import { Failure } from '../../components/states.tsx';
import { desktop } from '../../desktop.ts';
import { useText } from '../../use-text.ts';

/** One zip for whoever helps, with secrets removed. */
export function SupportCard({ home }: { readonly home: string }) {
  const say = useText();
  const [to, setTo] = useState(home);
  const make = useAct(() => api.support.bundle.mutate({ to }), { silent: true });
  return (
    <Card title={say('support.title')} className="column">
      <div className="muted">{say('support.lead')}</div>
      <FolderField label={say('support.folder')} value={to} onChange={setTo} />
      <div className="actions">
        <Button disabled={to === '' || make.isPending} onClick={() => make.mutate(undefined)}>
          {say(make.isPending ? 'state.working' : 'support.make')}
        </Button>
        {desktop !== undefined && <Button onClick={() => void desktop?.showLogs()}>{say('support.logs')}</Button>}
      </div>
      {make.isError && <Failure error={make.error} />}
      {make.data !== undefined && (
        <div role="status">
          {say('support.made')} <span className="mono">{make.data.file}</span>
        </div>
      )}
    </Card>
  );
}
