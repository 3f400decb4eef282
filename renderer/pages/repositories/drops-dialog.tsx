import { Button, Dialog, DialogActions, DialogBody, DialogContent, DialogSurface, DialogTitle } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api.ts';
import { useAct } from '../../components/act.tsx';
import { Failure, Loading } from '../../components/states.tsx';
import { timeText } from '../../format/format.ts';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';

/** Restore points that were dropped and can still come back. */
export function DropsDialog({ repository, onClose }: { readonly repository: string; onClose(): void }) {
  const say = useText();
  const marks = useQuery(queries.marks(repository));
  const back = useAct((point: string) => api.marks.undelete.mutate({ repository, point }));
  return (
    <Dialog open onOpenChange={(_event, { open }) => !open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{say('drops.title')}</DialogTitle>
          <DialogContent className="column">
            <div className="muted">{say('drops.lead')}</div>
            {marks.isError ? (
              <Failure error={marks.error} retry={() => void marks.refetch()} />
            ) : marks.data === undefined ? (
              <Loading rows={2} />
            ) : marks.data.drops.length === 0 ? (
              <div>{say('drops.none')}</div>
            ) : (
              <ul className="list" style={{ maxHeight: 320, overflow: 'auto' }}>
                {marks.data.drops.map(({ point, by, until }) => (
                  <li key={point} className="item">
                    <div className="grow">
                      <span className="mono">{point}</span>
                      <div className="small muted">{say('drops.until', { by, time: timeText(until) })}</div>
                    </div>
                    <Button
                      size="small"
                      disabled={back.isPending}
                      aria-label={say('drops.back.of', { point })}
                      onClick={() => back.mutate(point)}
                    >
                      {say('drops.back')}
                    </Button>
                  </li>
                ))}
              </ul>
            )}
          </DialogContent>
          <DialogActions>
            <Button appearance="primary" onClick={onClose}>
              {say('act.done')}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
