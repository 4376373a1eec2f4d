import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';

/** Buttons and faults of a simulated station are on a page of their own. */
export const ToSimulator = ({ station, words }: { station: string; words: string }) => (
  <Anchor
    component={Link}
    to={`/simulator/${station}`}
    size="sm"
    fw={600}
    c="inherit"
    underline="always"
    data-testid="to-simulator"
  >
    {words}
  </Anchor>
);
