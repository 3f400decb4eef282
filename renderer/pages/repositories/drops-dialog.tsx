import { Button } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { timeText } from '../../format/format.ts';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';

/** Restore points that were dropped and can still come back. */
export function DropsDialog({ repository, onClose }: { readonly repository: string; onClose(): void }) {
  const say = useText();
  const dropped = useQuery(queries.dropped(repository));
  const back = useAct((point: string) => api.marks.undelete.mutate({ repository, point }));
  const actions = (
    <Button appearance="primary" onClick={onClose}>
      {say('act.done')}
    </Button>
  );
  return (
    <Dialog title={say('drops.title')} actions={actions} onClose={onClose}>
      <div className="muted">{say('drops.lead')}</div>
      {dropped.isError ? (
        <Failure error={dropped.error} retry={() => void dropped.refetch()} />
      ) : dropped.data === undefined ? (
        <Loading rows={2} />
      ) : dropped.data.length === 0 ? (
        <div>{say('drops.none')}</div>
      ) : (
        <ul className="list" style={{ maxHeight: 320, overflow: 'auto' }}>
          {dropped.data.map(({ point, vm, time, by, until }) => (
            <li key={point} className="item">
              <div className="grow">
                {vm !== null && time !== null && (
                  <div>
                    <span className="strong">{vm}</span> {timeText(time)}
                  </div>
                )}
                <span className="small mono muted">{point}</span>
                <div className="small muted">{say('drops.until', { by, time: timeText(until) })}</div>
              </div>
              <Button
                size="small"
                disabled={back.isPending}
                aria-label={say('drops.back.of', {
                  point: vm === null || time === null ? point : `${vm}, ${timeText(time)}`,
                })}
                onClick={() => back.mutate(point)}
              >
                {say('drops.back')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
