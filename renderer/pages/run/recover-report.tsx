import { Link } from 'wouter';
import type { FinaliseReport, RecoveryReport, RunReport } from '#contract';
import { useTold } from '../../components/told.ts';
import { durationText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';

/** What was done with a VM that runs from the backup storage: its start, or its way home. A discard and a resume say it by their steps. */
export function RecoverReport({ report }: { readonly report: RunReport }) {
  if ('startedAfterMs' in report) return <StartedReport report={report as unknown as RecoveryReport} />;
  if ('downMs' in report) return <HomeReport report={report as unknown as FinaliseReport} />;
  return null;
}

function StartedReport({ report }: { readonly report: RecoveryReport }) {
  const say = useText();
  const told = useTold();
  const { vm, host, startedAfterMs, heartbeatAfterMs, warnings } = report;
  return (
    <div className="column tight">
      <div>{say('report.recovered', { vm: vm.name, host, time: durationText(startedAfterMs) })}</div>
      <div>
        {heartbeatAfterMs === null
          ? say('report.recovered.no-beat')
          : say('report.recovered.beat', { time: durationText(heartbeatAfterMs) })}
      </div>
      {warnings.map((warning) => (
        <div key={warning} className="small">
          {told(warning)}
        </div>
      ))}
      <div>
        <Link href="/recoveries">{say('report.recovered.next')}</Link>
      </div>
    </div>
  );
}

function HomeReport({ report: { vm, host, files, downMs } }: { readonly report: FinaliseReport }) {
  const say = useText();
  return (
    <div className="column tight">
      <div>{say('report.finalised', { vm: vm.name, host, time: durationText(downMs) })}</div>
      {files.map((file) => (
        <span key={file} className="mono small">
          {file}
        </span>
      ))}
    </div>
  );
}
