import { requests, type MonthView } from '#contract';
import { monthBefore, monthlyReport } from '../../report/monthly.ts';
import { reportHtml } from '../../report/report-html.ts';
import { asking, checked, router } from '../trpc.ts';

/** What the owner of the shop is told of a month: figures, and the page that is mailed. */
export const reports = router({
  month: asking.input(checked(requests.reports.month)).query(({ ctx, input }): MonthView => {
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    const [now, month] = [ctx.now(), input.month ?? monthBefore(ctx.now(), timeZone)];
    const report = monthlyReport(ctx.home.state, { month, timeZone, now });
    return { report, html: reportHtml(report, input.language) };
  }),
});
