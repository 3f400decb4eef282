import type { ReactNode } from 'react';
import type { RunReport } from '#contract';
import { bytesText, numberText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';

interface Named {
  readonly path: string;
  readonly reason?: string;
  readonly to?: string;
}

/** What came back, what did not and why, what got another name, what was left alone. */
export function FilesReport({ report }: { readonly report: RunReport }) {
  const say = useText();
  const number = (name: string): number => (typeof report[name] === 'number' ? report[name] : 0);
  const listed = (name: string): readonly Named[] => (Array.isArray(report[name]) ? (report[name] as readonly Named[]) : []);
  const [skipped, renamed, kept] = [listed('skipped'), listed('renamed'), number('kept')];
  return (
    <div className="column tight">
      <div>
        {say('report.files', {
          count: number('files'),
          folders: numberText(number('folders')),
          size: bytesText(number('bytes')),
        })}
      </div>
      {kept > 0 && <div>{say('report.kept', { count: kept })}</div>}
      {skipped.length > 0 && (
        <Names title={say('report.skipped', { count: skipped.length })}>
          {skipped.map(({ path, reason }) => (
            <li key={path} className="item column tight">
              <span className="mono">{path}</span>
              <span className="small muted">{reason}</span>
            </li>
          ))}
        </Names>
      )}
      {renamed.length > 0 && (
        <Names title={say('report.renamed', { count: renamed.length })}>
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

function Names({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <>
      <div className="strong">{title}</div>
      <ul className="list" style={{ maxHeight: 240, overflow: 'auto' }} tabIndex={0} aria-label={title}>
        {children}
      </ul>
    </>
  );
}
