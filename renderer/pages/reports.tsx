import { Button, Dropdown, Field, Option } from '@fluentui/react-components';
import { Print20Regular } from '@fluentui/react-icons';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Card, Page } from '../components/page.tsx';
import { Failure, Loading } from '../components/states.tsx';
import { language as languageNow } from '../i18n.ts';
import { queries } from '../queries.ts';
import { useText } from '../use-text.ts';
import { lastMonths } from './reports/last-months.ts';
import { shownPage } from './reports/shown-page.ts';

const offered = 13;

/** The report of a month, as it is mailed. */
export function Reports() {
  const say = useText();
  const { i18n } = useTranslation();
  const language = i18n.language === 'de' ? 'de' : 'en';
  const months = useMemo(() => lastMonths(new Date(), offered), []);
  const [chosen, setChosen] = useState(months[1]!);
  const report = useQuery(queries.report(chosen, language));
  const html = report.data?.html;
  const shown = useMemo(() => (html === undefined ? null : shownPage(html)), [html]);
  const textOf = (month: string): string =>
    month === months[0] ? say('reports.month.so-far', { month: monthText(month) }) : monthText(month);
  return (
    <Page title={say('reports.title')} lead={say('reports.lead')}>
      <div className="row wrap no-print" style={{ alignItems: 'flex-end' }}>
        <Field label={say('reports.month')}>
          <Dropdown
            value={textOf(chosen)}
            selectedOptions={[chosen]}
            onOptionSelect={(_event, { optionValue }) => optionValue !== undefined && setChosen(optionValue)}
          >
            {months.map((month) => (
              <Option key={month} value={month}>
                {textOf(month)}
              </Option>
            ))}
          </Dropdown>
        </Field>
        <Button icon={<Print20Regular />} disabled={shown === null} onClick={() => print()}>
          {say('reports.print')}
        </Button>
        {html !== undefined && (
          <a
            className="link beside-button"
            download={`hostkeep-${chosen}.html`}
            href={`data:text/html;charset=utf-8,${encodeURIComponent(html)}`}
          >
            {say('reports.save')}
          </a>
        )}
      </div>
      {report.isError ? (
        <Failure error={report.error} retry={() => void report.refetch()} />
      ) : shown === null ? (
        <Loading rows={8} />
      ) : (
        <Card className="report">{shown}</Card>
      )}
    </Page>
  );
}

function monthText(month: string): string {
  return new Date(`${month}-15T12:00:00`).toLocaleDateString(languageNow(), { month: 'long', year: 'numeric' });
}
