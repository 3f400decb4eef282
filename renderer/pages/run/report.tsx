import { Link } from 'wouter';
import type { CheckView, DrillReport, Evidence, OnHost, RunReport, RunView, VerifiedPoint } from '#contract';
import { CheckItems } from '../../components/check-items.tsx';
import { EvidenceReport } from '../../components/evidence-report.tsx';
import { useTold } from '../../components/told.ts';
import { bytesText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';
import { RecoverReport } from './recover-report.tsx';
import { RecordFacts } from '../drills/record-facts.tsx';
import { FilesReport } from './files-report.tsx';
import { SeriesReport } from './series-report.tsx';

/** What is on the host now, and what somebody should know of it. */
function OnHostReport({ onHost: { host, vm, files, warnings } }: { readonly onHost: OnHost }) {
  const say = useText();
  const told = useTold();
  return (
    <div className="column tight">
      {vm !== null && <div>{say('report.on-host', { vm: vm.name, host, id: vm.id })}</div>}
      {files.map((file) => (
        <span key={file} className="mono small">
          {file}
        </span>
      ))}
      {warnings.map((warning) => (
        <div key={warning} className="small">
          {told(warning)}
        </div>
      ))}
    </div>
  );
}

function DrillRunReport({ report }: { readonly report: RunReport }) {
  const say = useText();
  const record = report['record'] as DrillReport['record'] | undefined;
  if (record === undefined) return null;
  return (
    <>
      <RecordFacts record={record} isOurs />
      <div>
        <Link href={`/drills/${record.run}`}>{say('record.title', { vm: record.vm })}</Link>
      </div>
    </>
  );
}

function VerifyReport({ report }: { readonly report: RunReport }) {
  const say = useText();
  const evidence = report['evidence'] as Evidence | undefined;
  if (evidence === undefined || !Array.isArray(evidence.checks)) return null;
  return (
    <>
      <EvidenceReport evidence={evidence} />
      {report['notKept'] !== null && <div>{say('evidence.not-kept')}</div>}
    </>
  );
}

/** Where files went: the command says it. */
function targetOf({ command }: RunView): string | null {
  const at = command?.findIndex((part) => part === '--to' || part === '--zip') ?? -1;
  return (at < 0 ? undefined : command?.[at + 1]) ?? null;
}

/** What a restore, a check or a compact has to say at its end. */
export function Report({ run }: { readonly run: RunView }) {
  const say = useText();
  const told = useTold();
  const { report, kind } = run;
  if (run.onHost !== null) return <OnHostReport onHost={run.onHost} />;
  if (report === null) return null;
  const number = (name: string): number => (typeof report[name] === 'number' ? report[name] : 0);
  const text = (name: string): string => (typeof report[name] === 'string' ? report[name] : '');
  if (kind === 'restore-files') return <FilesReport report={report} target={targetOf(run)} />;
  if (kind === 'restore-vm') return <div>{say('report.vm', { folder: text('folder') })}</div>;
  if (kind === 'restore-disk')
    return <div>{say('report.disk', { file: text('file'), size: bytesText(number('sizeBytes')) })}</div>;
  if (kind === 'drill') return <DrillRunReport report={report} />;
  if (kind === 'recover') return <RecoverReport report={report} />;
  if (kind === 'verify' && Array.isArray(report['verified']))
    return (
      <SeriesReport
        repository={run.repository}
        verified={report['verified'] as readonly VerifiedPoint[]}
        at={run.endedAt ?? run.startedAt}
      />
    );
  if (kind === 'verify') return <VerifyReport report={report} />;
  if (kind === 'compact')
    return (
      <div>
        {say('report.compact', {
          size: bytesText(number('freedBytes')),
          removed: number('removedPacks'),
          rewritten: number('rewrittenPacks'),
        })}
      </div>
    );
  if (kind === 'check' && Array.isArray(report['checks']))
    return (
      <div className="column">
        <div className="muted">{say('report.job-check', { account: text('as') })}</div>
        <CheckItems checks={report['checks'] as readonly CheckView[]} />
      </div>
    );
  if (kind === 'check') {
    const problems = Array.isArray(report['problems'])
      ? (report['problems'] as readonly { file: string; message: string }[])
      : [];
    return (
      <div className="column tight">
        <div>
          {say('report.check', { points: number('points'), packs: number('packs'), size: bytesText(number('bytesRead')) })}
        </div>
        {problems.length === 0 ? (
          <div className="strong">{say('report.check.well')}</div>
        ) : (
          <ul className="list">
            {problems.map(({ file, message }) => (
              <li key={`${file} ${message}`} className="item column tight">
                <span className="mono">{file}</span>
                <span className="small">{told(message)}</span>
              </li>
            ))}
          </ul>
        )}
      </div>
    );
  }
  return null;
}
