import { useTranslation } from 'react-i18next';
import { fillIn, type DeviceView } from '#contract';
import { germanVolumeNotes } from '../texts/volume-notes-de.ts';
import { codeSays } from '#contract/errors-de';

/** What is to be known of a disk or a volume group; null where there is nothing. */
export function useDeviceNote(): (device: Pick<DeviceView, 'note' | 'sentence' | 'code'>) => string | null {
  const { i18n } = useTranslation();
  return ({ note, sentence, code }) => {
    if (note === null || i18n.language !== 'de') return note;
    if (code !== null) return codeSays(code, note, 'de');
    return sentence === null ? note : fillIn(germanVolumeNotes[sentence.id], sentence.values);
  };
}
