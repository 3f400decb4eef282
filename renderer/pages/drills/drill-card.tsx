import { Button } from '@fluentui/react-components';
import { Delete20Regular, Edit20Regular, Pause20Regular, Play20Regular } from '@fluentui/react-icons';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { DrillView } from '#contract';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Facts } from '../../components/facts.tsx';
import { Card } from '../../components/page.tsx';
import { agoText, timeText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';

export function DrillCard({ drill, onEdit }: { readonly drill: DrillView; onEdit(): void }) {
  const say = useText();
  const [, go] = useLocation();
  const [asked, setAsked] = useState(false);
  const { id, name, vms, host, next, schedule, repository, paused } = drill;
  const run = useAct(() => api.drills.run.mutate({ drill: id }), { onDone: ({ run }) => go(`/runs/${run}`) });
  const pause = useAct(() => api.drills.pause.mutate({ drill: id, paused: !paused }));
  const remove = useAct(() => api.drills.remove.mutate({ drill: id }));
  const at = next === null ? null : Date.parse(next.at);
  const recurrence = say(`jobs.recurrence.${schedule.recurrence.kind}`);
  return (
    <Card
      title={name}
      className="column"
      actions={
        <div className="actions">
          <Button icon={<Play20Regular />} disabled={run.isPending} onClick={() => run.mutate(undefined)}>
            {say('drill.run')}
          </Button>
          <Button icon={<Edit20Regular />} onClick={onEdit}>
            {say('jobs.change')}
          </Button>
          <Button icon={<Pause20Regular />} disabled={pause.isPending} onClick={() => pause.mutate(undefined)}>
            {say(paused ? 'jobs.resume' : 'jobs.pause')}
          </Button>
          <Button icon={<Delete20Regular />} disabled={remove.isPending} onClick={() => setAsked(true)}>
            {say('drill.delete')}
          </Button>
        </div>
      }
    >
      <Facts
        facts={[
          [say('drill.vms'), vms.length === 0 ? say('drill.vms.all') : vms.join(', ')],
          [say('vm.host'), host],
          [say('protect.repository'), repository.path],
          [
            say('drill.next'),
            paused
              ? say('jobs.paused')
              : at === null
                ? say('drill.next.none')
                : `${timeText(at)} (${agoText(at)}, ${recurrence.toLowerCase()})`,
          ],
        ]}
      />
      {asked && (
        <ConfirmDialog
          title={say('drill.delete.title', { name })}
          deed={say('drill.delete')}
          onClose={(sure) => {
            setAsked(false);
            if (sure) remove.mutate(undefined);
          }}
        >
          {say('drill.delete.lead')}
        </ConfirmDialog>
      )}
    </Card>
  );
}
