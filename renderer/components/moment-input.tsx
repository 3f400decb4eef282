import { Input, type InputProps } from '@fluentui/react-components';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { momentForm, momentText, parseMoment, type MomentKind } from '../format/moments.ts';
import type { Language } from '../i18n.ts';

interface MomentInputProps extends Pick<InputProps, 'size' | 'aria-label' | 'disabled' | 'style'> {
  readonly kind: MomentKind;
  /** ISO 8601, such as `22:00`, `2026-11-30`, `2026-11-30T22:00`; empty for none. */
  readonly value: string;
  onChange(value: string): void;
}

/**
 * A day or a time of day in the form of the chosen language, which a browser's own field would not follow. What is no such thing is marked while
 * it is typed, and what was there comes back when the field is left.
 */
export function MomentInput({ kind, value, onChange, ...rest }: MomentInputProps) {
  const { i18n } = useTranslation();
  const language: Language = i18n.language === 'de' ? 'de' : 'en';
  const [typed, setTyped] = useState<string | null>(null);
  const form = momentForm(kind, language);
  const isWrong = typed !== null && parseMoment(kind, typed) === null;
  return (
    <Input
      {...rest}
      placeholder={form}
      title={form}
      maxLength={20}
      value={typed ?? momentText(kind, value, language)}
      aria-invalid={isWrong ? true : undefined}
      onChange={(_event, data) => {
        setTyped(data.value);
        const parsed = parseMoment(kind, data.value);
        if (parsed !== null) onChange(parsed);
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
