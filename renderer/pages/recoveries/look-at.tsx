import { useQuery } from '@tanstack/react-query';
import type { RecoveryView } from '#contract';
import { Failure, Loading } from '../../components/states.tsx';
import { durationText } from '../../format/format.ts';
import { queries } from '../../queries.ts';
import { useText } from '../../use-text.ts';

/** How the VM is doing right now, asked of its host again and again while somebody looks. */
export function LookAt({ recovery }: { readonly recovery: RecoveryView }) {
  const say = useText();
  const look = useQuery(queries.look(recovery.id));
  const name = recovery.definition.name;
  if (look.isError) return <Failure error={look.error} retry={() => void look.refetch()} />;
  if (look.data === undefined) return <Loading rows={4} />;
  const { vmState, heartbeat, uptimeMs, picture } = look.data;
  return (
    <div className="column tight">
      <div>
        {say('recovery.looks', {
          state: say(`vm.state.${vmState}`),
          heartbeat: say(`recovery.heartbeat.${heartbeat}`),
          time: durationText(uptimeMs),
        })}
      </div>
      {picture === null ? (
        <div className="small muted">{say('recovery.screen.none')}</div>
      ) : (
        <img className="screen" src={`data:image/png;base64,${picture}`} alt={say('recovery.screen', { name })} />
      )}
    </div>
  );
}
