import { Button, Center } from '@mantine/core';
import { useTexts } from '../i18n/texts.ts';
import { partTexts } from './texts.ts';

/** What `useInfiniteQuery` gives. */
interface MorePages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** The next page of a list, where there is one. */
export function MoreButton({ of }: { of: MorePages }) {
  const say = useTexts(partTexts);
  if (!of.hasNextPage) return null;
  return (
    <Center mt="sm">
      <Button variant="default" loading={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
        {say('more')}
      </Button>
    </Center>
  );
}
