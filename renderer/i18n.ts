import { createInstance } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { texts } from './texts/index.ts';

export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

const resources = Object.fromEntries(
  languages.map((language, index) => [
    language,
    { translation: Object.fromEntries(Object.entries(texts).map(([key, both]) => [key, both[index]])) },
  ]),
);

/** The one instance: formats ask it for the language too. */
const translator = createInstance();

export function language(): string {
  return translator.language;
}

/** How numbers and times are written: as the system writes them where it speaks the chosen language. */
export function locale(): string {
  return navigator.languages.find((one) => one.startsWith(language())) ?? language();
}

export function systemLanguage(): Language {
  return languages.find((language) => navigator.language.startsWith(language)) ?? 'en';
}

export async function startTexts(): Promise<void> {
  await translator.use(initReactI18next).init({
    resources,
    lng: systemLanguage(),
    fallbackLng: 'en',
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  });
}

type Known = keyof typeof texts;
/** Keys as they are asked for: without the plural's ending. */
export type TextKey = Known extends infer Key ? (Key extends `${infer Base}_${'zero' | 'one' | 'other'}` ? Base : Key) : never;
