import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type FileImport, finalStates } from '../../../../../schema/wire/api/import.ts';
import { api, bodyOf } from '../../api/client.ts';

export const isOver = ({ state }: FileImport): boolean => finalStates.includes(state);

/**
 * An import as it is now: told by its progress stream while it goes on. The stream says everything each time, so nothing is lost when it is opened
 * anew; while it is not open the import is asked for.
 */
export function useImport(id: string) {
  const client = useQueryClient();
  const [live, setLive] = useState(true);
  const now = useQuery({
    queryKey: ['imports', 'one', id],
    queryFn: () => bodyOf(api.imports[':id'].$get({ param: { id } })),
    refetchInterval: ({ state }) => (live || !state.data || isOver(state.data) ? false : 2000),
  });
  const over = now.data !== undefined && isOver(now.data);
  useEffect(() => {
    if (over) {
      void client.invalidateQueries({ queryKey: ['imports', 'list'] });
      return;
    }
    const stream = new EventSource(`/api/v1/imports/${id}/progress`);
    stream.addEventListener('open', () => setLive(true));
    stream.addEventListener('error', () => setLive(false));
    stream.addEventListener('import', ({ data }: MessageEvent<string>) =>
      client.setQueryData(['imports', 'one', id], JSON.parse(data) as FileImport),
    );
    stream.addEventListener('end', () => stream.close());
    return () => stream.close();
  }, [client, id, over]);
  return { ...now, live: live || over };
}
