import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Ends what a test leaves behind, also when the test's own process is killed: a small shell holds the other end of a pipe and, when
 * the pipe closes, kills the process ids it was told of and not told to forget.
 */
export interface Reaper {
  watch(pid: number): void;
  forget(pid: number): void;
  end(): Promise<void>;
}

const script = `
pids=""
while read -r order pid; do
  case "$order" in
    watch) pids="$pids $pid" ;;
    forget) kept=""; for one in $pids; do [ "$one" = "$pid" ] || kept="$kept $one"; done; pids="$kept" ;;
  esac
done
for one in $pids; do kill -s KILL "$one"; done
`;

export function startReaper(): Reaper {
  const shell = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  shell.stdin.on('error', () => {});
  const exited = once(shell, 'exit');
  const tell = (line: string) => shell.stdin.write(`${line}\n`);
  return {
    watch: (pid) => tell(`watch ${pid}`),
    forget: (pid) => tell(`forget ${pid}`),
    async end() {
      shell.stdin.end();
      await exited;
    },
  };
}
