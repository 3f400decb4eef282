/** The report of a month as one page without scripts or outside references: it can be mailed, printed and kept. */
import type { MonthlyReport, ReportedVm } from '#contract';
import { monthText, reportTexts, type ReportLanguage, type ReportTexts } from './report-texts.ts';

const style = `
body { font: 15px/1.5 "Segoe UI", system-ui, sans-serif; color: #1b1b1b; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.verdict { font-size: 1.1rem; padding: .6rem .9rem; border-left: 5px solid #0f7b0f; background: #f1faf1; }
.verdict.wrong { border-color: #b10e1c; background: #fdf3f4; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #ddd; }
th { font-weight: 600; } td.number, th.number { text-align: right; } .bad { color: #b10e1c; font-weight: 600; } .quiet { color: #616161; }
svg { width: 100%; height: 4rem; } @media print { body { margin: 0; } }`;

interface Page {
  readonly report: MonthlyReport;
  readonly texts: ReportTexts;
}

export function reportHtml(report: MonthlyReport, language: ReportLanguage = 'en'): string {
  const texts = reportTexts[language];
  const page: Page = { report, texts };
  const title = escape(texts.title(monthText(report.month, texts)));
  const { sections } = texts;
  const section = (name: keyof typeof sections, body: string): string => `<h2>${escape(sections[name])}</h2>\n${body}`;
  const spaces = report.repositories.map((repository) => space(page, repository)).join('\n');
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><title>${title}</title><style>${style}</style></head><body>
<h1>${title}</h1>
<p class="quiet">Hostkeep, ${dayText(page, report.at)}, ${escape(report.timeZone)}</p>
${verdict(page)}
${section('protected', protection(page))}
${section('verified', verified(page))}
${section('restored', restored(page))}
${section('space', spaces === '' ? `<p>${escape(texts.noRepository)}</p>` : spaces)}
</body></html>
`;
}

/** What the owner wants to know first. */
function verdict({ report, texts }: Page): string {
  const { vms, runs, missed, openAlerts, checks, verifications, drills } = report;
  const drillsFailed = drills.filter((drill) => drill.verdict === 'failed').length;
  const bare = vms.filter((vm) => vm.last === null).length;
  const wrong = [
    bare > 0 ? texts.bare(bare) : '',
    missed > 0 ? texts.missed(missed) : '',
    openAlerts > 0 ? texts.unsolved(openAlerts) : '',
    checks.some((check) => check.state === 'failed') ? texts.checkFailed : '',
    verifications.failed > 0 ? texts.damagedFound(verifications.failed) : '',
    drillsFailed > 0 ? texts.drillsFailed(drillsFailed) : '',
  ].filter((text) => text !== '');
  const good = texts.good(vms.length - bare, runs.success + runs.warning, runs.success + runs.warning + runs.failed);
  return wrong.length === 0
    ? `<p class="verdict">${escape(texts.well(good))}</p>`
    : `<p class="verdict wrong">${escape(texts.wrong(wrong.join(', '), good))}</p>`;
}

function protection(page: Page): string {
  const { report, texts } = page;
  const rows = report.vms.map(({ name, host, points, last, verified: report }) => [
    escape(name),
    escape(host === '' ? texts.noHost : host),
    number(page, points),
    last === null ? bad(texts.never) : dayText(page, last),
    report === null ? escape(texts.never) : evidenceText(page, report),
  ]);
  const sums = escape(texts.runs({ ...report.runs, missed: report.missed }));
  return `<p>${sums}</p>${table(texts.headings.protected, rows)}`;
}

/** When, how much of it, how well, and of which restore point. */
function evidenceText(page: Page, { at, depth, grade, pointTime }: NonNullable<ReportedVm['verified']>): string {
  const { depths, grades } = page.texts;
  const says = escape(grades[grade]);
  return `${dayText(page, at)}: ${grade === 'failed' ? bad(grades[grade]) : says} (${escape(depths[depth])}; ${dayText(page, pointTime)})`;
}

function verified(page: Page): string {
  const { texts } = page;
  return [`<p class="quiet">${escape(texts.evidence)}</p>`, verifications(page), drills(page), checks(page)].join('\n');
}

function verifications(page: Page): string {
  const { report, texts } = page;
  const made = Object.values(report.verifications).reduce((sum, count) => sum + count, 0);
  if (made === 0) return `<p>${escape(texts.unverified)}</p>`;
  const says = `<p>${escape(texts.verifications(report.verifications))}</p>`;
  if (report.damaged.length === 0) return says;
  const rows = report.damaged.map(({ at, vm, pointTime }) => [
    dayText(page, at),
    escape(vm),
    dayText(page, pointTime),
    bad(texts.grades.failed),
  ]);
  return `${says}${table(texts.headings.damaged, rows)}`;
}

function drills(page: Page): string {
  const { report, texts } = page;
  if (report.drills.length === 0) return `<p>${escape(texts.undrilled)}</p>`;
  const seconds = new Intl.NumberFormat(texts.locale, { maximumFractionDigits: 1, minimumFractionDigits: 1 });
  const rows = report.drills.map(({ at, vm, verdict, answeredAfterMs }) => {
    const says = texts.drilled[verdict ?? 'none'];
    const after = answeredAfterMs === null ? '-' : `${seconds.format(answeredAfterMs / 1000)} s`;
    return [dayText(page, at), escape(vm), after, verdict === 'passed' ? escape(says) : bad(says)];
  });
  return table(texts.headings.drills, rows);
}

function checks(page: Page): string {
  const { report, texts } = page;
  if (report.checks.length === 0) return `<p class="bad">${escape(texts.unchecked)}</p>`;
  const rows = report.checks.map(({ at, repository, readData, state }) => [
    dayText(page, at),
    escape(repository),
    escape(texts.checkRead[readData ? 1 : 0]),
    ended(page, state),
  ]);
  return table(texts.headings.checks, rows);
}

function restored(page: Page): string {
  const { report, texts } = page;
  if (report.restores.length === 0) return `<p>${escape(texts.nothingRestored)}</p>`;
  const rows = report.restores.map(({ at, kind, subjects, state }) => [
    dayText(page, at),
    escape(texts.restoreKinds[kind] ?? kind),
    escape(subjects.join(', ')),
    ended(page, state),
  ]);
  return table(texts.headings.restores, rows);
}

function space(page: Page, { name, points, storedBytes, logicalBytes, trend }: MonthlyReport['repositories'][number]): string {
  const { texts } = page;
  const before = trend.at(-2)?.storedBytes;
  const sign = before !== undefined && storedBytes < before ? '-' : '+';
  const growth = before === undefined ? '' : texts.growth(`${sign}${sizeText(page, Math.abs(storedBytes - before))}`);
  const says = texts.space(sizeText(page, storedBytes), points, sizeText(page, logicalBytes));
  return `<h3>${escape(name)}</h3><p>${escape(`${says}${growth}`)}.</p>${chart(
    page,
    trend.map((one) => one.storedBytes),
  )}`;
}

/** Bars, the newest at the right; what they show is in the text, too. */
function chart(page: Page, values: readonly number[]): string {
  if (values.length < 2) return '';
  const most = Math.max(1, ...values);
  const bars = values.map((value, at) => {
    const height = Math.max(1, Math.round((value / most) * 60));
    return `<rect x="${at * 20 + 2}" y="${64 - height}" width="16" height="${height}" fill="#0f6cbd"/>`;
  });
  const says = page.texts.trend(values.length, sizeText(page, values.at(-1)!));
  return `<svg viewBox="0 0 ${values.length * 20} 64" preserveAspectRatio="none" role="img" aria-label="${escape(says)}">${bars.join('')}</svg>`;
}

/** Cells are HTML. */
function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const kind = (column: number): string => (headings[column]!.startsWith('#') ? ' class="number"' : '');
  const head = headings.map((text, column) => `<th scope="col"${kind(column)}>${escape(text.replace('#', ''))}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell, column) => `<td${kind(column)}>${cell}</td>`).join('')}</tr>`).join('\n');
  return `<table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table>`;
}

function ended({ texts }: Page, state: string): string {
  const says = texts.ended[state] ?? state;
  return state === 'success' ? escape(says) : bad(says);
}

function bad(text: string): string {
  return `<span class="bad">${escape(text)}</span>`;
}

function number({ texts }: Page, value: number): string {
  return value === 0 ? bad('0') : new Intl.NumberFormat(texts.locale).format(value);
}

function dayText({ report, texts }: Page, at: number): string {
  const { timeZone } = report;
  return escape(new Intl.DateTimeFormat(texts.locale, { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(at));
}

function sizeText({ texts }: Page, bytes: number): string {
  const say = (value: number, digits: number): string =>
    new Intl.NumberFormat(texts.locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  const gib = bytes / 1024 ** 3;
  if (gib >= 1024) return `${say(gib / 1024, 2)} TiB`;
  return gib >= 1 ? `${say(gib, 1)} GiB` : `${say(gib * 1024, 1)} MiB`;
}

function escape(text: string): string {
  const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replaceAll(/[&<>"']/g, (sign) => named[sign]!);
}
