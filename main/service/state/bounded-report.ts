import { mostEvidenceChecks } from '#contract';

/** As many as a verification may say. */
const mostListed = mostEvidenceChecks;

/**
 * A run's report as it is kept: of a list that is longer only its beginning, and in `cut`, by the list's name, how many more there were. How
 * many of its files cannot be restored is a guest's to say, and every run is read again whenever runs are listed.
 */
export function boundedReport(report: unknown): unknown {
  if (typeof report !== 'object' || report === null || Array.isArray(report)) return report;
  const cut: Record<string, number> = {};
  const kept = Object.entries(report).map(([name, value]: [string, unknown]) => {
    if (!Array.isArray(value)) return [name, boundedReport(value)];
    if (value.length > mostListed) cut[name] = value.length - mostListed;
    return [name, value.slice(0, mostListed)];
  });
  return { ...Object.fromEntries(kept), ...(Object.keys(cut).length === 0 ? {} : { cut }) };
}
