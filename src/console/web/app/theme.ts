import {
  type CSSVariablesResolver,
  createTheme,
  darken,
  type MantineColorsTuple,
  type MantineThemeOverride,
  mergeThemeOverrides,
  Table,
} from '@mantine/core';

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

const theme = createTheme({
  primaryColor: 'lane',
  // In both schemes the same: whether words on it are black or white is reckoned once.
  primaryShade: 8,
  autoContrast: true,
  colors: { lane },
  defaultRadius: 'md',
  // What every desk has; nothing is fetched.
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", Consolas, "Noto Sans Mono", monospace',
  headings: { fontWeight: '650' },
  respectReducedMotion: true,
  components: {
    // On a phone the last choices would be cut off.
    SegmentedControl: { styles: { root: { maxWidth: '100%', overflowX: 'auto' } } },
    // What scrolls must be reached by the keyboard.
    TableScrollContainer: Table.ScrollContainer.extend({
      defaultProps: { scrollAreaProps: { viewportProps: { tabIndex: 0 } } },
    }),
  },
});

/** The theme, whose crosses say in the reader's language what they do. */
export function themeWith(close: string): MantineThemeOverride {
  const closeButtonProps = { 'aria-label': close };
  // The head of a dialog is no second banner of the page.
  const attributes = { header: { role: 'presentation' } };
  // Named, not imported: the first page loads no dialog.
  return mergeThemeOverrides(theme, {
    components: {
      Modal: { defaultProps: { closeButtonProps, attributes } },
      Drawer: { defaultProps: { closeButtonProps, attributes } },
      Notification: { defaultProps: { closeButtonProps } },
    },
  });
}

/** Quiet words still have a contrast of 4.5 to their ground, also on the grey of tables and cards (WCAG 2.2, 1.4.3). */
export const readable: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': colors.gray[7],
    '--mantine-color-placeholder': colors.gray[7],
    '--mantine-color-error': colors.red[9],
    // Of badges and notices: words in a colour on a light ground of it.
    ...Object.fromEntries(
      Object.entries(colors)
        .filter(([name]) => name !== 'gray' && name !== 'dark')
        .map(([name, shades]) => [`--mantine-color-${name}-light-color`, darken(shades[9], 0.3)]),
    ),
  },
  dark: {
    '--mantine-color-dimmed': colors.dark[1],
    '--mantine-color-placeholder': colors.dark[1],
    '--mantine-color-error': colors.red[4],
    // Pictures in grey would vanish in the dark (1.4.11).
    '--mantine-color-gray-filled': colors.gray[6],
  },
});
