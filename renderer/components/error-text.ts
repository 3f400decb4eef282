import { useTranslation } from 'react-i18next';
import type { ErrorView } from '#contract';
import { errorText, type ErrorText } from '#contract/errors-de';

export function useErrorText(error: ErrorView): ErrorText {
  const { i18n } = useTranslation();
  return errorText(error, i18n.language);
}
