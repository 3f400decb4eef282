/** The report of a month as one page without scripts or outside references: it can be mailed, printed and kept. */
import type { MonthlyReport } from '#contract';

const style = `
body { font: 15px/1.5 "Segoe UI", system-ui, sans-serif; color: #1b1b1b; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin-top: 2rem; }
.verdict { font-size: 1.1rem; padding: .6rem .9rem; border-left: 5px solid #0f7b0f; background: #f1faf1; }
.verdict.wrong { border-color: #b10e1c; background: #fdf3f4; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #ddd; }
th { font-weight: 600; } td.number, th.number { text-align: right; } .bad { color: #b10e1c; font-weight: 600; } .quiet { color: #616161; }
svg { width: 100%; height: 4rem; } @media print { body { margin: 0; } }`;

export function reportHtml(report: MonthlyReport): string {
  const title = `Backups in ${monthText(report.month)}`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(title)}</title><style>${style}</style></head><body>
<h1>${escape(title)}</h1>
<p class="quiet">Hostkeep, ${escape(dayText(report, report.at))}, ${escape(report.timeZone)}</p>
${verdict(report)}
<h2>Protected</h2>
${protection(report)}
<h2>Verified</h2>
${verified(report)}
<h2>Restored</h2>
${restored(report)}
<h2>Space</h2>
${report.repositories.length === 0 ? '<p>No repository is known.</p>' : report.repositories.map(space).join('\n')}
</body></html>
`;
}

/** What the owner wants to know first. */
function verdict({ vms, runs, missed, openAlerts, checks }: MonthlyReport): string {
  const bare = vms.filter((vm) => vm.last === null).length;
  const wrong = [
    bare > 0 ? `${counted(bare, 'VM')} without any backup` : '',
    missed > 0 ? `${counted(missed, 'run')} missed` : '',
    openAlerts > 0 ? `${counted(openAlerts, 'problem')} not solved` : '',
    checks.some((check) => check.state === 'failed') ? 'a check of the repository failed' : '',
  ].filter((text) => text !== '');
  const total = runs.success + runs.warning + runs.failed;
  const good = `${counted(vms.length - bare, 'VM')} backed up; ${runs.success + runs.warning} of ${counted(total, 'run')} succeeded.`;
  return wrong.length === 0
    ? `<p class="verdict">All is well: ${escape(good)}</p>`
    : `<p class="verdict wrong">Needs attention: ${escape(wrong.join(', '))}. ${escape(good)}</p>`;
}

function protection(report: MonthlyReport): string {
  const { runs, missed } = report;
  const rows = report.vms.map(({ name, host, points, last }) => [
    escape(name),
    escape(host === '' ? 'no longer on a host' : host),
    number(points),
    last === null ? '<span class="bad">never</span>' : escape(dayText(report, last)),
  ]);
  const sums = `Runs: ${runs.success} succeeded, ${runs.warning} with warnings, ${runs.failed} failed, ${runs.cancelled} cancelled, ${missed} missed.`;
  return `<p>${sums}</p>${table(['VM', 'Host', '#Restore points made', 'Newest at the end of the month'], rows)}`;
}

function verified(report: MonthlyReport): string {
  if (report.checks.length === 0) return '<p class="bad">The repository was not checked in this month.</p>';
  const rows = report.checks.map(({ at, repository, readData, state }) => [
    escape(dayText(report, at)),
    escape(repository),
    readData ? 'every byte' : 'structure',
    ended(state),
  ]);
  return table(['When', 'Repository', 'What was read', 'Result'], rows);
}

function restored(report: MonthlyReport): string {
  if (report.restores.length === 0) return '<p>Nothing had to be restored.</p>';
  const names: Readonly<Record<string, string>> = { 'restore-files': 'files', 'restore-disk': 'a disk', 'restore-vm': 'a VM' };
  const rows = report.restores.map(({ at, kind, subjects, state }) => [
    escape(dayText(report, at)),
    escape(names[kind] ?? kind),
    escape(subjects.join(', ')),
    ended(state),
  ]);
  return table(['When', 'What', 'Of', 'Result'], rows);
}

function space({ name, points, storedBytes, logicalBytes, trend }: MonthlyReport['repositories'][number]): string {
  const before = trend.at(-2)?.storedBytes;
  const growth =
    before === undefined ? '' : `, ${storedBytes >= before ? '+' : '-'}${sizeText(Math.abs(storedBytes - before))} in the month`;
  return `<h3>${escape(name)}</h3><p>${sizeText(storedBytes)} for ${counted(points, 'restore point')} of ${sizeText(logicalBytes)} in all${growth}.</p>${chart(trend.map((one) => one.storedBytes))}`;
}

/** Bars, the newest at the right; what they show is in the text, too. */
function chart(values: readonly number[]): string {
  if (values.length < 2) return '';
  const most = Math.max(1, ...values);
  const bars = values.map((value, at) => {
    const height = Math.max(1, Math.round((value / most) * 60));
    return `<rect x="${at * 20 + 2}" y="${64 - height}" width="16" height="${height}" fill="#0f6cbd"/>`;
  });
  const says = `Space at the end of each of ${values.length} months, last ${sizeText(values.at(-1)!)}`;
  return `<svg viewBox="0 0 ${values.length * 20} 64" preserveAspectRatio="none" role="img" aria-label="${escape(says)}">${bars.join('')}</svg>`;
}

/** A heading that begins with `#` is of numbers. Cells are HTML. */
function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const kind = (column: number): string => (headings[column]!.startsWith('#') ? ' class="number"' : '');
  const head = headings.map((text, column) => `<th scope="col"${kind(column)}>${escape(text.replace('#', ''))}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell, column) => `<td${kind(column)}>${cell}</td>`).join('')}</tr>`).join('\n');
  return `<table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table>`;
}

function ended(state: string): string {
  return state === 'success' ? 'good' : `<span class="bad">${escape(state)}</span>`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function number(value: number): string {
  return value === 0 ? '<span class="bad">0</span>' : String(value);
}

function monthText(month: string): string {
  return new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${month}-01`));
}

function dayText({ timeZone }: MonthlyReport, at: number): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(at);
}

function sizeText(bytes: number): string {
  const gib = bytes / 1024 ** 3;
  if (gib >= 1024) return `${(gib / 1024).toFixed(2)} TiB`;
  return gib >= 1 ? `${gib.toFixed(1)} GiB` : `${(gib * 1024).toFixed(1)} MiB`;
}

function escape(text: string): string {
  const named: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replaceAll(/[&<>"']/g, (sign) => named[sign]!);
}
