import { useTranslation } from 'react-i18next';
import type { TextKey } from './i18n.ts';

export type Say = (key: TextKey, values?: Readonly<Record<string, string | number>>) => string;

/** Every text of the page, by its key. */
export function useText(): Say {
  const { t } = useTranslation();
  return (key, values) => t(key, values ?? {});
}
