import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import { useTexts } from '../i18n/texts.ts';
import { partTexts } from './texts.ts';

/** While a page or its data come: the shape of what will be there. */
export function PageSkeleton({ rows = 6 }: { rows?: number }) {
  const say = useTexts(partTexts);
  return (
    <Stack gap="sm" role="status">
      <VisuallyHidden>{say('loading')}</VisuallyHidden>
      <Skeleton height={30} width="35%" />
      {Array.from({ length: rows }, (_, above) => above + 1).map((row) => (
        <Skeleton key={row} height={44} />
      ))}
    </Stack>
  );
}
