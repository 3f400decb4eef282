import { createDarkTheme, createLightTheme, type BrandVariants, type Theme } from '@fluentui/react-components';

/** Calm petrol: far enough from the green, amber and red that mean something here. */
const petrol: BrandVariants = {
  10: '#020606',
  20: '#0b1d20',
  30: '#0e3036',
  40: '#103e46',
  50: '#114c56',
  60: '#115b67',
  70: '#0f6a78',
  80: '#0d7888',
  90: '#188797',
  100: '#3b95a4',
  110: '#57a3b1',
  120: '#71b1bd',
  130: '#8bbfc9',
  140: '#a5cdd5',
  150: '#bfdce1',
  160: '#daeaed',
};

const shape: Partial<Theme> = {
  borderRadiusMedium: '6px',
  borderRadiusLarge: '10px',
  fontFamilyBase: "'Segoe UI Variable Text', 'Segoe UI', system-ui, -apple-system, 'Noto Sans', 'DejaVu Sans', sans-serif",
};

export const lightTheme: Theme = {
  ...createLightTheme(petrol),
  ...shape,
  colorNeutralBackground2: '#f6f8f8',
  colorNeutralBackground3: '#eef2f2',
};

export const darkTheme: Theme = {
  ...createDarkTheme(petrol),
  ...shape,
  colorNeutralBackground1: '#1c2122',
  colorNeutralBackground2: '#151919',
  colorNeutralBackground3: '#111515',
  colorBrandForeground1: petrol[130],
  colorBrandForeground2: petrol[140],
  colorBrandForegroundLink: petrol[130],
  colorCompoundBrandForeground1: petrol[130],
};
