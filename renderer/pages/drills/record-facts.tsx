import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import type { DrillRecord } from '#contract';
import { codedSays } from '../../components/coded-says.ts';
import { EvidenceChecks } from '../../components/evidence-report.tsx';
import { Facts } from '../../components/facts.tsx';
import { bytesText, durationText, numberText, timeText } from '../../format/format.ts';
import { useText } from '../../use-text.ts';
import { networkText, wordText } from './record-words.ts';
import { DrillVerdictBadge } from './verdict-badge.tsx';

interface RecordFactsProps {
  readonly record: Omit<DrillRecord, 'picture'> & Partial<Pick<DrillRecord, 'picture'>>;
  /** Whether its restore point is one of this console. */
  readonly isOurs: boolean;
}

/** What was tried and seen of one restore point. */
export function RecordFacts({ record, isOurs }: RecordFactsProps) {
  const say = useText();
  const { i18n } = useTranslation();
  const time = (value: number | null): string => (value === null ? '\u2013' : durationText(value));
  const { verification, heartbeat, picture, repository, point, error } = record;
  const { checks, evidence, notes } = verification;
  const lookedAt = say('record.notes', { count: checks.length + notes.length });
  const pointText = say('record.point.of', { point, time: timeText(Date.parse(record.pointTime)) });
  return (
    <div className="column">
      <Facts
        facts={[
          [say('record.verdict'), <DrillVerdictBadge key="verdict" verdict={record.verdict} />],
          [say('record.at'), timeText(Date.parse(record.at))],
          [
            say('record.point'),
            isOurs ? (
              <Link key="point" href={`/restore/${repository}/${point}`}>
                {pointText}
              </Link>
            ) : (
              pointText
            ),
          ],
          [say('record.host'), `${record.host}, ${networkText(say, record.network)}`],
          [say('record.served'), time(record.servedAfterMs)],
          [say('record.started.after'), time(record.startedAfterMs)],
          [
            say('record.heartbeat.after'),
            record.heartbeatAfterMs === null
              ? wordText(say, 'recovery.heartbeat', heartbeat)
              : say('record.heartbeat.of', {
                  heartbeat: wordText(say, 'recovery.heartbeat', heartbeat),
                  time: time(record.heartbeatAfterMs),
                }),
          ],
          [
            say('record.screen'),
            record.screen === null ? say('record.screen.none') : wordText(say, 'record.screen', record.screen),
          ],
          [say('record.data'), wordText(say, 'record.data', verification.verdict)],
          [say('record.undone'), say(record.undone ? 'record.undone.yes' : 'record.undone.no')],
        ]}
      />
      {evidence !== null && (
        <div>
          {say('record.verified', {
            grade: say(`evidence.grade.${evidence.grade}`),
            files: numberText(evidence.files),
            size: bytesText(evidence.bytes),
          })}
        </div>
      )}
      {error !== null && <div className="bad">{codedSays(error, i18n.language)}</div>}
      {picture !== undefined && picture !== null && (
        <img className="screen" src={`data:image/png;base64,${picture}`} alt={say('recovery.screen', { name: record.vm })} />
      )}
      {checks.length + notes.length > 0 && (
        <details>
          <summary>{lookedAt}</summary>
          {checks.length > 0 && <EvidenceChecks title={lookedAt} checks={checks} />}
          {notes.length > 0 && (
            <ul className="list scrolls" tabIndex={0} aria-label={lookedAt}>
              {notes.map((note) => (
                <li key={note} className="small muted" style={{ padding: '4px 0' }}>
                  {codedSays(note, i18n.language)}
                </li>
              ))}
            </ul>
          )}
        </details>
      )}
    </div>
  );
}
