import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** Deep teal: reads on white and on near-black, and is none of the colours that mean a state. */
const lane: MantineColorsTuple = [
  '#e3f8fb',
  '#cdeef4',
  '#9cdde8',
  '#66cadb',
  '#3fbad0',
  '#27b0ca',
  '#0f95af',
  '#0b7285',
  '#0a6577',
  '#025766',
];

export const theme = createTheme({
  primaryColor: 'lane',
  primaryShade: { light: 8, dark: 4 },
  autoContrast: true,
  colors: { lane },
  defaultRadius: 'md',
  // What every desk has; nothing is fetched.
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Consolas, "Noto Sans Mono", monospace',
  headings: { fontWeight: '650' },
  respectReducedMotion: true,
});

/** Quiet words still have a contrast of 4.5 to their ground, also on the grey of tables and cards (WCAG 2.2, 1.4.3). */
export const readable: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': colors.gray[7],
    '--mantine-color-placeholder': colors.gray[7],
    '--mantine-color-error': colors.red[9],
  },
  dark: {
    '--mantine-color-dimmed': colors.dark[1],
    '--mantine-color-placeholder': colors.dark[2],
    '--mantine-color-error': colors.red[4],
  },
});
