import { Link } from 'wouter';
import type { ErrorView, RunView } from '#contract';
import { ConsistencyBadge, RunStateIcon } from '../../components/badges.tsx';
import { useErrorText } from '../../components/error-text.ts';
import { Card } from '../../components/page.tsx';
import { useTold } from '../../components/told.ts';
import { useText } from '../../use-text.ts';

/** How it went for every VM of the run: consistency, why everything was read, warnings. */
export function VmOutcomes({ run }: { readonly run: RunView }) {
  const say = useText();
  const told = useTold();
  if (run.vmOutcomes.length === 0) return null;
  return (
    <Card title={say('outcome.title')}>
      <ul className="list">
        {run.vmOutcomes.map((vm) => (
          <li key={vm.vm} className="item">
            <RunStateIcon state={vm.result} />
            <div className="grow">
              <div className="row wrap">
                <span className="strong">{vm.vm}</span>
                <span className="muted">{say(`run.state.${vm.result}`)}</span>
                {vm.consistency !== null && <ConsistencyBadge consistency={vm.consistency} />}
              </div>
              {vm.fullReadReason !== null && (
                <div className="small muted">{say('outcome.full', { reason: told(vm.fullReadReason) })}</div>
              )}
              {vm.warnings.map((warning) => (
                <div key={warning} className="small">
                  {told(warning)}
                </div>
              ))}
              {vm.error !== null && <Cause error={vm.error} />}
            </div>
            {vm.point !== null && (
              <div className="column tight">
                <Link href={`/restore/${run.repository}/${vm.point}`}>{say('outcome.restore')}</Link>
                <Link href={`/restore/${run.repository}/${vm.point}/big`}>{say('big.ask')}</Link>
              </div>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

/** What went wrong with a VM, and what to do: first of all that is looked for. */
function Cause({ error }: { readonly error: ErrorView }) {
  const { says, facts, remedy } = useErrorText(error);
  return (
    <>
      <div>{says}</div>
      {facts !== '' && <div className="small muted">{facts}</div>}
      <div className="small">{remedy}</div>
    </>
  );
}
