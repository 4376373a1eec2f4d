/**
 * Calls back when the process that started this one is gone without having said so (killed with SIGKILL): the kernel then gives
 * us another parent. Only for programs whose parent stays for as long as they run, such as `npm start`.
 */
export function watchParent(onGone: () => void, everyMs = 200): { stop(): void } {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
