import type { MantineColorSchemeManager } from '@mantine/core';
import { localStorageColorSchemeManager } from '@mantine/core';

/** Under the name the first script reads before the first paint. */
export const colours: MantineColorSchemeManager = localStorageColorSchemeManager({ key: 'pitlane-colours' });
