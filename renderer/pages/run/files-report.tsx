import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { isErrorCode, type RunReport } from '#contract';
import { codeSays } from '#contract/errors-de';
import { useTold } from '../../components/told.ts';
import { bytesText, numberText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';

interface Named {
  readonly path: string;
  readonly reason?: string;
  /** Of the reason; reasons of a guest have none. */
  readonly code?: string;
  readonly to?: string;
}

const ways = ['powershell-direct', 'guest-service'] as const;

/** What came out of the restore point, and what of it is in the guest where it went into one. */
interface FilesReportProps {
  readonly report: RunReport;
  /** The folder or zip that it went into; null where nobody wrote that down. */
  readonly target: string | null;
}

export function FilesReport({ report, target }: FilesReportProps) {
  const say = useText();
  const [restored, copied] = [asReport(report['restored']), asReport(report['copied'])];
  if (restored === null || copied === null)
    return (
      <>
        <Restored report={report} />
        {target !== null && (
          <div>
            {say('report.files.where')} <span className="mono">{target}</span>
          </div>
        )}
      </>
    );
  const way = ways.find((one) => one === copied['way']);
  return (
    <div className="column">
      <Restored report={restored} />
      <div className="strong">{say('report.guest')}</div>
      {way !== undefined && <div>{say(`report.guest.${way}`)}</div>}
      <Restored
        report={{
          ...copied,
          skipped: saidOf(copied, 'failed'),
          incomplete: saidOf(copied, 'incomplete'),
          cut: { ...cutOf(copied), skipped: cutOf(copied)['failed'] },
        }}
        isCopy
      />
    </div>
  );
}

function asReport(part: unknown): RunReport | null {
  return typeof part === 'object' && part !== null ? (part as RunReport) : null;
}

/** As what could not be restored is listed. */
function saidOf(copied: RunReport, list: 'failed' | 'incomplete'): readonly Named[] {
  const said = Array.isArray(copied[list]) ? (copied[list] as readonly { path: string; says: string }[]) : [];
  return said.map(({ path, says }) => ({ path, reason: says }));
}

/** How many entries of its lists were not kept, by their names. */
function cutOf(report: RunReport): Readonly<Record<string, unknown>> {
  return asReport(report['cut']) ?? {};
}

interface RestoredProps {
  readonly report: RunReport;
  /** Into a guest: its folders are not counted. */
  readonly isCopy?: boolean;
}

/** What came back, what did not and why, what got another name, what was left alone. */
function Restored({ report, isCopy = false }: RestoredProps) {
  const say = useText();
  const number = (name: string): number => (typeof report[name] === 'number' ? report[name] : 0);
  const listed = (name: string): readonly Named[] => (Array.isArray(report[name]) ? (report[name] as readonly Named[]) : []);
  const more = (name: string): number => Number(cutOf(report)[name] ?? 0);
  const [skipped, incomplete, renamed, kept] = [listed('skipped'), listed('incomplete'), listed('renamed'), number('kept')];
  return (
    <div className="column tight">
      <div>
        {isCopy
          ? say('report.guest.files', { count: number('files') })
          : say('report.files', {
              count: number('files'),
              folders: numberText(number('folders')),
              size: bytesText(number('bytes')),
            })}
      </div>
      {kept > 0 && <div>{say('report.kept', { count: kept })}</div>}
      {skipped.length > 0 && (
        <Reasons title={say('report.skipped', { count: skipped.length + more('skipped') })} of={skipped} more={more('skipped')} />
      )}
      {incomplete.length > 0 && (
        <Reasons
          title={say('report.incomplete', { count: incomplete.length + more('incomplete') })}
          of={incomplete}
          more={more('incomplete')}
        />
      )}
      {renamed.length > 0 && (
        <Names title={say('report.renamed', { count: renamed.length + more('renamed') })} more={more('renamed')}>
          {renamed.map(({ path, to }) => (
            <li key={path} className="item column tight">
              <span className="mono">{path}</span>
              <span className="small mono muted">{to}</span>
            </li>
          ))}
        </Names>
      )}
    </div>
  );
}

function Reasons({ title, of, more }: { readonly title: string; readonly of: readonly Named[]; readonly more: number }) {
  const { i18n } = useTranslation();
  const told = useTold();
  const whyOf = ({ reason = '', code }: Named): string =>
    code !== undefined && isErrorCode(code) ? codeSays(code, reason, i18n.language) : told(reason);
  return (
    <Names title={title} more={more}>
      {of.map((one) => (
        <li key={one.path} className="item column tight">
          <span className="mono">{one.path}</span>
          <span className="small muted">{whyOf(one)}</span>
        </li>
      ))}
    </Names>
  );
}

function Names({ title, more, children }: { readonly title: string; readonly more: number; readonly children: ReactNode }) {
  const say = useText();
  return (
    <>
      <div className="strong">{title}</div>
      <ul className="list" style={{ maxHeight: 240, overflow: 'auto' }} tabIndex={0} aria-label={title}>
        {children}
        {more > 0 && <li className="small muted">{say('files.more', { count: more })}</li>}
      </ul>
    </>
  );
}
